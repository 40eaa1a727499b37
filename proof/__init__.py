"""Proof by simulation: thousands of deliveries, every call in danger, and a checker that trusts only the public feed.

    simulating   a clock and workers that live in simulated time; one runs at a time, so each run can be repeated
    trouble      what can go wrong at a call or in the database, as one table, drawn from a seed
    wire         the engine's HTTP calls, answered by the sandbox in the same process, with that trouble
    staging      a private database, a private world, channels of all platforms, deliveries that are due
    running      workers advance what is due until nothing moves
    playing      one part of a run from its beginning to the verdict
    judging      the verdict: public feed against database (pure)
    invariants   what the ledger and the wire tell about how it came to that
    people       those who answer what was handed to them, truthfully
    shrinking    the smallest plan of faults that still fails
    spreading    parts over processes, with a bar of progress

The engine is used as it is: `publishing.tasks.advance` on rows that are due. Nothing of the install is touched.
"""

from __future__ import annotations
