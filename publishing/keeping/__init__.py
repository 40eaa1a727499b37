"""What is kept, for how long, and how it leaves: copies, erasure, retention, backup."""
