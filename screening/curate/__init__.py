"""The stage that says where compounds live, what is no natural product, and what disagrees."""
