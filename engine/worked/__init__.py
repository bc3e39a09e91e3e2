"""One update on paper: a document of formulas and tables, and its writers."""
