"""Mails about what became of posts: what failed, and how the week was."""
