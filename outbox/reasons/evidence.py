"""What we ourselves say of whether something is out, beside what the adapters find. Lines of the ledger, signed."""

from __future__ import annotations

from poster.reasons import Fact, Term, _
from poster.reasons.rendering import TERMS

TERMS |= {"source.login": _("our login")}

LOGIN = Term("source.login")


class MaybeAnothers(Fact, code="outbox.maybe_anothers"):
    """`post`: what they call it."""

    text = _("The post %(post)s is, or may be, another one of ours with the same words.")
    post: str
