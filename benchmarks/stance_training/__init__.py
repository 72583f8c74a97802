"""The recipe that trains the stance model: `just train-stance`."""
