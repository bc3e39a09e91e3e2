"""The perceptron page: its session, its address, its set-up and its panels."""
