"""Requests and pages: caches, forms, errors, names, the public pages."""
