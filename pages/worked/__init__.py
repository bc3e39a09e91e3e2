"""The worked solution: its dialog and its HTML."""
