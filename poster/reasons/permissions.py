"""Why a person may not do what they asked for."""

from __future__ import annotations

from poster.reasons.base import Actor, Group, Reason, _


class NotYours(Reason, code="poster.not_yours", group=Group.ACCOUNT, actor=Actor.YOU):
    """The row belongs to somebody else."""

    text = _("You don't have access to this.")
    fix = _("Ask its owner to do it.")


class OperatorsOnly(Reason, code="poster.operators_only", group=Group.ACCOUNT, actor=Actor.OPERATOR):
    """Only who runs the install may."""

    text = _("Only the operator does that.")
    fix = _("Ask whoever runs this install.")


class ScopeMissing(Reason, code="poster.scope_missing", group=Group.ACCOUNT, actor=Actor.YOU):
    """They may, but not through this door: a token without the scope."""

    text = _("This needs the scope %(scope)s, which you were not given here.")
    fix = _("Do it in the dashboard, or use a token that has the scope.")
    scope: str
