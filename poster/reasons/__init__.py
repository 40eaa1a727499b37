"""Why something is as it is: a typed value, stored as code and parameters, put into words when somebody reads it.

    class Late(Reason, code="toys.late", group=Group.TIMING, actor=Actor.YOU):
        text = _n("It is %(hours)d hour late.", "It is %(hours)d hours late.", "hours")
        fix = _("Choose another time.")
        hours: int

    values     what a parameter may be, and its canonical text, which is stored and signed
    base       `Reason`: its class says who must act and whether we try again; `Fact`: what happened, and nobody must
    rendering  the words, in the reader's language
    fields     columns of a row that hold one reason, or several
    known      the codes of all apps, gathered through their manifests; `load` reads what is stored

Codes are for ever (docs/reasons.md). Nothing is ever decided by the words.
"""

from __future__ import annotations

from poster.reasons.base import Actor, Because, Fact, Group, Reason, Unknown, _, _n
from poster.reasons.rendering import Plural
from poster.reasons.values import Quoted, Term

__all__ = ["Actor", "Because", "Fact", "Group", "Plural", "Quoted", "Reason", "Term", "Unknown", "_", "_n"]
