"""Pictures of the decision boundary: planes, small maps, surfaces, space."""
