"""Splitting the error (E1-E7): three rules, what runs along the edges, the formulas, and a race."""
