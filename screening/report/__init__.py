"""The report of a screen: one HTML file that opens offline, a summary, and the closing words.

Nothing is imported here: `closing` serves the command line, which must start fast.
"""
