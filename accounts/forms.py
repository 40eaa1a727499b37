"""Forms of the dashboard about people and their accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AdminUserCreationForm, ReadOnlyPasswordHashField, ReadOnlyPasswordHashWidget
from django.contrib.auth.hashers import is_password_usable
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.ai_keys import is_key, tried
from accounts.ai_services import service_choices
from accounts.models import AiKey, Channel, User
from accounts.people import hold_operators, is_the_only_operator
from accounts.providers import PROVIDERS, Grant
from poster.dashboard.scoping import AnyForm, OwnedForm
from poster.errors import Unauthorized

MOST_SPACING = 7 * 24 * 3600  # seconds
# What the operator may allow one person, and the setting that holds for everybody else.
ALLOWED = {
    "most_held_mb": "MOST_HELD_MB",
    "ai_budget": "AI_BUDGET",
    "most_watches": "MOST_WATCHES",
    "most_pictures": "MOST_PICTURES",
    "shortest_interval": "SHORTEST_INTERVAL",
}
LABELS = {
    "most_held_mb": _("megabytes of pictures held"),
    "ai_budget": _("US dollars a month for captions"),
    "most_watches": _("sources"),
    "most_pictures": _("pictures a day"),
    "shortest_interval": _("seconds between two looks"),
}
SECRET = {"autocomplete": "off", "spellcheck": "false"}


if TYPE_CHECKING:
    NewUserForm = AdminUserCreationForm[User]
else:
    NewUserForm = AdminUserCreationForm  # cannot be subscripted when it runs


class NewPersonForm(NewUserForm):
    """A new person, with a first password."""

    usable_password = None  # type: ignore[assignment]

    class Meta:
        model = User
        fields = ("email", "name")
        field_classes = {"email": forms.EmailField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def clean_email(self) -> str:
        """Addresses are kept in small letters, so that one person is one account."""
        return str(self.cleaned_data["email"]).lower()


class PasswordIsSet(ReadOnlyPasswordHashWidget):
    """Whether there is one, and the way to set another: nothing of how it is kept."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:  # noqa: ANN401 - Django's signature
        context: dict[str, Any] = super().get_context(name, value, attrs)
        there = bool(value) and is_password_usable(value)
        return {
            **context,
            "summary": [{"label": gettext("A password is set.") if there else gettext("No password is set.")}],
        }


class PersonForm(AnyForm):
    """What the operator may change about a person."""

    password = ReadOnlyPasswordHashField(
        label=_("Password"),
        widget=PasswordIsSet,
        help_text=_("Passwords are stored hashed, so nobody can read them."),
    )

    class Meta:
        model = User
        fields = ("email", "name", "is_active", "is_superuser", "password", *ALLOWED)
        labels = {"is_superuser": _("Operator"), **{name: capfirst(label) for name, label in LABELS.items()}}
        help_texts = {
            "is_superuser": _("Sees everything of everybody, and looks after this install."),
            "is_active": _("Untick to block sign-in without deleting the account."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for name, setting in ALLOWED.items():
            told = {"amount": getattr(settings, setting)}
            self.fields[name].help_text = gettext("Empty: as for everybody, %(amount)s.") % told

    def clean_email(self) -> str:
        """In small letters, as new ones are."""
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        stays = self.cleaned_data.get("is_active") and self.cleaned_data.get("is_superuser")
        hold_operators()
        if not stays and is_the_only_operator(self.instance):
            raise forms.ValidationError(gettext("This is the only operator. Make somebody else an operator first."))
        return data


class ConnectForm(forms.Form):
    """A login by its tokens, for those who have them. A page that comes back with a fault does not hold them."""

    provider = forms.ChoiceField(label=_("Provider"), choices=PROVIDERS.choices)
    access_token = forms.CharField(label=_("Access token"), widget=forms.PasswordInput(attrs=SECRET))
    refresh_token = forms.CharField(
        label=_("Refresh token"),
        required=False,
        widget=forms.PasswordInput(attrs=SECRET),
        help_text=_("Google gives one; the others do not."),
    )

    def grant(self) -> Grant:
        """What was typed, as the connecting function takes it."""
        return Grant(self.cleaned_data["access_token"].strip(), self.cleaned_data["refresh_token"].strip())


class ChannelForm(OwnedForm):
    """What a person decides about a channel."""

    class Meta:
        model = Channel
        fields = (
            *("spacing", "most_per_day", "quiet_from", "quiet_until"),
            *("never_resend", "always_ai", "always_adult"),
        )
        widgets = dict.fromkeys(("quiet_from", "quiet_until"), forms.TimeInput(format="%H:%M", attrs={"type": "time"}))

    def clean(self) -> dict[str, Any] | None:
        """Quiet hours have two ends."""
        data = super().clean()
        begin, end = self.cleaned_data.get("quiet_from"), self.cleaned_data.get("quiet_until")
        if (begin is None) != (end is None) or (begin is not None and begin == end):
            told = gettext("Quiet hours have a beginning and another end. Fill in both, or none.")
            self.add_error("quiet_until", told)
        return data

    def clean_most_per_day(self) -> int | None:
        """Nothing at all is a channel that is switched off."""
        most: int | None = self.cleaned_data["most_per_day"]
        if most == 0:
            raise forms.ValidationError(gettext("At least one. To stop posting here, switch it off."))
        return most

    def clean_spacing(self) -> int:
        """A pause that is longer than a week is a channel that is switched off."""
        spacing = int(self.cleaned_data["spacing"])
        if spacing > MOST_SPACING:
            raise forms.ValidationError(
                gettext("At most a week (604800 seconds). To stop posting here, switch it off.")
            )
        return spacing


class AiKeyForm(OwnedForm):
    """The key goes in and never comes out again."""

    warning = ""  # a sentence, when the key could not be tried

    new_key = forms.CharField(
        label=_("Key"),
        widget=forms.PasswordInput(attrs=SECRET),
        help_text=_("Kept sealed, and never shown again. It is used for your pictures only."),
    )

    class Meta:
        model = AiKey
        fields = ("captioner",)
        labels = {"captioner": _("Service")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        if "captioner" in self.fields:
            self.fields["captioner"] = forms.ChoiceField(label=_("Service"), choices=service_choices)
        else:
            self.fields["new_key"].label = gettext("Another key, in its place")
        if settings.PRACTICE:
            self.fields["new_key"].help_text = self._in_practice(self.fields["new_key"].help_text)

    def _in_practice(self, words: StrOrPromise) -> SafeString:
        there = gettext('In practice: <a href="{address}">a key of the sandbox</a>, whose models answer here.')
        return format_html("{} {}", words, format_html(there, address=f"{settings.REMOTE_ROOT}/feed/#keys"))

    def clean_captioner(self) -> str:
        """One key a service: another one takes its place on the page of the first."""
        service = str(self.cleaned_data["captioner"])
        if AiKey.objects.filter(owner=self.person, captioner=service).exists():
            raise forms.ValidationError(
                gettext("You have stored a key for this service already. Open it to replace it.")
            )
        return service

    def clean_new_key(self) -> str:
        """It travels in a header: one line of visible letters."""
        key = str(self.cleaned_data["new_key"]).strip()
        if not is_key(key):
            raise forms.ValidationError(gettext("This is not a key: it has spaces, strange letters, or is too long."))
        return key

    def clean(self) -> dict[str, Any] | None:
        """A key that its service refuses is not stored."""
        data = super().clean()
        service = self.cleaned_data.get("captioner") or self.instance.captioner
        key = self.cleaned_data.get("new_key")
        if key and service and not self.errors:
            try:
                self.warning = tried(self.person.pk, service, key)
            except Unauthorized as error:
                self.add_error("new_key", error.sentence)
        return data

    def save(self, commit: bool = True) -> AiKey:  # noqa: FBT001, FBT002 - Django's signature
        self.instance.key = self.cleaned_data["new_key"]
        return super().save(commit)  # type: ignore[no-any-return]
