"""The derivation page: a walk from the chain rule to the complete algorithm."""
