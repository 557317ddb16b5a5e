"""Training: labelled tables in, a model bundle out. Import the module you need."""
