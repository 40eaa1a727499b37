"""What every page of the dashboard is made of: who sees which row, verbs, the menu, how things are shown."""
