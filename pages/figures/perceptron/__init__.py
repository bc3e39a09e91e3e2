"""Pictures of the perceptron: plane, space, weights."""
