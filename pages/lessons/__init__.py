"""Lessons are data: what a lesson is, its file, and the lessons that come with the program."""
