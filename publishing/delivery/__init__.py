"""One delivery on its way out: once, asked about when in doubt, decided by a person when nothing else can tell."""
