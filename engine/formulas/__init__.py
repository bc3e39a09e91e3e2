"""Every formula once: a tree of symbols, rewritten for a book, filled with the numbers of an update, written as TeX."""
