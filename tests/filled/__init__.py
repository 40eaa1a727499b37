"""Filled databases of earlier states: how they are made, kept as text, loaded again, and what has to hold of them."""
