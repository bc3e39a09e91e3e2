"""The perceptron (P1-P7): the rule, its timeline, its formulas, and whether a separating line exists at all."""
