"""Columns that hold a reason: its code, by which rows are found, and its canonical parameters.

class Toy(models.Model):
    broken_code = ReasonCode()
    broken_params = ReasonParams()
    broken = ReasonColumns()

toy.broken = Late(hours=3)
toys.filter(broken_code=Late.code).update(**Toy.broken.columns(None))
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self, overload

from django.db import models

from poster.reasons.base import Reason
from poster.reasons.known import load

if TYPE_CHECKING:
    Code = models.CharField[str, str]
    Params = models.TextField[str, str]
else:
    Code, Params = models.CharField, models.TextField  # cannot be subscripted when they run


class ReasonCode(Code):
    """The code; "" where there is no reason."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's options
        usual: dict[str, Any] = {"max_length": 80, "blank": True, "default": "", "editable": False}
        super().__init__(*args, **usual | options)

    def deconstruct(self) -> Any:  # noqa: ANN401
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.CharField", args, options


class ReasonParams(Params):
    """The parameters: canonical JSON, or ""."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401
        usual: dict[str, Any] = {"blank": True, "default": "", "editable": False}
        super().__init__(*args, **usual | options)

    def deconstruct(self) -> Any:  # noqa: ANN401
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.TextField", args, options


class ReasonColumns:
    """The reason in `<name>_code` and `<name>_params`, as a value; None where there is none."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.code, self.params = f"{name}_code", f"{name}_params"

    @overload
    def __get__(self, row: None, kind: type) -> Self: ...
    @overload
    def __get__(self, row: models.Model, kind: type) -> Reason | None: ...
    def __get__(self, row: models.Model | None, kind: type) -> Self | Reason | None:
        return self if row is None else load(getattr(row, self.code), getattr(row, self.params))

    def __set__(self, row: models.Model, reason: Reason | None) -> None:
        for name, value in self.columns(reason).items():
            setattr(row, name, value)

    def columns(self, reason: Reason | None) -> dict[str, Any]:
        """For a constructor or `update()`."""
        return {self.code: reason.code if reason else "", self.params: reason.params() if reason else ""}

    def names(self) -> tuple[str, str]:
        """For `save(update_fields=...)` or `only(...)`."""
        return self.code, self.params


def reasons_of(model: type[models.Model]) -> list[str]:
    """The names of the reasons that its rows have."""
    return [name for kind in model.__mro__ for name, each in vars(kind).items() if isinstance(each, ReasonColumns)]


def stored(reasons: Iterable[Reason]) -> list[list[str]]:
    """Several reasons, for a JSON column: `[[code, params], ...]`."""
    return [[each.code, each.params()] for each in reasons]


def loaded(pairs: Iterable[Iterable[str]]) -> list[Reason]:
    """What `stored` made."""
    return [reason for code, params in pairs if (reason := load(code, params))]
