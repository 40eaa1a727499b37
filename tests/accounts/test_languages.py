"""In which language pages are, and what a browser keeps of it (P28, P60)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest
from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.test import Client
from django.urls import reverse
from lxml import html

from accounts.local_time import language_of, read_by
from accounts.models import Request, User
from tests import factories, pseudo
from tests.accounts.doors import inside, quick_door, somebody  # noqa: F401

pytestmark = pytest.mark.django_db
PUBLIC = ("home", "faq", "terms", "privacy", "data_request")
ASKING = {settings.CSRF_COOKIE_NAME}  # a page with a form
COOKIE = settings.LANGUAGE_COOKIE_NAME
OTHER = {"accept-language": f"{pseudo.CODE},en;q=0.5"}
SETTINGS = reverse("my_account")


@pytest.fixture(autouse=True)
def two_languages() -> Iterator[None]:
    with pseudo.spoken():
        yield


def tongue(response: HttpResponseBase) -> str:
    [said] = {response["Content-Language"], str(html.fromstring(cast(HttpResponse, response).content).get("lang"))}
    return said


@pytest.mark.parametrize("page", PUBLIC)
def test_a_public_page_follows_its_address_whatever_the_browser_asks_for(page: str, client: Client) -> None:
    for code in ("en", pseudo.CODE):
        response = client.get(reverse(f"{page}_in", args=[code]), headers=OTHER)
        assert (response.status_code, tongue(response)) == (200, code)
        assert not {*response.cookies} - ASKING
        links = [str(each) for each in html.fromstring(response.content).xpath("//header/nav/a/@href")]
        assert links
        assert all(each.startswith(f"/{code}/") for each in links)


@pytest.mark.parametrize("page", PUBLIC)
def test_without_a_language_in_its_address_it_follows_the_browser_and_sets_nothing(page: str, client: Client) -> None:
    for asked, given in (("en", "en"), (pseudo.CODE, pseudo.CODE), ("xx, fr;q=0.3", "en")):
        response = client.get(reverse(page), headers={"accept-language": asked})
        assert tongue(response) == given
        assert "accept-language" in response["Vary"].lower()
        assert not {*response.cookies} - ASKING


def test_a_public_page_leads_to_itself_in_each_language(client: Client) -> None:
    page = html.fromstring(client.get(reverse("terms")).content)
    links = {str(each.get("hreflang")): str(each.get("href")) for each in page.xpath("//a[@hreflang]")}
    assert links == {code: reverse("terms_in", args=[code]) for code in ("en", pseudo.CODE)}


def test_a_request_asked_for_in_a_language_is_answered_in_it(client: Client) -> None:
    form = {"kind": "question", "email": "rita@example.org", "words": "1?"}
    asked = client.post(reverse("data_request_in", args=[pseudo.CODE]), form, follow=True)
    made = Request.objects.get()
    [(where, _status)] = asked.redirect_chain
    assert where == reverse("request_status_in", args=[pseudo.CODE, made.code])
    assert (tongue(asked), made.language) == (pseudo.CODE, pseudo.CODE)
    links = {str(each) for each in html.fromstring(asked.content).xpath("//a[@hreflang]/@href")}
    assert links == {reverse("request_status_in", args=[code, made.code]) for code in ("en", pseudo.CODE)}
    plain = client.post(reverse("data_request"), form)
    assert str(plain["Location"]).startswith("/requests/")


@pytest.mark.parametrize("address", ["/xx/", "/fr/terms/", "/de/dashboard/", "/de/robots.txt"])
def test_other_addresses_have_no_language(address: str, client: Client) -> None:
    assert client.get(address).status_code == 404


def test_what_somebody_chooses_holds_at_once_on_all_their_devices_and_where_they_sign_in_again() -> None:
    carol = somebody()
    desk, phone = inside(carol), inside(carol)
    response = desk.post(SETTINGS, {"language": pseudo.CODE, "theme": "auto"}, follow=True)
    assert tongue(response) == pseudo.CODE
    assert pseudo.said("Saved.") in response.content.decode()
    assert tongue(phone.get(SETTINGS)) == pseudo.CODE
    assert not phone.cookies.get(COOKIE)
    kept = desk.cookies[COOKIE]
    assert (kept.value, kept["httponly"], kept["samesite"], kept["path"]) == (pseudo.CODE, True, "Lax", "/")
    desk.logout()
    desk.cookies[COOKIE] = pseudo.CODE
    assert tongue(desk.get(reverse("account_login"), headers={"accept-language": "en"})) == pseudo.CODE


def test_the_account_counts_more_than_the_browser() -> None:
    carol = somebody()
    client = inside(carol)
    client.cookies[COOKIE] = pseudo.CODE
    User.objects.filter(pk=carol.pk).update(language="en")
    assert tongue(client.get(SETTINGS, headers=OTHER)) == "en"


def test_an_address_that_says_its_language_counts_more_than_the_account() -> None:
    carol = somebody()
    client = inside(carol)
    User.objects.filter(pk=carol.pk).update(language=pseudo.CODE)
    assert tongue(client.get(reverse("terms_in", args=["en"]))) == "en"
    assert tongue(client.get(reverse("terms"))) == pseudo.CODE


def test_without_a_choice_no_cookie_of_another_time_decides() -> None:
    carol = somebody()
    client = inside(carol)
    client.cookies[COOKIE] = pseudo.CODE
    assert tongue(client.get(SETTINGS, headers={"accept-language": "en"})) == "en"
    client.post(reverse("account_logout"))
    client.cookies[COOKIE] = pseudo.CODE
    assert tongue(client.get(reverse("privacy"), headers={"accept-language": "en"})) == "en"


def test_without_a_choice_the_browser_decides_and_keeps_nothing() -> None:
    carol = somebody()
    client = inside(carol)
    client.post(SETTINGS, {"language": pseudo.CODE, "theme": "auto"})
    client.post(SETTINGS, {"language": "", "theme": "auto"})
    assert client.cookies[COOKIE].value == ""
    assert tongue(client.get(SETTINGS, headers=OTHER)) == pseudo.CODE
    assert tongue(client.get(SETTINGS)) == "en"
    inside(carol, headers=OTHER)
    assert User.objects.get(pk=carol.pk).language == ""


def test_a_language_without_a_catalogue_is_no_choice() -> None:
    carol = somebody()
    assert inside(carol).post(SETTINGS, {"language": "xx", "theme": "auto"}).status_code == 200
    assert User.objects.get(pk=carol.pk).language == ""


def test_settings_say_in_which_language_mails_are_without_a_choice() -> None:
    client = inside(somebody())
    said = html.fromstring(client.get(SETTINGS).content).xpath("//select[@name='language']/option[@value='']/text()")
    assert ["English" in each for each in said] == [True]


def test_an_install_may_have_another_language_for_who_chose_none(settings) -> None:
    settings.LANGUAGE_CODE = pseudo.CODE
    ann = factories.person("Ann")
    assert language_of(ann) == pseudo.CODE
    assert tongue(Client().get(reverse("terms"), headers={"accept-language": "xx"})) == pseudo.CODE


def test_a_language_whose_catalogue_is_gone_is_that_of_the_install() -> None:
    ann = factories.person("Ann")
    ann.language, ann.time_zone = "xx", "Asia/Tokyo"
    assert language_of(ann) == "en"
    with read_by(ann):
        assert tongue(inside(somebody()).get(SETTINGS)) == "en"
