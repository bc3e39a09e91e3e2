"""The practice page: an update worked out by oneself, a fault to be found, and the code that tells of it."""
