"""What every page stands on: its frame, the session, the row of controls, the formula panel, names."""
