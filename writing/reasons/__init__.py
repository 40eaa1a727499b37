"""Why there are no words, or words that a person has to look at first."""
