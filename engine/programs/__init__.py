"""Short programs that train a network, with one fault in them: the language, the programs, the faults."""
