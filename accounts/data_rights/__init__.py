"""What people agree to, and what they may ask about their data."""
