"""Words: who writes them, what is asked, and what is doubtful about an answer."""
