"""The page of optimisers: runs beside each other, the shape of the loss, the second order."""
