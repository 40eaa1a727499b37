"""The form of a watch: a standing order in the owner's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.db import transaction
from django.forms.utils import ErrorDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Channel, Credential, User
from poster import clock
from poster.dashboard.scoping import OwnedForm
from poster.errors import OutsideError
from poster.permissions import Caller, NotPossible
from watches.models import PromptTemplate, Watch, source_choices
from watches.names import source_name
from watches.place_checks import Doubtful
from watches.reasons.orders import MixedWorlds, NoChannel
from watches.sources import SOURCES, About, about
from watches.watch_rules import (
    MOST_INTERVAL,
    MOST_LATE,
    check_model,
    check_prompt,
    check_quiet_hours,
    least_interval,
)
from watches.watch_service import add_watch, look_first
from writing import languages
from writing.captioners.placeholders import BLANKS

PACE = ("most_per_day", "quiet_from", "quiet_until")
RULES = ("interval", "captioner", "model", "language", "approval", "backlog", "fit", "latest_hours", *PACE)
SWITCHES = ("subfolders", "name_places", "always_ai", "always_adult", "in_queue")


class ChannelCards(forms.CheckboxSelectMultiple):
    """Channels as cards to tick."""

    template_name = "poster/channel_cards.html"


class ChoiceCards(forms.RadioSelect):
    """A few choices as cards."""

    template_name = "poster/choice_cards.html"


class WatchForm(OwnedForm):
    """What may be changed about a watch. Where it looks is fixed: another folder is another watch."""

    class Meta:
        model = Watch
        fields = ("name", "channels", "prompt_template", *RULES, *SWITCHES)
        widgets = {
            "channels": ChannelCards,
            "approval": ChoiceCards,
            "fit": ChoiceCards,
            "backlog": ChoiceCards,
            **{name: forms.TimeInput(format="%H:%M", attrs={"type": "time"}) for name in ("quiet_from", "quiet_until")},
        }
        help_texts = {
            "most_per_day": _("Of this source, whatever its channels take. Those beyond it wait for the next day."),
        }
        error_messages = {NON_FIELD_ERRORS: {"unique_together": _("You have a source with this name already.")}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        owner = self.instance.owner
        least_seconds = self._least_interval(owner)
        for name, least, most in (("interval", least_seconds, MOST_INTERVAL), ("latest_hours", 0, MOST_LATE)):
            self.fields[name] = forms.IntegerField(
                min_value=least,
                max_value=most,
                initial=self.fields[name].initial,
                label=self.fields[name].label,
                help_text=self.fields[name].help_text,
            )
        self.fields["language"] = forms.ChoiceField(
            choices=[("", gettext("as your prompt")), *languages.choices(self.instance.language)],
            required=False,
            label=self.fields["language"].label,
        )
        self.fields["channels"].queryset = Channel.objects.filter(owner=owner).select_related("credential")  # type: ignore[attr-defined]
        self.fields["channels"].label_from_instance = _channel_label  # type: ignore[attr-defined]
        self.fields["prompt_template"].queryset = PromptTemplate.objects.filter(owner=owner)  # type: ignore[attr-defined]
        self.fields["prompt_template"].empty_label = gettext("our usual one")  # type: ignore[attr-defined]

    @property
    def _is_there(self) -> bool:
        return not self.instance._state.adding

    def _least_interval(self, owner: User) -> int:
        return least_interval(owner, self.instance.stream.source)

    def save(self, commit: bool = True) -> Watch:  # noqa: FBT001, FBT002 - Django's signature
        """What lies in subfolders that are looked into from now on was there before: it is no news."""
        if self.instance.subfolders and "subfolders" in self.changed_data:
            self.instance.listed_at, self.instance.began_at = None, clock.now()
            transaction.on_commit(lambda: look_first(self.instance.pk), robust=True)
        watch: Watch = super().save(commit)
        return watch

    def clean(self) -> dict[str, Any] | None:
        """A captioner or a model that was changed is asked for at its service."""
        data = super().clean()
        try:
            check_quiet_hours(self.cleaned_data.get("quiet_from"), self.cleaned_data.get("quiet_until"))
        except NotPossible as error:
            self.add_error(error.about, str(error))
        if not self.errors and self._is_there and {"captioner", "model"} & set(self.changed_data):
            try:
                values = self.cleaned_data
                self.instance.untried = check_model(self.instance.owner, values["captioner"], values["model"])
            except NotPossible as error:
                self.add_error("model", str(error))
        return data

    def clean_channels(self) -> Any:  # noqa: ANN401
        """At least one, and practice is never mixed with real accounts."""
        channels = self.cleaned_data["channels"]
        if not channels:
            raise forms.ValidationError(str(NoChannel()))
        if len({channel.practice for channel in channels}) > 1:
            raise forms.ValidationError(str(MixedWorlds()))
        return channels


class PromptTemplateForm(OwnedForm):
    """What captioners are asked."""

    class Meta:
        model = PromptTemplate
        fields = ("name", "text")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        blanks = " ".join(f"{{{name}}}" for name in BLANKS)
        said = gettext("Blanks that are filled for each picture: %(blanks)s.") % {"blanks": blanks}
        self.fields["text"].help_text = said

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        try:
            check_prompt(text)
        except NotPossible as error:
            raise forms.ValidationError(str(error)) from error
        return text


class NewWatchForm(WatchForm):
    """A new watch: where to look, as well."""

    source = forms.ChoiceField(choices=source_choices, widget=ChoiceCards, label=_("Where pictures appear"))
    credential = forms.ModelChoiceField(
        Credential.objects.none(), required=False, label=_("Account"), empty_label=_("choose an account")
    )
    place = forms.CharField(label=_("Folder"), max_length=2000)
    prompt = forms.CharField(
        label=_("What the captioner is asked"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "In your own words: the tone, what to name, which hashtags always and which never. "
            "It is kept as a prompt template. Empty: the template chosen above."
        ),
    )
    anyway = forms.BooleanField(label=_("Watch this folder anyway"), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        offered = {name: told for name in SOURCES if self._may_choose(told := about(name))}
        self._offer(offered)
        opened = {name: told.provider for name, told in offered.items() if told.provider}
        mine = Credential.objects.filter(owner=self.person, provider__in=opened.values())
        self.fields["credential"].queryset = mine  # type: ignore[attr-defined]
        self.fields["credential"].help_text = gettext("Needed for %(sources)s.") % {
            "sources": ", ".join(map(source_name, opened))
        }
        only = mine[:2]
        if len(only) == 1:
            self.fields["credential"].initial = only[0]

    def _may_choose(self, told: About) -> bool:
        return self.person.is_superuser or not told.of_this_machine  # folders of this machine are the operator's

    def _offer(self, offered: Mapping[str, About]) -> None:
        """These alone, and what to put in for each. A folder of this machine is seldom what people want first."""
        source, place = self.fields["source"], self.fields["place"]
        source.choices = [(name, source_name(name)) for name in offered]  # type: ignore[attr-defined]
        source.initial = min(offered, key=lambda name: offered[name].of_this_machine)
        place.help_text = " ".join(_put_in(name, told) for name, told in offered.items())

    def _least_interval(self, owner: User) -> int:
        return 1  # where it looks is not known yet: `add_watch` checks

    def _post_clean(self) -> None:
        """The order is made by the one function that checks it; its sentences are the form's errors."""
        super()._post_clean()  # type: ignore[misc]
        if not self.errors:
            self._order()

    def _order(self) -> None:
        data = self.cleaned_data
        template = data["prompt_template"]
        try:
            self.instance = add_watch(
                self.person,
                by=Caller.of(self.person),
                name=data["name"],
                source=data["source"],
                place=data["place"],
                credential=data["credential"],
                channels=list(data["channels"]),
                prompt=data["prompt"].strip() or (template.text if template else ""),
                anyway=data["anyway"],
                **{rule: data[rule] for rule in (*RULES, *SWITCHES)},
            )
        except Doubtful as error:
            self.fields["anyway"].widget = forms.CheckboxInput()  # now it is asked
            self.add_error("place", str(error))
        except NotPossible as error:
            self.add_error(error.about if error.about in self.fields else None, str(error))
        except OutsideError as error:  # the source was asked for the folder
            self.add_error("place", str(error))

    def save(self, commit: bool = True) -> Watch:  # noqa: FBT001, FBT002 - Django's signature
        """It is made already; there is nothing left to write."""
        self.save_m2m = lambda: None  # type: ignore[method-assign]
        return self.instance  # type: ignore[no-any-return]


def sketched(form: forms.BaseForm) -> None:
    """What is typed by now is shown again as it is: nothing of it is checked before somebody saves."""
    form._errors = ErrorDict()  # type: ignore[attr-defined]


def _put_in(source: str, told: About) -> str:
    what = gettext(str(told.put_in)) if told.put_in else ""  # of an empty text a catalogue tells about itself
    return gettext("%(source)s: %(what)s") % {"source": source_name(source), "what": what}


def _channel_label(channel: Channel) -> str:
    handle = f" · {channel.handle}" if channel.handle else ""
    practice = f" · {gettext('practice')}" if channel.practice else ""
    return f"{channel.platform}|{channel.name}|{channel.platform.title()}{handle}{practice}"
