"""The database: where it is, and the triggers that refuse what nobody may do."""
