"""The page of causes: where a weight comes from, and the runs that never had a row, an update or an edit."""
