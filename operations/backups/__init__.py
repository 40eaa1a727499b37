"""Backups, and what must be known before a copy that was put back publishes again."""
