"""Reasons that only tests give: what is written and said does not matter there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from poster.reasons import Actor, Fact, Group, Reason, _

if TYPE_CHECKING:  # children give these reasons, and start without Django
    from poster.errors import OutsideError
    from poster.permissions import NotPossible


class Told(Fact, code="tests.told"):
    """Any line of a log. Lines of `tests/filled` say it: its code and its parameter stay as they are."""

    text = _("%(words)s")
    words: str


class Said(Reason, code="tests.said", group=Group.OUTSIDE, actor=Actor.YOU):
    """Any refusal."""

    text = _("%(words)s")
    fix = _("Look into it.")
    words: str


def with_reason(kind: type[Reason], **given: object) -> Callable[[OutsideError | NotPossible], bool]:
    """For `pytest.raises(..., check=with_reason(NotYours))`: the reason is of this kind, with these parameters."""

    def says(error: OutsideError | NotPossible) -> bool:
        return isinstance(error.reason, kind) and given.items() <= error.reason.given().items()

    return says


def columns_of(model: Any, values: dict[str, Any]) -> dict[str, Any]:
    """`values` of a new row, with every reason among them in its two columns."""
    reasons = {name: value for name, value in values.items() if isinstance(value, Reason)}
    plain = {name: value for name, value in values.items() if name not in reasons}
    return plain | {name: each for key in reasons for name, each in getattr(model, key).columns(reasons[key]).items()}
