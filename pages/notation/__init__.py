"""The notation page: one update side by side in four books."""
