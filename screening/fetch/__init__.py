"""Get published libraries and tables: download or mirror, checksum, cache, licence."""
