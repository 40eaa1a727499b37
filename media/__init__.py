"""Pictures: read, checked, rendered; their bytes, and where those lie."""
