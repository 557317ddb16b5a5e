"""The gate: whether a new version of a model takes the place of the one in use.

It reads bundles and a fixed test, and writes nothing; `track` keeps what it says.
"""
