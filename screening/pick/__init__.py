"""The pick: which candidates of a ranking go to assay, and on which well."""
