"""Rows taken in turns: leases, rounds, rests, children, processes."""
