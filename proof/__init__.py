"""Proof by simulation: thousands of deliveries, every call in danger, and a checker that trusts only the public feed.

    simulation.py    a clock and workers that live in simulated time; one runs at a time, so each run can be repeated
    faults.py        what can go wrong at a call or in the database, as one table, drawn from a seed
    transport.py     the engine's HTTP calls, answered by the sandbox in the same process, with that trouble
    private_world.py a private database, a private world, channels of all platforms, deliveries that are due
    engine_run.py    workers advance what is due until nothing moves
    scenario.py      one part of a run from its beginning to the verdict
    verdict.py       the verdict: public feed against database (pure)
    invariants.py    what the ledger and the wire tell about how it came to that
    human.py         those who answer what was handed to them, truthfully
    minimizer.py     the smallest plan of faults that still fails
    pool.py          parts over processes, with a bar of progress

The engine is used as it is: `outbox.takings.advance` on rows that are due. Nothing of the install is touched.
"""

from __future__ import annotations
