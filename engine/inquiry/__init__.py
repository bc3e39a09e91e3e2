"""Expressions over a run that somebody typed."""
