"""The once-only engine: what goes out once, by mark, call and proof. It knows channels, and no post.

A kind of thing that goes out (a post, an answer) is an app's own: it has a detail row beside `Outgoing`, and tells the
engine through a `Kind` what to send, to what, and what else must hold (see `outbox.kinds`).
"""
