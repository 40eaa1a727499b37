"""Threads' own login: one profile."""
