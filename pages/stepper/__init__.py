"""The stepper: one update at a time, forwards and backwards, phase by phase."""
