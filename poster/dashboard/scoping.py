"""Who sees which row. Everybody works in the dashboard and sees what is theirs; the operator sees everything.

Scoping `get_queryset` alone leaks (filters' labels, choices of forms, lookups in the address, delete pages), so each of
these is closed here, once, for every ModelAdmin.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from poster.dashboard.lean import Lean
from poster.dashboard.long_lists import BoundedPaginator, ShortPaginator, among
from poster.dashboard.verbs import VerbsMixin
from poster.web.operators import is_operator

if TYPE_CHECKING:
    AnyForm = forms.ModelForm[Any]
else:
    AnyForm = forms.ModelForm  # cannot be subscripted when it runs

# What may follow the name of a listed filter in an address. Nothing that reads into a related row or guesses a value.
WANTS = "me"
OFFERED = 25  # choices of one filter
NO_SUCH_ROW = _("There is no such %(name)s here, or not any more.")
TAILS = {"", "exact", "id__exact", "isnull", "gte", "lt"}


class StageFilter(admin.SimpleListFilter):
    """By state, with states that mean the same to a person put together. `stages`: name -> (label, states)."""

    title = _("state")
    parameter_name = "stage"
    stages: ClassVar[dict[str, tuple[StrOrPromise, Sequence[str]]]] = {}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ANN401
        return [(name, str(label)) for name, (label, _states) in self.stages.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Of several states, the newest of each: for all together no index has the order of the list."""
        _label, states = self.stages.get(self.value() or "", ("", None))
        if states is None or len(states) == 1:
            return queryset if states is None else queryset.filter(state=states[0])
        newest = queryset.order_by("-created_at").values_list("pk", flat=True)
        parts = [newest.filter(state=state)[: ShortPaginator.MOST] for state in states]
        return among(queryset, [key for part in parts for key in part])


class WantingFilter(admin.SimpleListFilter):
    """What the number in the menu counts."""

    title = _("attention")
    parameter_name = "wants"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ANN401
        self._rows = model_admin.wanting(request.user)
        return [] if self._rows is None else [(WANTS, str(_("Waits for me")))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        asked = self.value() == WANTS and self._rows is not None
        return queryset.filter(pk__in=self._rows.values("pk")) if asked else queryset


def bounded(rows: QuerySet[Any]) -> int:
    """How many there are, counted to 100. Unsorted, so that an index answers."""
    return rows.order_by()[:100].count()


class OwnFilter(admin.RelatedFieldListFilter):
    """By something related, of which only one's own is offered: the first `OFFERED` by name, and what is chosen."""

    order: ClassVar[str] = "name"

    def __init__(self, *args: Any, **more: Any) -> None:  # noqa: ANN401 - as Django hands them over
        super().__init__(*args, **more)
        field: Any = self.field
        other = admin.site._registry.get(field.remote_field.model)
        if isinstance(other, OwnedAdmin) and other.one:
            self.title = str(other.one)  # as people call it

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[Any]:  # noqa: ANN401
        mine = self.offered(field, request).order_by(self.order)
        rows = list(mine[:OFFERED])
        if len(rows) == OFFERED and (chosen := self._chosen(mine)) and chosen not in rows:
            rows.append(chosen)
        return [(row.pk, str(row)) for row in rows]

    def offered(self, field: Any, request: HttpRequest) -> QuerySet[Any]:  # noqa: ANN401
        """What can be chosen."""
        rows: QuerySet[Any] = field.remote_field.model._default_manager.all()
        return rows if is_operator(request) else rows.filter(owner=request.user)

    def _chosen(self, rows: QuerySet[Any]) -> Model | None:
        try:
            return rows.filter(pk__in=self.lookup_val or []).first()
        except ValidationError:  # an address that somebody made up; Django answers it
            return None

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Through a table between: asked of each row, for a join would give rows twice, and in no order."""
        if not self.field.many_to_many or not self.lookup_val:
            direct: Any = super().queryset(request, queryset)
            return direct  # type: ignore[no-any-return]
        field: Any = self.field
        between = field.remote_field.through._base_manager
        ways = {field.m2m_field_name(): OuterRef("pk")}
        try:
            other = {f"{field.m2m_reverse_field_name()}__in": self.lookup_val}
            return queryset.filter(Exists(between.filter(**ways, **other)))
        except ValidationError as error:
            raise IncorrectLookupParameters(error) from error


class OwnerFilter(OwnFilter):
    """By whose it is; for the operator."""

    order = "email"

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as Django has it
        super().__init__(*args, **kwargs)
        self.title = _("owner")


def _sees_several(request: HttpRequest) -> bool:
    """The operator of an install that more than one person uses. Asked once for a page."""
    if not is_operator(request):
        return False
    if not hasattr(request, "_several"):
        people = get_user_model()._default_manager.order_by().values_list("pk", flat=True)[:2]
        request._several = len(people) > 1  # type: ignore[attr-defined]
    return bool(request._several)  # type: ignore[attr-defined]


class OwnedForm(AnyForm):
    """A form for a row of `person`, checked for what must be unique among their rows."""

    person: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        if self.instance._state.adding:
            self.instance.owner = self.person

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"owner"}  # type: ignore[no-any-return,misc]


class OwnedAdmin(VerbsMixin, Lean):
    """For rows that belong to a person. Rows that the machine writes stay read-only: set what people may do.

    `asks_outside`: the form asks somebody outside. Django opens a transaction around every form that is sent, and on
    SQLite that holds the write lock; here it does not, and `save_model` keeps together what belongs together.
    """

    asks_outside = False
    owner = "owner"  # the way from a row to its person
    may_add = may_change = may_delete = False
    form = OwnedForm
    one: StrOrPromise = ""
    many: StrOrPromise = ""  # what people call a row and the list, where the model's own name is not that
    lead: StrOrPromise = ""  # one sentence under the title of the list
    farewell: StrOrPromise = ""  # what a person should know before they delete
    # Title and sentence when there are no rows at all.
    empty: tuple[StrOrPromise, StrOrPromise] = (_("Nothing here yet"), "")
    # What a list shows of related rows. Never joined: a join makes the database sort a million rows for the first 50.
    fetched_with: tuple[Any, ...] = ()
    list_select_related = ()
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    paginator = BoundedPaginator
    show_facets = admin.ShowFacets.NEVER
    view_on_site = False
    empty_value_display = ""
    save_as = save_on_top = False

    def wanting(self, person: Any) -> QuerySet[Any] | None:  # noqa: ANN401 - whoever is signed in
        """The rows that this person should look at: the menu counts them, and its number leads to them."""
        return None

    def tone(self, rows: QuerySet[Any]) -> str:
        """How the number looks."""
        return "wait"

    def waiting(self, request: HttpRequest) -> tuple[int, str]:
        """For the menu: how many rows want attention (counted to 100), and their tone."""
        rows = self.wanting(request.user)
        number = 0 if rows is None else bounded(rows)
        return number, self.tone(rows) if rows is not None and number else ""

    @property
    def names(self) -> tuple[str, str]:
        one, many = super().names
        return str(self.one or one), str(self.many or many)

    # -- which rows -------------------------------------------------------------------------------------------------
    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request).prefetch_related(*self.fetched_with, *self._owners(request))
        return rows if is_operator(request) else rows.filter(**{self.owner: request.user})

    def _owners(self, request: HttpRequest) -> list[str]:
        return ["owner"] if is_operator(request) and self.owner == "owner" else []

    def owns(self, request: HttpRequest, row: Model | None) -> bool:
        """Whether this person may see this row; `None` asks about the page as such."""
        if not (request.user.is_active and getattr(request.user, "is_staff", False)):
            return False
        return row is None or is_operator(request) or attrgetter(self.owner.replace("__", "."))(row) == request.user

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.owns(request, None)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.owns(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_add and self.owns(request, None)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_change and self.owns(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_delete and self.owns(request, obj)

    # -- what leads to other rows -------------------------------------------------------------------------------------
    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only the filters that the page offers: any other lookup is a way to guess hidden values."""
        offered = [self._filtered_by(each) for each in (self.get_list_filter(request) if request else [])]
        return any(lookup == name or lookup.removeprefix(f"{name}__") in TAILS for name in offered)

    @staticmethod
    def _filtered_by(each: Any) -> str:  # noqa: ANN401
        if isinstance(each, type):
            return str(getattr(each, "parameter_name", ""))
        return str(each[0] if isinstance(each, (tuple, list)) else each)

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> QuerySet[Any] | None:  # noqa: ANN401
        """Choices of a form are one's own rows, whoever asks."""
        rows = super().get_field_queryset(db, db_field, request)
        model = db_field.remote_field.model
        if not hasattr(model, "owner"):
            return rows
        return (model._default_manager.all() if rows is None else rows).filter(owner=request.user)

    def get_deleted_objects(
        self,
        objs: Any,  # noqa: ANN401
        request: HttpRequest,
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Nothing is named but the row itself: `farewell` says what goes with it."""
        *_, protected = super().get_deleted_objects(objs, request)
        return [], {}, set(), protected

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:  # noqa: ANN401 - each admin knows its own
        """Django breaks at an empty `_to_field`; it names no field, as a missing one does."""
        return super().get_object(request, object_id, from_field or None)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:  # noqa: ANN401
        """Django's answer to a change, delete or history page of a row that this person does not see."""
        self.refuse(request, object_id)
        messages.warning(request, NO_SUCH_ROW % {"name": self.names[0]})
        return redirect("admin:index")

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: ANN401, FBT001, FBT002
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"person": request.user})

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        told = {"title": _("New %(name)s") % {"name": self.names[0]}} if kwargs.get("add") else {}  # as people call it
        return super().render_change_form(request, {**context, **told, "model_admin": self}, *args, **kwargs)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401
        view = self._changeform_view if self.asks_outside else super().changeform_view  # type: ignore[attr-defined]
        response: HttpResponse = view(request, *args, **kwargs)
        return response

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().delete_view(request, object_id, {**(extra_context or {}), "model_admin": self})

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().history_view(request, object_id, {**(extra_context or {}), "model_admin": self})

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": capfirst(self.names[1]), **(extra_context or {})})

    # -- the operator's view --------------------------------------------------------------------------------------
    def get_list_display(self, request: HttpRequest) -> Any:  # noqa: ANN401
        shown = list(super().get_list_display(request))
        return [*shown, "whose"] if self.owner == "owner" and _sees_several(request) else shown

    @admin.display(description=_("owner"))
    def whose(self, row: Any) -> str:  # noqa: ANN401
        """The person behind a row, asked for once per person on a page."""
        return str(row.owner)

    def get_list_filter(self, request: HttpRequest) -> Any:  # noqa: ANN401
        offered = [*super().get_list_filter(request), WantingFilter]
        return [*offered, ("owner", OwnerFilter)] if self.owner == "owner" and _sees_several(request) else offered


class WrittenAdmin(OwnedAdmin):
    """For rows that the machine writes: a page of their own shows them, and only verbs change them."""

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:  # noqa: ANN401
        return []


class OperatorAdmin(OwnedAdmin):
    """For rows of the whole install: only the operator knows that they exist."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = admin.ModelAdmin.get_queryset(self, request).prefetch_related(*self.fetched_with)
        return rows if is_operator(request) else rows.none()

    def owns(self, request: HttpRequest, row: Model | None) -> bool:
        return request.user.is_active and is_operator(request)

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: ANN401, FBT001, FBT002
        return super(OwnedAdmin, self).get_form(request, obj, change=change, **kwargs)

    def get_list_display(self, request: HttpRequest) -> Any:  # noqa: ANN401
        return self.list_display

    def get_list_filter(self, request: HttpRequest) -> Any:  # noqa: ANN401
        return [*self.list_filter, WantingFilter]
