"""What a model's answer is looked through for before it may go out: one module a kind of doubt, all of them pure.

Each gives what it found, as text for the person who decides. What it is called there is in `writing.holds`.
"""
