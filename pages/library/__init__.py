"""The page "Lessons": those that come with the program, and the recorder for one's own."""
