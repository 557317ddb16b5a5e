"""The curation page: what became of every record between the file and the ranking.

One module for each part of the page; `page` gathers them and writes the file.
"""
