"""The stage that computes descriptors, fingerprints, scaffolds and structural alerts."""
