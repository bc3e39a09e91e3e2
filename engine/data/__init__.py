"""Rows of data: the sets with their sources, features, the split into training and test rows, and CSV text."""
