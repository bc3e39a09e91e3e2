"""An experiment on its way to another: as parameters of an address and as a JSON file, checked on the way back."""
