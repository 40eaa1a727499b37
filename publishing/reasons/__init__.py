"""Why a delivery or a post is as it is, and what the lines of the ledger tell. Each platform has what it alone says."""
