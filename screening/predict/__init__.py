"""Prediction: structures and shipped model bundles to values with uncertainty and domain."""
