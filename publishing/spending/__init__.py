"""What asking models has cost: a month of calls, added up by day, model, source and person."""
