"""Four books, one network: letters, order, transposition and signs of each, and the formulas that only they write."""
