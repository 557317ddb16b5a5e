"""Screening of marine natural-product libraries: from a library file to a ranked, explained list."""

__version__ = "0.1.0"
