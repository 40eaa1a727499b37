"""Canaries: the engine broken on purpose, one way at a time. A suite that does not notice is not to be trusted.

`python -m tests.mutants` tries them all, `python -m tests.mutants settle` those with that word in their name. Each is a
small change to a copy of the tree; only the tests that have to notice are run there, and they must fail. A change whose
old text is not found exactly once is an error: then the code has moved on, and this table has to follow.
"""

from __future__ import annotations

from tests.mutants.claims import CLAIMS
from tests.mutants.engine import ENGINE
from tests.mutants.keeping import KEEPING
from tests.mutants.strangers import STRANGERS
from tests.mutants.waiting import WAITING

MUTANTS = (*ENGINE, *KEEPING, *WAITING, *CLAIMS, *STRANGERS)
