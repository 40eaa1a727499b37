"""Why a found file is as it is, why a place cannot be looked at, and why a watch cannot be as somebody wants it."""
