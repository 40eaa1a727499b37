"""Posts that want words: asked of the captioner of their watch, and taken into the draft.

describing          the stage: one post, one question
brief               what is asked
adopting            words into their draft, and out with it when its watch posts by itself
fault_attribution   whose fault it is that a picture is refused
held_accounts       posts that wait for an account
budgets             posts that wait for money
wake_ups            and are due at once when there is no more reason to
"""
