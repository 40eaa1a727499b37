"""Links are mailed so often and no oftener, and whoever asks for somebody else takes none of theirs away."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.sign_in.link_limits import ACCOUNT, ASKING, KNOWN, LIMITS, PAIR
from tests.accounts.doors import inside, knock, quick_door, somebody  # noqa: F401

pytestmark = pytest.mark.django_db
CAROL = "carol@example.org"


def a_day(action: str) -> int:
    return int(LIMITS[action].rpartition(",")[2].partition("/")[0])


def at_once(action: str) -> int:
    return int(LIMITS[action].partition("/")[0])


def ask(address: str = "198.51.100.7", email: str = CAROL, client: Client | None = None) -> int:
    asking = client or Client(REMOTE_ADDR=address)
    return asking.post(reverse("account_reset_password"), {"email": email}).status_code


def flood(times: int = 40, email: str = CAROL) -> list[int]:
    """Somebody with as many addresses as wishes."""
    return [ask(f"192.0.2.{number + 1}", email) for number in range(times)]


def choose(link: str, password: str) -> bool:
    """Whether the password was taken that somebody chooses through a mailed link."""
    new = Client(REMOTE_ADDR="198.51.100.9")
    form = new.get(f"/{link.partition('://')[2].partition('/')[2]}", follow=True)
    if not form.redirect_chain:
        return False
    new.post(form.redirect_chain[-1][0], {"password1": password, "password2": password})
    return knock(Client(REMOTE_ADDR="198.51.100.9"), password).status_code == 302


def links() -> list[str]:
    return [next(word for word in str(each.body).split() if "/reset/key/" in word) for each in mail.outbox]


def test_a_stranger_with_many_addresses_fills_no_mailbox_and_its_owner_is_not_refused() -> None:
    somebody()
    assert set(flood()) == {302}
    assert len(mail.outbox) == a_day(ACCOUNT)
    assert ask() == 302


@pytest.mark.parametrize("which", [0, -1])
def test_the_links_that_are_in_the_box_open_the_door_when_no_more_are_mailed(which: int) -> None:
    somebody()
    flood()
    assert choose(links()[which], "quite another long one")


@pytest.mark.parametrize("what", ["signed in", "chose a password"])
def test_links_that_have_become_void_count_no_more(what: str) -> None:
    somebody()
    flood()
    if what == "signed in":
        assert knock(Client(REMOTE_ADDR="198.51.100.7")).status_code == 302
    else:
        assert choose(links()[0], "quite another long one")
    before = len([each for each in mail.outbox if "/reset/key/" in str(each.body)])
    mail.outbox.clear()
    assert before == a_day(ACCOUNT)
    assert ask("203.0.113.1") == 302
    assert len(mail.outbox) == 1
    assert choose(links()[0], "one more that is long")


def test_where_somebody_was_before_others_use_up_nothing() -> None:
    at_home = inside(somebody())
    at_home.post(reverse("account_logout"))
    flood()
    for _ in range(30):
        ask("127.0.0.1")  # from the same address, too
    mail.outbox.clear()
    assert [ask(client=at_home) for _ in range(at_once(KNOWN) + 1)] == [302] * at_once(KNOWN) + [429]
    assert len(mail.outbox) == at_once(KNOWN)


def test_one_stranger_alone_uses_up_what_is_theirs() -> None:
    somebody()
    told = [ask("192.0.2.1") for _ in range(at_once(PAIR) + 1)]
    assert told == [302] * at_once(PAIR) + [429]
    assert ask() == 302
    assert len(mail.outbox) == at_once(PAIR) + 1


def test_a_wish_of_a_stranger_does_not_shut_out_who_has_never_signed_in() -> None:
    carol = somebody()
    ask("192.0.2.1")
    assert inside(carol).get(reverse("my_account")).status_code == 200


def test_an_address_without_an_account_is_counted_like_one_with() -> None:
    somebody()
    mine, nobodys = (
        [ask(address, email) for _ in range(8)]
        for address, email in [("192.0.2.1", CAROL), ("192.0.2.2", "nobody@example.org")]
    )
    assert mine == nobodys
    assert sorted(flood(email="nobody@example.org")) == sorted(flood())


# -- links to confirm an address --------------------------------------------------------------------------------------
def want(client: Client, email: str) -> None:
    client.post(reverse("account_email"), {"action_add": "", "email": email})


def test_who_wants_an_address_takes_no_link_from_whoever_it_belongs_to() -> None:
    eve, dan = inside(somebody("Eve")), inside(somebody("Dan"))
    want(eve, "new@example.org")
    want(dan, "new@example.org")
    assert [each.to for each in mail.outbox if "/confirm-email/" in str(each.body)] == [["new@example.org"]] * 2


def test_the_same_address_gets_one_link_at_a_time() -> None:
    eve = inside(somebody("Eve"))
    for _ in range(3):
        want(eve, "new@example.org")
    assert len([each for each in mail.outbox if "/confirm-email/" in str(each.body)]) == 1


def test_nobody_makes_us_write_to_all_the_world(settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "manage_email": ""}
    eve = inside(somebody("Eve"))
    for number in range(a_day(ASKING) + 5):
        want(eve, f"somebody{number}@example.org")
    assert len([each for each in mail.outbox if "/confirm-email/" in str(each.body)]) == a_day(ASKING)
