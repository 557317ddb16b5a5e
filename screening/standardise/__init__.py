"""Standardise: records become compounds that point to standardised parent structures."""
