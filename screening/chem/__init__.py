"""Pure functions on molecules: no files, no network, nothing raised for a bad molecule."""
