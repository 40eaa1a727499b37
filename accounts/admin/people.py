"""Who may come in: people."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.core.mail import EmailMessage
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts import allowances
from accounts.forms import ALLOWED, LABELS, NewPersonForm, PersonForm
from accounts.local_time import read_by
from accounts.mailer import post
from accounts.models import User
from accounts.reasons import events
from accounts.sign_in.second_factors import has_one, take_away
from accounts.sign_in.sessions import end_all
from accounts.sign_in.verified_addresses import vouch
from poster.dashboard import display
from poster.dashboard.scoping import OperatorAdmin, StageFilter
from poster.dashboard.verbs import Button, verb
from poster.ledger.security_log import Kind, record
from poster.permissions import in_dashboard
from poster.reasons import Because, Fact, Term
from poster.web.reauth import require_fresh


class RoleFilter(StageFilter):
    """What people may do here."""

    title = _("role")
    parameter_name = "role"
    stages = {"operator": (_("Operators"), []), "member": (_("Members"), []), "out": (_("Locked out"), [])}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = {
            "operator": {"is_superuser": True, "is_active": True},
            "member": {"is_superuser": False, "is_active": True},
            "out": {"is_active": False},
        }
        return queryset.filter(**wanted.get(self.value() or "", {}))


@admin.register(User)
class PersonAdmin(OperatorAdmin, UserAdmin):  # type: ignore[type-arg]
    """Everybody with an account; for the operator."""

    lead = _("Everybody works in the dashboard and sees only what is theirs. Operators see everything.")
    may_add = may_change = True
    form = PersonForm  # type: ignore[assignment]
    add_form = NewPersonForm
    add_form_template = None
    list_display = ("email", "name", "role", "seen")
    list_filter = (RoleFilter,)
    search_fields = ("email", "name")
    search_help_text = _("Search people")
    ordering = ("email",)
    filter_horizontal = ()
    readonly_fields = ("seen",)
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        (_("What they may do"), {"fields": ("is_active", "is_superuser", "seen")}),
        (_("How much they may use"), {"fields": tuple(ALLOWED)}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "password1", "password2")}),)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """What is changed here opens and closes doors: the operator confirms first that it is them."""
        if request.method == "POST":
            require_fresh(request)
        return super().changeform_view(request, *args, **kwargs)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """A new password for somebody who lost theirs; it signs them out everywhere, and they are told by mail."""
        require_fresh(request)
        person = self.get_object(request, id)
        response = super().user_change_password(request, id, form_url)
        if isinstance(person, User) and not User.objects.filter(pk=id, password=person.password).exists():
            end_all(person)
            record(Kind.ACCOUNT, events.PasswordByOperator(), person=person.pk, request=request)
            _tell(person, _("An operator set a new password for your account, and all your sessions ended"))
        return response

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: ANN401, FBT001 - Django's signature
        super().save_model(request, obj, form, change)
        if not change or "email" in form.changed_data:
            vouch(obj)
        if change and "email" in form.changed_data:
            _tell(obj, _("An operator gave your account another e-mail address"), to=form.initial["email"])
        for fact in _changes(obj, set(form.changed_data)) if change else [events.AccountMade()]:
            record(Kind.ROLE, fact, person=obj.pk, request=request)
            changed = events.ChangedAnAccount(change=Because(fact))
            record(Kind.ROLE, changed, person=request.user.pk, request=request)
        if not obj.is_active:
            end_all(obj)
        allowances.changed(obj)

    @verb(
        _("Take away the second factor"),
        icon="cross",
        look="danger",
        when=has_one,
        ask=_("For somebody who lost it: the password alone opens the account again, until a new one is set up."),
        fresh=True,
    )
    def take_away_second_factor(self, request: HttpRequest, person: User) -> str:
        """Let somebody in again whose phone or key is gone."""
        take_away(person, by=in_dashboard(request), request=request)
        return gettext("%(person)s signs in with the password alone now, and was told so by mail.") % {"person": person}

    def buttons(self, row: Model) -> list[Button]:
        """To delete somebody is for what is above this app, so it has an address of its own."""
        young = Button(
            name="young",
            url=reverse("too_young", args=[row.pk]),
            key=f"young-{row.pk}",
            label=gettext("This person is too young"),
            look="danger",
            icon="trash",
            ask=gettext(
                "The account is deleted at once, with everything in it, and cannot be brought back. No copy is made. "
                "The person gets a receipt by mail."
            ),
        )
        return [*super().buttons(row), young]

    @admin.display(description=_("role"))
    def role(self, person: User) -> SafeString:
        if not person.is_active:
            return display.badge("off", gettext("locked out"))
        if person.is_superuser:
            return display.tag("apps", gettext("operator"))
        return display.tag("people", gettext("member"))

    @admin.display(description=_("last here"), ordering="last_login")
    def seen(self, person: User) -> str:
        return display.moment(person.last_login) or gettext("never")


def _tell(person: User, what: StrOrPromise, *, to: str = "") -> None:
    """Mail somebody what was done to their account; `to`: the address that they had."""
    with read_by(person):
        words = gettext("%(what)s. Did you not ask for this? Tell the operator.") % {"what": what}
        post(EmailMessage(str(what), f"{words}\n\nai-poster", to=[to or person.email]))


def _changes(person: User, changed: set[str]) -> list[Fact]:
    """What was changed about somebody."""
    said: dict[str, Fact] = {
        "is_superuser": events.BecameOperator() if person.is_superuser else events.OperatorNoMore(),
        "is_active": events.LetInAgain() if person.is_active else events.LockedOut(),
        "email": events.EmailByOperator(),
    }
    told = [fact for field, fact in said.items() if field in changed]
    return told + [_allowed(field, getattr(person, field)) for field in LABELS if field in changed]


def _allowed(field: str, amount: object) -> Fact:
    kind = Term(f"allowed.{field}")
    return events.AllowedAsAll(kind=kind) if amount is None else events.Allowed(kind=kind, amount=str(amount))
