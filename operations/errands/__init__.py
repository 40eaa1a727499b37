"""What takes too long for a page: the operator asks for it, a worker does it, and its row tells how far it is.

orders.ask(kind, by=caller)   one row of each kind; asked twice, it is done once
tasks.round()                 takes one that waits, by a compare-and-swap, and does it
doing.DO[kind](errand)        what it comes to; may be repeated, and changes nothing but a backup's folder
"""
