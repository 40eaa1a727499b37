"""The install at work: started, watched over, examined."""
