"""Database columns whose content is sealed (see `keyring`), or was said by somebody outside."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django_cryptography.fields import EncryptedMixin

from poster.secrets.keyring import ring
from poster.secrets.redaction import hold, storable

if TYPE_CHECKING:
    Words = models.CharField[str, str]
else:
    Words = models.CharField  # cannot be subscripted when it runs


class ToldField(Words):
    """Names and ids as the outside says them: as much as the column holds, without what no database column can hold.

    SQLite would take any length, and NUL; PostgreSQL refuses both, and the whole transaction with them. Nothing differs
    in the table, so for migrations it is a CharField.
    """

    def get_prep_value(self, value: Any) -> Any:  # noqa: ANN401 - Django's signature
        return self._fitting(super().get_prep_value(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: ANN401, FBT001 - Django's signature
        value = self._fitting(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)  # the row in our hands says what the database says
        return value

    def _fitting(self, value: Any) -> Any:  # noqa: ANN401
        return storable(value)[: self.max_length] if isinstance(value, str) else value

    def deconstruct(self) -> Any:  # noqa: ANN401
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.CharField", args, options


@dataclass(frozen=True, slots=True)
class Sealed:
    """A value as it lies in the database. Opened only when somebody asks the row for it."""

    blob: bytes


class _Opening(DeferredAttribute):
    """Opens on access, so that one row that cannot be opened hurts only itself, and no list page."""

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:  # noqa: ANN401
        value = super().__get__(instance, cls)
        if not isinstance(value, Sealed) or instance is None:
            return value
        return cast(SealedField, self.field).open(instance, value)

    def __set__(self, instance: models.Model, value: object) -> None:
        instance.__dict__[self.field.attname] = value


class SealedField(EncryptedMixin, models.Field):  # type: ignore[type-arg]
    """Any JSON value, AES-256-GCM, bound to table, column and primary key (which must be known before saving).

    django-cryptography's own cipher pickles and dies with SECRET_KEY, so only its field machinery is used:
    no lookups but isnull, a binary column.
    """

    descriptor_class = _Opening

    def seal(self, pk: object, value: object) -> Sealed:
        """`value` as the row `pk` stores it; what `update()` takes."""
        plain = json.dumps(value, separators=(",", ":")).encode()
        return Sealed(ring().seal(plain, self._bound_to(pk)))

    def open(self, instance: models.Model, sealed: Sealed) -> object:
        """The value inside; raises `keyring.Undecryptable`."""
        value: object = json.loads(ring().open(sealed.blob, self._bound_to(instance.pk)))
        hold(value)
        return value

    def reseal(self, pk: object, sealed: Sealed) -> Sealed:
        """The same value under the key that seals now; raises `keyring.Undecryptable`."""
        bound_to = self._bound_to(pk)
        keys = ring()
        return Sealed(keys.seal(keys.open(sealed.blob, bound_to), bound_to))

    def swap(self, pk: object, old: Sealed, new: Sealed) -> bool:
        """Store `new` in the row `pk` if `old` is still there: False when somebody stored another value meanwhile."""
        raw = models.ExpressionWrapper(models.F(self.attname), output_field=models.BinaryField())
        rows = self.model._base_manager.annotate(raw=raw).filter(pk=pk, raw=old.blob)
        return bool(rows.update(**{self.attname: new}))

    def _bound_to(self, pk: object) -> bytes:
        return f"{self.model._meta.label}.{self.attname}:{pk}".encode()

    def pre_save(self, model_instance: models.Model, add: bool) -> object:  # noqa: FBT001 - Django's signature
        value = model_instance.__dict__.get(self.attname)
        if value is None or isinstance(value, Sealed):
            return value
        return self.seal(model_instance.pk, value)

    def get_prep_value(self, value: object) -> object:
        return value

    def get_db_prep_value(self, value: object, connection: Any, prepared: bool = False) -> object:  # noqa: ANN401, FBT001, FBT002
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise TypeError("A sealed column takes only what field.seal(pk, value) returns.")
        return connection.Database.Binary(value.blob)

    def from_db_value(self, value: bytes | None, *args: object) -> Sealed | None:
        return None if value is None else Sealed(bytes(value))

    def value_to_string(self, obj: models.Model) -> str:
        """Serializers get the sealed bytes, never what is inside."""
        value = self.pre_save(obj, add=False)
        return base64.b64encode(value.blob).decode() if isinstance(value, Sealed) else ""

    def to_python(self, value: object) -> object:
        return Sealed(base64.b64decode(value)) if isinstance(value, str) and value else value

    def deconstruct(self) -> Any:  # noqa: ANN401
        return models.Field.deconstruct(self)

    def clone(self) -> Any:  # noqa: ANN401
        return models.Field.clone(self)
