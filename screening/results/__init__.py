"""Assay results: from the bench's file into the table ASSAYS, and from it to training tables."""
