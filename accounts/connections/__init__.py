"""Logins at the providers: out and back, renewed, ended, and the operator's own apps there."""
