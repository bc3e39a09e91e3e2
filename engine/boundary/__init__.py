"""Where the network draws the line: planes through the inputs, surfaces in space, and what counts as right."""
