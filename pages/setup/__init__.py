"""The set-up beside every page of the experiment: presets, network, data, and their dialogs."""
