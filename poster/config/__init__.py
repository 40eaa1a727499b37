"""How this install is set up: the environment, its files, names, mail and logs."""
