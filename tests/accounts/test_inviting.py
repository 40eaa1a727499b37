"""Nobody comes in who is not invited; an invitation opens one account, once."""

from __future__ import annotations

import datetime as dt
import json
import re
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.data_rights import documents
from accounts.models import Acceptance, Invitation, User
from accounts.reasons.people import HasAnAccount, InvitationOver
from accounts.sign_in import invitations
from poster.permissions import TERMINAL, Caller, NotPossible
from tests import factories
from tests.accounts.doors import confirm, inside, knock, later, lines, mails, quick_door, somebody  # noqa: F401
from tests.facts import with_reason

pytestmark = pytest.mark.django_db
WISHES = {
    "name": "Nina",
    "password1": factories.PASSWORD,
    "password2": factories.PASSWORD,
    "adult": "on",
    "agreed": "on",
}


@pytest.fixture
def served(settings):
    """An install whose mails leave it."""
    settings.EMAIL_URL = "smtp://localhost:2525"


def path_of(link: str) -> str:
    return "/" + link.split("/", 3)[3]


def mailed_link() -> str:
    return re.search(r"http\S+/join/\S+", str(mails()[-1].body)).group()


def test_an_invited_person_joins_is_signed_in_and_has_agreed() -> None:
    _, link = invitations.invite("Nina@Example.org", by=Caller.of(somebody("Olga", operator=True)))
    client = Client(headers={"user-agent": "Firefox of Nina"}, REMOTE_ADDR="192.0.2.9")
    page = client.get(path_of(link))
    assert b"nina@example.org" in page.content
    assert b"I am 16 or older" in page.content
    response = client.post(path_of(link), WISHES)
    assert response["Location"] == reverse("admin:index")
    assert client.get(reverse("admin:index")).status_code == 200
    nina = User.objects.get(email="nina@example.org")
    assert not nina.is_superuser
    agreed = {row.document: row for row in nina.acceptances.all()}
    assert {name: agreed[name].version for name in ("terms", "privacy")} == documents.current()
    assert agreed["age"].version == "16"
    assert {(row.address, row.browser) for row in agreed.values()} == {("192.0.2.9", "Firefox of Nina")}
    assert lines(nina)[0] == "Joined by invitation as a member"


@pytest.mark.parametrize(
    ("by_somebody", "is_operator", "told"),
    [
        (True, False, "Olga invites you. Your account is for <strong>nina@example.org</strong>."),
        (True, True, "Olga invites you to look after this install as an operator. Your account"),
        (False, False, "You are invited. Your account"),
        (False, True, "You are invited to look after this install as an operator. Your account"),
    ],
)
def test_the_page_says_who_invites_and_what_to(by_somebody: bool, is_operator: bool, told: str) -> None:
    by = Caller.of(somebody("Olga", operator=True)) if by_somebody else TERMINAL
    _, link = invitations.invite("nina@example.org", by=by, is_operator=is_operator)
    page = " ".join(Client().get(path_of(link)).content.decode().split())
    assert told in page.replace(str(by.person), "Olga")


def test_the_link_works_once() -> None:
    made, link = invitations.invite("nina@example.org", by=TERMINAL)
    assert Client().post(path_of(link), WISHES).status_code == 302
    assert Client().get(path_of(link)).status_code == 410
    again = Client().post(path_of(link), {**WISHES, "name": "Eve"})
    assert again.status_code == 410
    assert User.objects.filter(email="nina@example.org").count() == 1
    made.refresh_from_db()
    assert made.used_at


def test_two_who_open_the_same_link_at_once_make_one_account(rf) -> None:
    made, _ = invitations.invite("nina@example.org", by=TERMINAL)
    invitations.join(made, WISHES, request=rf.post("/"), verified=True)
    with pytest.raises(NotPossible, check=with_reason(InvitationOver)):
        invitations.join(made, WISHES, request=rf.post("/"), verified=True)


@pytest.mark.parametrize("end", ["run out", "withdrawn", "invited again"])
def test_a_link_that_is_over_opens_nothing(end) -> None:
    made, link = invitations.invite("nina@example.org", by=TERMINAL)
    if end == "run out":
        Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    elif end == "withdrawn":
        invitations.withdraw(made, by=TERMINAL)
    else:
        invitations.invite("nina@example.org", by=TERMINAL)
    assert Client().post(path_of(link), WISHES).status_code == 410
    assert not User.objects.exists()


def test_seven_days() -> None:
    made, _ = invitations.invite("nina@example.org", by=TERMINAL)
    assert dt.timedelta(days=6, hours=23) < made.expires_at - timezone.now() <= dt.timedelta(days=7)


def test_the_token_is_not_in_the_database() -> None:
    made, link = invitations.invite("nina@example.org", by=TERMINAL)
    token = link.rstrip("/").rpartition("/")[2].partition(":")[0]
    assert token not in json.dumps(list(Invitation.objects.values()), default=str)
    assert len(made.digest) == 64


@pytest.mark.parametrize(("missing", "sentence"), [("adult", b"must be 16 or older"), ("agreed", b"Without the terms")])
def test_nobody_joins_without_saying_so(missing, sentence) -> None:
    _, link = invitations.invite("nina@example.org", by=TERMINAL)
    page = Client().post(path_of(link), {name: value for name, value in WISHES.items() if name != missing})
    assert page.status_code == 200
    assert sentence in page.content
    assert not User.objects.exists()


def test_the_e_mail_is_the_invited_one_whatever_is_posted() -> None:
    _, link = invitations.invite("nina@example.org", by=TERMINAL)
    Client().post(path_of(link), {**WISHES, "email": "eve@example.org", "is_superuser": "on", "is_operator": "on"})
    made = User.objects.get()
    assert (made.email, made.is_superuser) == ("nina@example.org", False)


def test_a_weak_password_is_refused_and_the_invitation_stays_open() -> None:
    _, link = invitations.invite("nina@example.org", by=TERMINAL)
    page = Client().post(path_of(link), {**WISHES, "password1": "nina-1234", "password2": "nina-1234"})
    assert b"errorlist" in page.content
    assert invitations.open_for("nina@example.org")


def test_the_mailed_link_proves_the_address(served) -> None:
    invitations.invite("nina@example.org", by=TERMINAL)
    assert knock_of_link(mailed_link())["Location"] == reverse("admin:index")
    assert EmailAddress.objects.get(email="nina@example.org").verified


def test_the_link_that_the_operator_was_shown_proves_nothing_so_a_mail_asks(served) -> None:
    _, link = invitations.invite("nina@example.org", by=TERMINAL)
    response = knock_of_link(link)
    assert response["Location"] == reverse("account_email_verification_sent")
    assert not EmailAddress.objects.get(email="nina@example.org").verified
    client = Client()
    assert knock(client, email="nina@example.org").status_code == 302
    assert client.get(reverse("admin:index")).status_code == 302
    confirmation = re.search(r"http\S+/confirm-email/\S+", str(mails()[-1].body)).group()
    assert client.get(path_of(confirmation)).status_code == 200
    client.post(path_of(confirmation))
    assert knock(client, email="nina@example.org")["Location"] == reverse("admin:index")


def knock_of_link(link: str):
    return Client().post(path_of(link), WISHES)


def test_somebody_with_an_account_is_not_invited() -> None:
    somebody()
    with pytest.raises(NotPossible, check=with_reason(HasAnAccount)):
        invitations.invite("CAROL@example.org", by=TERMINAL)


def test_the_operator_invites_in_the_dashboard_and_sees_the_link_once() -> None:
    olga = somebody("Olga", operator=True)
    client = later(inside(olga))
    where = reverse("admin:accounts_invitation_add")
    assert client.get(where).status_code == 302, "he says first who he is"
    confirm(client)
    page = client.post(where, {"email": "nina@example.org", "is_operator": "on"})
    link = re.search(r"http\S+/join/[^<\s]+", page.content.decode()).group()
    assert invitations.opened_by(link.rstrip("/").rpartition("/")[2])[0].is_operator
    assert "no-store" in page["Cache-Control"]
    listed = client.get(reverse("admin:accounts_invitation_changelist"))
    assert b"nina@example.org" in listed.content
    assert b"/join/" not in listed.content
    assert mails()[-1].to == ["nina@example.org"]
    assert lines(olga)[-1] == "Invited somebody as an operator"


def test_withdrawing_is_a_button() -> None:
    olga = somebody("Olga", operator=True)
    made, _ = invitations.invite("nina@example.org", by=Caller.of(olga))
    client = inside(olga)
    client.post(reverse("admin:accounts_invitation_do", args=[made.pk, "withdraw"]))
    assert not Invitation.objects.exists()


def test_members_know_nothing_of_invitations() -> None:
    client = inside(somebody())
    assert client.get(reverse("admin:accounts_invitation_changelist")).status_code == 403
    assert client.get(reverse("admin:accounts_invitation_add")).status_code == 403
    assert client.post(reverse("admin:accounts_invitation_add"), {"email": "x@example.org"}).status_code == 403


def test_somebody_who_is_signed_in_does_not_use_up_the_invitation_of_another() -> None:
    _, link = invitations.invite("nina@example.org", by=TERMINAL)
    client = inside(somebody())
    assert client.post(path_of(link), WISHES).status_code == 410
    assert invitations.open_for("nina@example.org")


def test_the_command_invites_too() -> None:
    out = StringIO()
    call_command("invite", "nina@example.org", "--operator", "--json", stdout=out)
    answer = json.loads(out.getvalue())
    assert set(answer) == {"email", "operator", "link", "valid_until", "mailed"}
    assert answer["operator"] is True
    assert Client().get(path_of(answer["link"])).status_code == 200


def test_p20_the_age_is_stated_and_asked() -> None:
    _, link = invitations.invite("nina@example.org", by=TERMINAL)
    assert b"I am 16 or older" in Client().get(path_of(link)).content
    Client().post(path_of(link), WISHES)
    assert Acceptance.objects.filter(document="age").exists()
