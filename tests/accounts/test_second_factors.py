"""Second factors: sealed, asked for, and no dead end when one cannot be opened."""

from __future__ import annotations

import json
import re
from io import StringIO
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client, TestCase
from django.urls import reverse

from accounts.models import User
from accounts.sign_in import second_factors
from poster.secrets.keyring import new_key
from tests import factories
from tests.accounts.doors import code_for, confirm, inside, knock, later, lines, quick_door, somebody  # noqa: F401

pytestmark = pytest.mark.django_db
HOME = reverse("admin:index")


def with_app(person: User) -> tuple[Client, str]:
    """A browser of somebody who has just set up an authenticator app, and its secret."""
    client = inside(person)
    confirm(client)
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    with TestCase.captureOnCommitCallbacks(execute=True):
        done = client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    assert done["Location"] == reverse("mfa_view_recovery_codes")
    return client, secret


def test_the_app_on_the_phone_calls_us_by_our_name() -> None:
    client = inside(somebody())
    confirm(client)
    address = client.get(reverse("mfa_activate_totp")).context["totp_url"]
    assert parse_qs(urlsplit(address).query)["issuer"] == ["ai-poster"]


def codes_of(client: Client) -> list[str]:
    return re.findall(r"<code>(\d{8})</code>", client.get(reverse("mfa_view_recovery_codes")).content.decode())


@pytest.fixture
def another_key(settings):
    """The key ring after the key file was lost: a new key, and no old one."""

    def lose() -> None:
        settings.CREDENTIAL_KEYS = [new_key()]

    return lose


def test_setting_up_an_app_makes_it_asked_for_at_the_next_sign_in() -> None:
    carol = somebody()
    _, secret = with_app(carol)
    client = Client()
    assert knock(client)["Location"] == reverse("mfa_authenticate")
    assert client.get(HOME).status_code == 302, "the password alone opens nothing"
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert b"Incorrect code" in wrong.content
    assert client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})["Location"] == HOME
    assert client.get(HOME).status_code == 200
    assert "Set up an authenticator app" in lines(carol)
    assert "Wrong code of an authenticator app" in lines(carol)
    assert "Authenticator app activated" in "".join(str(each.body) for each in mail.outbox)


def test_a_code_works_once() -> None:
    _, secret = with_app(somebody())
    code = code_for(secret)
    first, second = Client(), Client()
    knock(first)
    knock(second)
    assert first.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    assert second.post(reverse("mfa_authenticate"), {"code": code}).status_code == 200


def test_guessing_codes_is_stopped() -> None:
    _, secret = with_app(somebody())
    client = Client()
    cache.clear()
    knock(client)
    for _ in range(6):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    stopped = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert b"Too many failed login attempts" in stopped.content
    assert secret


def test_a_recovery_code_works_once() -> None:
    client, _ = with_app(somebody())
    codes = codes_of(client)
    assert len(codes) == 10
    for expected in (302, 200):
        fresh = Client()
        knock(fresh)
        assert fresh.post(reverse("mfa_authenticate"), {"code": codes[0]}).status_code == expected
    assert codes[0] not in codes_of(client)
    assert b"9 are left" in client.get(reverse("my_account")).content


def test_the_pages_of_the_second_factor_want_to_know_who_it_is() -> None:
    client, _ = with_app(somebody())
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    for name in ("mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp", "mfa_add_webauthn"):
        assert "reauthenticate" in client.get(reverse(name))["Location"], name


def test_every_way_to_say_who_one_is_has_an_address_here() -> None:
    """A way that allauth adds of itself would make a 500 of each page that asks: `ACCOUNT_REAUTHENTICATION_METHODS`."""
    carol = somebody()
    EmailAddress.objects.create(user=carol, email=carol.email, verified=True, primary=True)
    for kind in Authenticator.Type:
        Authenticator.objects.create(user=carol, type=kind, data={})
    ways = get_adapter().get_reauthentication_methods(carol)
    routed = ["account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"]
    assert [each["url"] for each in ways] == [reverse(name) for name in routed]


def test_secrets_are_sealed_in_the_database() -> None:
    carol = somebody()
    client, secret = with_app(carol)
    kept = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert kept.count(second_factors.MARK) == 2, "the secret of the app, and the seed of the codes"
    assert "secret" not in str({key: value for key, value in client.session.items() if "mfa" in key})


def test_a_second_factor_that_is_moved_to_another_person_does_not_open() -> None:
    carol, dora = somebody(), somebody("Dora")
    _, secret = with_app(dora)
    stolen = Authenticator.objects.get(user=dora, type="totp")
    Authenticator.objects.create(user=carol, type="totp", data=stolen.data)
    client = Client()
    knock(client)
    page = client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    assert page.status_code == 200
    assert b"Ask the operator to put the key back" in page.content
    assert client.get(HOME).status_code == 302


def test_an_unsealed_secret_in_the_database_is_not_believed() -> None:
    carol = somebody()
    Authenticator.objects.create(user=carol, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    client = Client()
    knock(client)
    page = client.post(reverse("mfa_authenticate"), {"code": code_for("JBSWY3DPEHPK3PXP")})
    assert b"cannot be opened here" in page.content


def test_a_lost_key_gives_a_sentence_and_no_failure(another_key) -> None:
    carol = somebody()
    client, secret = with_app(carol)
    another_key()
    lost = client.get(reverse("mfa_view_recovery_codes"))
    assert lost.status_code == 409
    assert b"take your second factor away" in lost.content
    assert client.get(reverse("my_account")).status_code == 200
    assert client.get(HOME).status_code == 200
    at_the_door = Client()
    knock(at_the_door)
    page = at_the_door.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    assert page.status_code == 200
    assert b"Ask the operator" in page.content


def test_a_key_that_is_put_first_opens_and_seals_again(settings) -> None:
    carol = somebody()
    with_app(carol)
    row = Authenticator.objects.get(user=carol, type="totp")
    before = second_factors.opened(row.data["secret"], carol.pk)
    fresh = second_factors.reseal(row)
    assert fresh["secret"] != row.data["secret"]
    assert second_factors.opened(fresh["secret"], carol.pk) == before


def test_the_operator_takes_away_what_somebody_lost() -> None:
    carol, olga = somebody(), somebody("Olga", operator=True)
    mine, _ = with_app(carol)
    operator = later(inside(olga))
    where = reverse("admin:accounts_user_do", args=[carol.pk, "take-away-second-factor"])
    assert reverse("account_reauthenticate") in operator.post(where)["Location"]
    assert second_factors.has_one(carol)
    confirm(operator)
    operator.post(where)
    assert not Authenticator.objects.filter(user=carol).exists()
    assert mine.get(HOME).status_code == 302, "his sessions end"
    assert knock(Client())["Location"] == HOME
    assert mail.outbox[-1].to == [carol.email]
    assert "An operator took the second factor away" in lines(carol)


def test_an_operator_who_lost_his_own_takes_it_away_at_the_terminal() -> None:
    olga = somebody("Olga", operator=True)
    client, _ = with_app(olga)
    out = StringIO()
    call_command("second_factor", "remove", olga.email, "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"email": olga.email, "removed": True}
    assert client.get(HOME).status_code == 302
    assert knock(Client(), email=olga.email)["Location"] == HOME
    with pytest.raises(CommandError, match="has no second factor"):
        call_command("second_factor", "remove", olga.email, stdout=StringIO())


def test_members_take_nothing_away() -> None:
    carol, dora = somebody(), somebody("Dora")
    with_app(carol)
    member = inside(dora)
    confirm(member)
    assert member.post(reverse("admin:accounts_user_do", args=[carol.pk, "take-away-second-factor"])).status_code == 404
    assert second_factors.has_one(carol)


def test_somebody_with_a_second_factor_can_change_his_e_mail() -> None:
    carol = somebody()
    client, _ = with_app(carol)
    client.post(reverse("account_email"), {"action_add": "", "email": "carol.new@example.org"})
    link = re.search(r"http\S+/confirm-email/\S+", str(mail.outbox[-1].body)).group()
    client.post("/" + link.split("/", 3)[3])
    carol.refresh_from_db()
    assert carol.email == "carol.new@example.org"


def test_removing_the_app_takes_the_codes_with_it() -> None:
    carol = somebody()
    client, _ = with_app(carol)
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=carol).exists()
    assert "Removed an authenticator app" in lines(carol)


# -- where the operator asks for it -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rule", "operator", "led"),
    [("off", True, False), ("operators", False, False), ("operators", True, True), ("everybody", False, True)],
)
def test_who_must_have_a_second_factor_is_led_to_it_first(settings, rule, operator, led) -> None:
    settings.REQUIRE_SECOND_FACTOR = rule
    client = Client()
    knock(client, email=somebody("Dora", operator=operator).email)
    pages = [HOME, reverse("admin:publishing_post_changelist"), reverse("account_email"), reverse("usersessions_list")]
    answers = [client.get(page) for page in pages]
    if led:
        assert {answer["Location"] for answer in answers} == {reverse("mfa_index")}
    else:
        assert answers[0].status_code == 200


def test_a_post_without_the_second_factor_does_nothing(settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = "everybody"
    carol = somebody()
    draft = factories.post(carol, factories.channel(carol))
    client = Client()
    knock(client)
    client.post(reverse("admin:publishing_post_do", args=[draft.pk, "approve"]))
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_whoever_sets_one_up_goes_on(settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = "everybody"
    somebody()
    client = Client()
    knock(client)
    page = client.get(HOME, follow=True)
    assert page.redirect_chain[-1][0] == reverse("my_account")
    assert b"asks for a second factor" in page.content
    confirm(client)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    assert client.get(HOME).status_code == 200


def test_signing_out_is_always_possible(settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = "everybody"
    somebody()
    client = Client()
    knock(client)
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session
