"""What goes out, kind by kind: what the engine asks the app that knows it.

    kind_of(out) → Kind     kinds() → all of them, as the manifests name them

A kind has a detail row beside each `Outgoing` of its own (`rows`); the engine is handed that row, and hands it back. It
never changes what the engine moves, and the engine never looks into what it adds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from outbox.protocol import Adapter
from poster.ledger.signatures import Plain
from poster.manifests import found, manifests
from poster.permissions import Caller

if TYPE_CHECKING:
    from outbox.models import Outgoing
    from outbox.preflight import Stop
    from outbox.querysets import OutgoingQuerySet

Says = Mapping[str, dict[str, Plain]]  # columns of rows of its own, by a word for the row


class Kind(Protocol):
    """One kind. `out` is always a row of `rows()`."""

    name: str  # as `Outgoing.kind` has it

    def platforms(self) -> Sequence[tuple[str, str]]:
        """Where it goes to: (name, as people call it)."""
        ...

    def rows(self) -> OutgoingQuerySet[Any]:
        """Its detail rows, with what a step needs."""
        ...

    def adapter(self, out: Any) -> Adapter[Any]:  # noqa: ANN401
        """Who publishes it, and finds out whether it is there."""
        ...

    def request(self, out: Any, *, with_parts: bool = False) -> Any:  # noqa: ANN401
        """What the adapter is asked for, frozen at approval. `with_parts`: with the bytes, which are made if need be.

        Raises what fetching them raises, and BadPicture.
        """
        ...

    def settle(self, out: Any) -> int:  # noqa: ANN401
        """Seconds after the deadline of its call before "not there" counts."""
        ...

    def wanted(self, out: Any) -> Stop | None:  # noqa: ANN401
        """Whether anybody has taken it back: rows alone, asked again in the transaction that marks."""
        ...

    def possible(self, out: Any) -> Stop | None:  # noqa: ANN401
        """Whether the operator has to do something first. The same."""
        ...

    def paced(self, out: Any) -> Stop | None:  # noqa: ANN401
        """Whether its owner wants it to wait, for more than its channel does. The same."""
        ...

    def repeated(self, out: Any) -> Stop | None:  # noqa: ANN401
        """Whether the same went there lately. The same."""
        ...

    def last_look(self, out: Any) -> Stop | None:  # noqa: ANN401
        """What is asked outside, right before the mark."""
        ...

    def lookalikes(self, out: Any) -> OutgoingQuerySet[Any]:  # noqa: ANN401
        """Others to its channel that a listing cannot tell from it."""
        ...

    def latest(self, out: Any) -> dt.datetime:  # noqa: ANN401
        """Until when it may go out, when a person says so now."""
        ...

    def revivable(self, out: Any) -> bool:  # noqa: ANN401
        """Whether it was cancelled for a reason that a person may overrule."""
        ...

    def confirmed(self, out: Any, by: Caller) -> Says:  # noqa: ANN401
        """A person has said that it goes out, in this transaction: what the line says of its own rows then."""
        ...


@cache
def kinds() -> tuple[Kind, ...]:
    """Those of all apps, the lowest first."""
    return tuple(found(ref)() for manifest in manifests() for ref in manifest.kinds)


def whole(out: Outgoing) -> Outgoing | None:
    """The same with its detail row, as its kind wants it; None when it was deleted meanwhile."""
    row: Outgoing | None = kind_of(out).rows().filter(pk=out.pk).first()
    return row


def adapter_of(out: Outgoing) -> Adapter[Any]:
    """Who publishes it."""
    return kind_of(out).adapter(out)


def kind_of(out: Outgoing) -> Kind:
    """Its kind. Raises LookupError when no app knows it."""
    for kind in kinds():
        if kind.name == out.kind:
            return kind
    raise LookupError(f"No app knows what to do with {out.kind!r}.")
