"""Speaking with the outside: one address, one deadline, no retries; and the guard on addresses that somebody wrote."""
