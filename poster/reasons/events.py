"""What the foundation writes into the security log."""

from __future__ import annotations

from poster.reasons.base import Fact, _, _n


class Paused(Fact, code="poster.paused"):
    text = _("All publishing was paused.")


class WentOn(Fact, code="poster.went_on"):
    text = _("Publishing was let go on.")


class AskedForAPage(Fact, code="poster.asked_for_a_page"):
    text = _("Asked for a page that is not for them.")


class AskedForARow(Fact, code="poster.asked_for_a_row"):
    """`kind`: what it is called."""

    text = _("Asked for a row of somebody else (%(kind)s).")
    kind: str


class ListTaken(Fact, code="poster.list_taken"):
    """`kind`: what it lists."""

    text = _("The list of %(kind)s was downloaded.")
    kind: str


class KeysRotated(Fact, code="poster.keys_rotated"):
    """`made`: a new key; `removed`: keys that are gone."""

    text = _n("Keys rotated: %(values)d value sealed again.", "Keys rotated: %(values)d values sealed again.", "values")
    values: int
    made: str = ""
    removed: tuple[str, ...] = ()
