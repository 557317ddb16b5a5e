"""Screening of marine natural-product libraries: from a file to a ranked, explained list."""

__version__ = "0.1.0"
