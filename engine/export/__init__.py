"""An experiment to take away: as a program in the letters of a book, which runs alone and makes the same numbers."""
