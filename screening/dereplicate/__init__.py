"""Dereplication: what of a library is known already, as a drug, a lead or an active."""
