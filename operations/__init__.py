"""The install at work: started, watched over, examined, backed up; and what people may ask about their data."""
