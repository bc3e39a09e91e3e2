"""The error-splitting page: three rules on one network."""
