"""Ledger: closes the books, so that every record read is a compound or a reject."""
