"""The decision boundary page: maps, surfaces, the score, and what the network would say at a point."""
