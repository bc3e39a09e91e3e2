"""A film: screens of the program as one HTML file, which moves through them with no server behind it."""
