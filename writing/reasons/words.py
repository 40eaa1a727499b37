"""Why there are no words: what a model answered, what its server said, and what is not set here."""

from __future__ import annotations

from poster.reasons import Actor, Group, Reason, Term, _
from poster.reasons.outside import Outside, Passing
from poster.reasons.rendering import TERMS

TERMS |= {
    "model.name": _("the model's name"),
    "model.name_and_address": _("the model's name and the address"),
    "useless.secret": _("a piece of the key it was called with"),
    "useless.echo": _("our own instructions"),
    "useless.code": _("program code"),
    "useless.key": _("something that looks like a secret key"),
}

# --- what a model answered


class NoUsableWords(Reason, group=Group.CONTENT, actor=Actor.YOU):
    """An answer came, and nothing of it may go out."""

    fix = _("Ask again, or write the caption yourself.")


class Declined(NoUsableWords, code="writing.declined"):
    text = _("The model declined to describe this picture.")
    fix = _("Write the caption yourself or change the prompt.")


class NoWordsCame(NoUsableWords, code="writing.no_words"):
    text = _("The model gave no words.")


class CutOff(NoUsableWords, code="writing.cut_off"):
    text = _("The model's answer breaks off in the middle.")
    fix = _("Ask again, or choose another model.")


class Malformed(NoUsableWords, code="writing.malformed"):
    text = _("The model's answer is not in the form that we asked for.")
    fix = _("Ask again, or choose another model.")


class OnlyData(NoUsableWords, code="writing.only_data"):
    text = _("The model answered with data in place of a caption.")


class Unsafe(NoUsableWords, code="writing.unsafe"):
    """`holds`: a term; what it is, is told to nobody."""

    text = _("The answer contains %(holds)s. It is not shown.")
    holds: Term


class FarTooLong(NoUsableWords, code="writing.far_too_long"):
    text = _("The caption has %(length)d characters; the shortest of your channels takes %(most)d.")
    fix = _("Ask again.")
    length: int
    most: int


# --- what a model's server said


class OfAModel(Outside, group=Group.ACCOUNT, actor=Actor.OPERATOR):
    """Whoever set up the key, or the model, puts it right."""


class NoCredits(OfAModel, code="writing.no_credits", group=Group.QUOTA):
    text = _("The credits at %(service)s are used up.")
    fix = _("Add credits there, or choose another captioner.")


class SpendingLimit(OfAModel, code="writing.spending_limit", group=Group.QUOTA):
    text = _("A spending limit at %(service)s is reached.")
    fix = _("Raise it there, wait until it is renewed, or choose another captioner.")


class NoBilling(OfAModel, code="writing.no_billing"):
    text = _("%(service)s wants billing to be set up.")
    fix = _("Do that there, or choose another captioner.")


class QuotaOfTheDay(OfAModel, code="writing.quota_of_the_day", group=Group.QUOTA):
    text = _("The quota of this model at %(service)s is used up.")
    fix = _("It is renewed by itself, mostly once a day; with a paid plan there, or another model, it goes on at once.")


class SlowDown(Passing, code="writing.slow_down", group=Group.QUOTA):
    text = _("%(service)s asks us to slow down.")
    fix = _("We go on by ourselves, and ask again.")


class KeyRefused(OfAModel, code="writing.key_refused"):
    text = _("%(service)s does not accept the key.")
    fix = _("Put in a valid one.")


class KeyTooNarrow(OfAModel, code="writing.key_too_narrow"):
    text = _("%(service)s knows the key and does not let it do this.")
    fix = _("Allow it there, or put in another key.")


class AccountNotServed(OfAModel, code="writing.account_not_served"):
    text = _("%(service)s does not serve this account.")
    fix = _("Settle that there, or choose another captioner.")


class NotFromHere(OfAModel, code="writing.not_from_here"):
    text = _("%(service)s answers nobody who calls from where this server stands. Nothing is wrong with the key.")
    fix = _("Look which countries they serve, or choose another captioner.")


class PrivacySettings(OfAModel, code="writing.privacy_settings"):
    text = _("The privacy settings of your account at %(service)s leave nobody who may answer with this model.")
    fix = _("Change them there, or choose another model.")


class NotVerified(OfAModel, code="writing.not_verified"):
    text = _("%(service)s gives this model to verified organizations only.")
    fix = _("Verify yours there, or choose another model.")


class BlindModel(OfAModel, code="writing.blind_model"):
    text = _("This model at %(service)s does not look at pictures.")
    fix = _("Choose one that does.")


class RequestRefused(OfAModel, code="writing.request_refused"):
    """`check`: a term."""

    text = _("%(service)s refused the request.")
    fix = _("Check %(check)s.")
    check: Term = Term("model.name")


class NoSuchModel(RequestRefused, code="writing.no_such_model"):
    """As far as they say."""


class HostRefused(OfAModel, code="writing.host_refused"):
    text = _("Who runs this model for %(service)s refused the request.")
    fix = _("Choose another model.")


class AddressMoved(OfAModel, code="writing.address_moved"):
    text = _("The address of %(service)s sends us elsewhere.")
    fix = _("Put in the address it has now.")


class DeclinedByService(OfAModel, code="writing.declined_by_service", group=Group.CONTENT, actor=Actor.YOU):
    text = _("%(service)s declined this picture.")
    fix = _("Write the caption yourself or change the prompt.")


class PictureTooLarge(OfAModel, code="writing.picture_too_large", group=Group.CONTENT):
    text = _("The picture is too large for %(service)s.")
    fix = _("Write the words yourself, or choose another model.")


class PictureUnread(OfAModel, code="writing.picture_unread", group=Group.CONTENT):
    text = _("%(service)s could not read the picture.")
    fix = _("Ask again, or write the caption yourself.")


class NoModelNamed(OfAModel, code="writing.no_model_named"):
    text = _("No model is named.")
    fix = _("Write one into the settings.")


class ModelNotListed(OfAModel, code="writing.model_not_listed"):
    text = _("%(service)s has no model that is called “%(model)s”.")
    fix = _("Check its name there.")
    model: str


class ListNotAllowed(OfAModel, code="writing.list_not_allowed"):
    text = _("This key may not ask %(service)s which models there are.")
    fix = _("Allow it there, or save it as it is.")


class NotUnderstood(Passing, code="writing.not_understood"):
    text = _("%(service)s answered in a way that we do not understand.")


class BrokeOff(Passing, code="writing.broke_off"):
    text = _("%(service)s broke off with an error.")
    fix = _("We ask again by ourselves.")


class AskedAndLost(Outside, code="writing.asked_and_lost", group=Group.DOUBT, actor=Actor.NOBODY, again=True):
    text = _("%(service)s was asked and gave no complete answer.")
    fix = _("We ask again; it may cost twice.")


# --- keys and settings of ours


class NoKey(Reason, code="writing.no_key", group=Group.ACCOUNT, actor=Actor.YOU):
    text = _("%(setting)s is not set, and there is no key of your own.")
    fix = _("Store one under AI keys, or ask the operator to set one.")
    setting: str


class SettingMissing(Reason, code="writing.setting_missing", group=Group.OURS, actor=Actor.OPERATOR):
    text = _("%(setting)s is not set, so this captioner cannot be asked.")
    fix = _("The operator sets it.")
    setting: str


class NoModelsHere(Reason, code="writing.no_models_here", group=Group.CONTENT, actor=Actor.YOU):
    text = _("The built-in describer has no models to choose from.")
    fix = _("Leave the model empty, or choose another captioner.")


class DescriberCannotRead(Reason, code="writing.describer_cannot_read", group=Group.CONTENT, actor=Actor.YOU):
    text = _("The built-in describer cannot read this picture.")
    fix = _("Write the caption yourself.")


class DescriberLacks(Reason, code="writing.describer_lacks", group=Group.OURS, actor=Actor.OPERATOR):
    text = _("The built-in describer needs the package %(package)s.")
    fix = _("The operator installs it.")
    package: str


class DescriberDied(Reason, code="writing.describer_died", group=Group.OURS, actor=Actor.NOBODY, again=True):
    text = _("The built-in describer did not finish.")
    fix = _("We try it again by ourselves.")


class LanguageUnknown(Reason, code="writing.language_unknown", group=Group.CONTENT, actor=Actor.YOU):
    text = _("“%(typed)s” is no language that we know.")
    fix = _("Write its name or its code, such as German, en or pt-BR.")
    typed: str


class UnknownBlank(Reason, code="writing.unknown_blank", group=Group.CONTENT, actor=Actor.YOU):
    """`blanks`: those that are not known; `known`: those that there are."""

    text = _("The prompt has a blank that we cannot fill: %(blanks)s.")
    fix = _("There are %(known)s.")
    blanks: tuple[str, ...]
    known: tuple[str, ...]
