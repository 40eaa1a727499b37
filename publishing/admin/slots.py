"""Posting times in the dashboard: the slots of each channel, and what has taken the next ones."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from accounts.local_time import zone_of
from accounts.models import Channel
from accounts.sign_in.my_account import zones
from poster.dashboard import display
from poster.dashboard.scoping import OwnedAdmin, OwnedForm, OwnFilter
from poster.permissions import Caller, NotPossible, in_dashboard
from publishing.models import Slot
from publishing.posts import queueing, slots


class SlotForm(OwnedForm):
    """One time on several days."""

    channel = forms.ModelChoiceField(Channel.objects.none(), label=_("Channel"), empty_label=_("choose a channel"))
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days"),
        coerce=int,
        choices=Slot.Day.choices,
        initial=[day.value for day in Slot.Day if day < Slot.Day.SATURDAY],
        widget=forms.CheckboxSelectMultiple,
    )
    zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("When clocks are changed, a slot keeps its time on the wall there.")
    )

    class Meta:
        model = Slot
        fields = ("channel", "wall", "zone")
        widgets = {"wall": forms.TimeInput(format="%H:%M", attrs={"type": "time"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        mine = str(zone_of(self.person))
        self.fields["zone"].choices = zones()[1:]  # type: ignore[attr-defined]
        self.fields["zone"].initial = mine
        self.fields["channel"].queryset = Channel.objects.filter(owner=self.person)  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        """They are made by the one function that checks them; its sentences are the form's errors."""
        if self.errors:
            return
        data = self.cleaned_data
        try:
            made = slots.add(
                data["channel"],
                weekdays=data["weekdays"],
                wall=data["wall"],
                zone=data["zone"],
                by=Caller.of(self.person),
            )
            self.instance = made[0]
        except NotPossible as error:
            self.add_error(error.about if error.about in self.fields else None, str(error))

    def save(self, commit: bool = True) -> Slot:  # noqa: FBT001, FBT002 - Django's signature
        """They are made already; there is nothing left to write."""
        self.save_m2m = lambda: None  # type: ignore[method-assign]
        return self.instance  # type: ignore[no-any-return]


@admin.register(Slot)
class SlotAdmin(OwnedAdmin):
    """The times of a week at which channels are posted to."""

    one, many = _("posting time"), _("posting times")
    add_label = _("Add times")
    lead = _("What you put into the queue takes the next of these times that is free, in each channel that it goes to.")
    empty = (_("No posting time yet"), _("Add times of the week for a channel; then posts can go into its queue."))
    farewell = _("What has this time already keeps it.")
    may_add = may_delete = True
    list_display = ("where", "day", "at", "zone", "coming")
    list_display_links = ("day",)
    list_filter = (("channel", OwnFilter), "weekday")
    fetched_with = ("channel__slots",)
    ordering = ("channel__name", "channel", "weekday", "wall")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: ANN401, FBT001, FBT002
        return super().get_form(request, obj, change, form=OwnedForm if obj else SlotForm, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Slot | None = None) -> Any:  # noqa: ANN401
        if obj:
            return [(None, {"fields": ("where", "day", "at", "zone", "coming")})]
        return [(None, {"fields": ("channel", "weekdays", ("wall", "zone"))})]

    def save_model(self, request: HttpRequest, obj: Slot, form: Any, change: bool) -> None:  # noqa: ANN401, FBT001
        """It was made by `slots.add`."""

    def delete_model(self, request: HttpRequest, obj: Slot) -> None:
        slots.remove(obj, by=in_dashboard(request))

    @admin.display(description=_("channel"), ordering="channel__name")
    def where(self, slot: Slot) -> SafeString:
        return display.tag(slot.channel.platform, slot.channel.name)

    @admin.display(description=_("day"), ordering="weekday")
    def day(self, slot: Slot) -> str:
        return slot.get_weekday_display()

    @admin.display(description=_("time"), ordering="wall")
    def at(self, slot: Slot) -> str:
        return f"{slot.wall:%H:%M}"

    def get_changelist_instance(self, request: HttpRequest) -> Any:  # noqa: ANN401 - Django's ChangeList
        listed = super().get_changelist_instance(request)
        queueing.look_ahead(listed.result_list)
        return listed

    @admin.display(description=_("next"))
    def coming(self, slot: Slot) -> SafeString:
        """When it comes next, and whether something has it."""
        if slot.ahead is None:
            queueing.look_ahead([slot])
        when, taken = slot.ahead or (None, False)
        told = display.with_reason(
            SafeString(), pgettext("posting time", "taken") if taken else pgettext("posting time", "free")
        )
        return format_html("{}{}", display.moment(when), told)
