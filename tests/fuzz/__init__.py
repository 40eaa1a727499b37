"""Hostile requests, made by chance from a seed, against every address: none may be answered with 500."""
