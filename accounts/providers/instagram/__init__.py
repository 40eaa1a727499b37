"""Instagram Login: a professional account by itself."""
