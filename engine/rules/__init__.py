"""How parameters move: the first-order rules and their memory, the second order, and the shape of the loss."""
