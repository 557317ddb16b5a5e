"""The store of models: bundles found, shown, signed, checked, and carried from place to place."""
