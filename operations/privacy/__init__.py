"""What is held about people, for how long, and how it leaves: copies, erasure, retention."""
