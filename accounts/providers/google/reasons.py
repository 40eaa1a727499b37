"""What Google says that nobody else does: of Drive, and of logins that it does not renew."""

from __future__ import annotations

from poster.reasons import Actor, Group, _
from poster.reasons.outside import Outside
from poster.reasons.outside_logins import App, Login


class DriveNotAllowed(Login, code="google.drive_not_allowed"):
    """The box was not ticked."""

    text = _("This login may not read Google Drive.")
    fix = _("Connect the Google account again, and tick the box for Google Drive.")


class DriveSwitchedOff(App, code="google.drive_switched_off"):
    """In the operator's project."""

    text = _("The Google Drive API is not switched on for this app.")
    fix = _("The operator switches it on in the Google Cloud console.")


class ProjectClosed(App, code="google.project_closed"):
    """Or suspended."""

    text = _("Google has closed the project of this app, or its billing.")
    fix = _("The operator looks into the Google Cloud console.")


class OfAFile(Outside, group=Group.SOURCE, actor=Actor.YOU):
    """One file, or one folder."""


class FileGone(OfAFile, code="google.file_gone"):
    """Or hidden; they do not tell which."""

    text = _("Google does not have it any more, or no longer shows it to the connected account.")
    fix = _("Look in Google Drive whether it is there, and share it with the connected account.")


class FileNotShared(OfAFile, code="google.file_not_shared"):
    """They tell that it is there."""

    text = _("The connected Google account may not open it.")
    fix = _("Ask its owner to share it again.")


class NoDownload(OfAFile, code="google.no_download"):
    """A setting of the file."""

    text = _("Its owner does not allow it to be downloaded.")
    fix = _("Ask for that, or use another file.")


class NoBytes(OfAFile, code="google.no_bytes"):
    """A Doc, a Sheet, a form."""

    text = _("It is a document of Google's own and has no picture in it.")
    fix = _("Save it as a picture first.")


class FileAbusive(OfAFile, code="google.file_abusive"):
    """As their scanner says."""

    text = _("Google takes this file for malware or spam and does not give it out.")
    fix = _("Use another file.")


class DriveForbidden(Outside, code="google.drive_forbidden", group=Group.ACCOUNT, actor=Actor.YOU):
    """A policy of the account's Workspace."""

    text = _("The administrator of this Google account does not allow apps to read Drive.")
    fix = _("Ask for permission there.")


# --- logins


class GrantRefused(Login, code="google.grant_refused"):
    """`invalid_grant` says no more than that."""

    text = _(
        "Google does not renew this login any more: access was taken back, or the operator's app is still in Google's "
        '"Testing" mode, where every login ends after 7 days.'
    )
    fix = _("Connect the Google account again.")


class ForbiddenByAdministrator(Login, code="google.forbidden_by_administrator"):
    """Workspace policy."""

    text = _("The Google Workspace administrator of this account does not allow this app.")
    fix = _(
        "They have to allow it, by its client id, in the Admin console under API controls; it then goes on by itself. "
        "If it does not, connect the account again."
    )


class AdvancedProtection(Login, code="google.advanced_protection"):
    """The strictest kind of account."""

    text = _(
        "This Google account has Advanced Protection, which lets in no app that Google or its Workspace administrator "
        "has not allowed."
    )
    fix = _("The administrator has to allow this app, or connect another Google account.")


class OtherOrganisation(Login, code="google.other_organisation"):
    """The app is internal."""

    text = _("This app is only for accounts of one Google Workspace organisation, and this one is not in it.")
    fix = _(
        "The organisation's administrator or the operator has to open the app to it; then connect the Google account "
        "again."
    )


class NotLasting(Login, code="google.not_lasting"):
    """No refresh token."""

    text = _("Google gave no lasting permission with this login.")
    fix = _("Connect the Google account again.")


class NotLastingYet(Outside, code="google.not_lasting_yet", group=Group.ACCOUNT, actor=Actor.YOU):
    """The same, at the first login: they give one only once."""

    text = _("Google gave no lasting permission.")
    fix = _("Open myaccount.google.com/connections, remove this app there, and connect again.")


class ClientRefused(App, code="google.client_refused"):
    """Its id or secret."""

    text = _("Google does not accept this app (%(vendor_code)s).")
    fix = _("The operator has to check its client id and secret.")


class ClientGone(App, code="google.client_gone"):
    """Deleted or disabled there."""

    text = _("Google does not accept this app (%(vendor_code)s).")
    fix = _(
        "The operator has to put its client right in the Google Cloud console, or make a new one and enter that here."
    )
