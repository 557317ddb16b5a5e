"""Searching for the hyper-parameters of networks and trees."""
