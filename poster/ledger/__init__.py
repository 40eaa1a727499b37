"""The signed ledger: its chain, its proof, and lines that may go."""
