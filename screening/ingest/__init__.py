"""Ingest: library files of any of the supported kinds become one table of records."""
