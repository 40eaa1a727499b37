"""Why something that goes out is as it is, and what the lines of the ledger tell."""
