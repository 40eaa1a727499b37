"""The share sheet of a phone: pictures come into the library, and stand in a new post with the words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from lxml import html
from PIL import Image

from accounts.models import Acceptance, User
from media import sharing, uploads
from media.models import Asset, Blob, Upload
from media.reasons import Empty, LibraryFull, NoPicture, PartMissing, SharedTooMuch, TooManyMegabytes
from poster.models import LaidBy
from publishing.admin.sharing import BUSY, CHOSEN, SAID, TOO_MUCH
from publishing.models import Post
from tests import factories, pictures, pseudo
from tests.dashboard.test_browser import in_a_page, in_a_thread
from tests.media import encoders

assert encoders  # it registers the encoder of HEIC
pytestmark = pytest.mark.django_db
SHARE, NEW, LOGIN = reverse("admin:share"), reverse("admin:publishing_post_add"), reverse("account_login")
FROM_A_PHONE = {"HTTP_ORIGIN": "null", "HTTP_SEC_FETCH_SITE": "none"}


@pytest.fixture
def ann(settings: Any, tmp_path: Path) -> User:
    settings.SPOOL, settings.VAR = tmp_path / "spool", tmp_path
    return factories.person("Ann")


@pytest.fixture
def phone(ann: User) -> Client:
    """A browser that is asked for tokens, and has none."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(ann)
    return client


def photo(tmp_path: Path, number: int = 0, ending: str = "jpg") -> SimpleUploadedFile:
    path = pictures.photo(tmp_path / f"photo {number}.{ending}", 400, 300 + number, exif=pictures.exif_of())
    return SimpleUploadedFile(path.name, path.read_bytes(), "image/jpeg")


def share(client: Client, *files: SimpleUploadedFile, **told: Any) -> Any:
    headers = {name: told.pop(name) for name in list(told) if name.startswith("HTTP_")}
    return client.post(SHARE, {"pictures": list(files), **told}, **{**FROM_A_PHONE, **headers})


def said(client: Client) -> tuple[Any, list[str], list[str]]:
    """The page of the new post, what went well there, and what did not."""
    page = html.fromstring(client.get(NEW).content)
    found = {kind: page.xpath(f"//*[contains(@class, 'messages')]//*[contains(@class, '{kind}')]") for kind in KINDS}
    well, wrong = ([" ".join(each.text_content().split()) for each in found[kind]] for kind in KINDS)
    return page, well, wrong


KINDS = ("success", "error")


def chosen(page: Any) -> list[str]:
    return [str(each.get("data-picture")) for each in page.xpath("//ol[@data-chosen]/li")]


def words(page: Any) -> str:
    return str(page.get_element_by_id("text").value)


# --- what comes


def test_pictures_are_in_the_library_and_chosen_in_their_order_with_the_words(phone, ann, tmp_path) -> None:
    answer = share(phone, photo(tmp_path, 1), photo(tmp_path, 2), title="Bread", text="Fresh\r\nfrom the oven.")
    assert (answer.status_code, answer["Location"]) == (302, NEW)
    names = {"photo 1.jpg", "photo 2.jpg"}
    assert {(each.owner, each.name, each.is_uploaded) for each in Asset.objects.all()} == {
        (ann, n, True) for n in names
    }
    assert (Upload.objects.count(), Post.objects.count()) == (0, 0)
    page, well, wrong = said(phone)
    assert chosen(page) == [str(Asset.objects.get(name=name).pk) for name in sorted(names)]
    assert (words(page), len(well), wrong) == ("Bread\n\nFresh\nfrom the oven.", 1, [])
    assert len(page.find_class("came-back")) == 1


def test_what_they_tell_of_places_is_gone_as_with_every_upload(phone, tmp_path) -> None:
    shared = photo(tmp_path)
    sent = shared.read()
    shared.seek(0)
    share(phone, shared)
    original = Blob.objects.get(purpose=Blob.Purpose.ORIGINAL)
    kept = (tmp_path / "spool" / original.key).read_bytes()
    assert b"Erika" in sent
    assert b"Erika" not in kept


def test_behind_what_was_begun_nothing_is_lost(phone, ann, tmp_path) -> None:
    share(phone, photo(tmp_path, 1), text="First.")
    share(phone, photo(tmp_path, 2), photo(tmp_path, 1), text="Second.")
    page, _, wrong = said(phone)
    names = dict(Asset.objects.values_list("pk", "name"))
    assert [names[key] for key in map(type(next(iter(names))), chosen(page))] == ["photo 1.jpg", "photo 2.jpg"]
    assert (words(page), wrong, Asset.objects.count()) == ("First.\n\nSecond.", [], 2)


def test_words_alone_are_typed(phone) -> None:
    share(phone, title="Bread", text="Bread is here.")
    page, well, wrong = said(phone)
    assert (words(page), chosen(page), well, wrong) == ("Bread is here.", [], [], [])


def test_each_that_cannot_be_taken_has_its_sentence_and_the_rest_goes_on(phone, tmp_path) -> None:
    whole = photo(tmp_path, 1)
    half = SimpleUploadedFile("half.jpg", whole.read()[:4000], "image/jpeg")
    whole.seek(0)
    letter = SimpleUploadedFile("letter.jpg", b"%PDF-1.7 a document", "image/jpeg")
    empty = SimpleUploadedFile("empty.jpg", b"", "image/jpeg")
    share(phone, letter, empty, half, whole)
    page, well, wrong = said(phone)
    assert len(chosen(page)) == len(well) == Asset.objects.count() == 1
    reasons = (NoPicture, Empty, PartMissing)
    assert len(wrong) == len(reasons)
    for reason, name, told in zip(reasons, ("letter.jpg", "empty.jpg", "half.jpg"), wrong, strict=True):
        assert begins(reason, name) in told


def begins(reason: type, name: str) -> str:
    """What the sentence of this reason says first, of this file."""
    return str(reason.text).partition("%(looks)")[0].replace("%(name)s", name).strip()  # type: ignore[attr-defined]


def test_heic_is_taken(phone, tmp_path) -> None:
    share(phone, photo(tmp_path, 1, "heic"))
    assert list(Asset.objects.values_list("name", "mime")) == [("photo 1.heic", "image/jpeg")]


def test_one_that_is_too_large_is_not_read_to_its_end(phone, tmp_path) -> None:
    large = SimpleUploadedFile("large.jpg", b"\xff\xd8" + bytes(uploads.MOST_BYTES), "image/jpeg")
    share(phone, large, photo(tmp_path))
    page, _, wrong = said(phone)
    assert (len(chosen(page)), Asset.objects.count()) == (1, 1)
    assert [str(TooManyMegabytes(name="large.jpg", most=50))] == wrong


def test_two_hundred_at_once_are_looked_at_and_no_more(phone, tmp_path, settings) -> None:
    def nothings(number: int) -> list[SimpleUploadedFile]:
        return [SimpleUploadedFile(f"{each}.jpg", b"", "image/jpeg") for each in range(number)]

    share(phone, *nothings(199), photo(tmp_path))
    _, well, wrong = said(phone)
    assert (Asset.objects.count(), len(well), len(wrong)) == (1, 1, SAID + 1)
    share(phone, photo(tmp_path, 1), *nothings(200), photo(tmp_path, 2), text="These.")
    _, well, wrong = said(phone)
    assert (Asset.objects.count(), len(well), len(wrong)) == (2, 1, SAID + 1)
    assert settings.DATA_UPLOAD_MAX_NUMBER_FILES == uploads.MOST_AT_ONCE


def test_of_more_than_fit_into_a_post_the_first_are_chosen(phone, tmp_path) -> None:
    share(phone, *[photo(tmp_path, number) for number in range(CHOSEN + 2)])
    page, well, wrong = said(phone)
    assert (Asset.objects.count(), len(chosen(page)), len(well), wrong) == (CHOSEN + 2, CHOSEN, 1, [])


def test_when_the_library_is_full_nothing_comes_in(phone, ann, tmp_path, settings) -> None:
    settings.PRACTICE = False
    User.objects.filter(pk=ann.pk).update(most_held_mb=0)
    share(phone, photo(tmp_path), text="Bread.")
    page, well, wrong = said(phone)
    assert (Asset.objects.count(), well, wrong, words(page)) == (0, [], [str(LibraryFull(most="0.0 GB"))], "Bread.")


@pytest.mark.parametrize("told", [TOO_MUCH, BUSY])
def test_what_the_server_left_out_is_said(told: str, phone) -> None:
    answer = phone.post(SHARE, HTTP_BODY_LEFT_OUT=told, **FROM_A_PHONE)
    assert (answer.status_code, answer["Location"]) == (302, NEW)
    _, well, wrong = said(phone)
    assert (well, len(wrong), Asset.objects.count()) == ([], 1, 0)
    assert (str(SharedTooMuch(most=sharing.MOST_TOGETHER // uploads.MB)) in wrong) == (told == TOO_MUCH)


# --- who sends it


FORGED = [
    {"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": "https://evil.example"},
    {"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": "null"},  # a frame in a sandbox
    {"HTTP_SEC_FETCH_SITE": "same-site", "HTTP_ORIGIN": "http://other.testserver"},
    {"HTTP_SEC_FETCH_SITE": "none", "HTTP_ORIGIN": "https://evil.example"},
    {"HTTP_SEC_FETCH_SITE": "", "HTTP_ORIGIN": "https://evil.example"},
    {"HTTP_SEC_FETCH_SITE": "", "HTTP_ORIGIN": "null"},
    {"HTTP_SEC_FETCH_SITE": "", "HTTP_ORIGIN": ""},
    {"HTTP_SEC_FETCH_SITE": "something new", "HTTP_ORIGIN": "http://testserver"},
]


@pytest.mark.parametrize("headers", FORGED, ids=str)
def test_what_a_page_of_somebody_elses_sends_is_refused(headers, phone, tmp_path) -> None:
    assert share(phone, photo(tmp_path), text="Buy this.", **headers).status_code == 403
    assert not Asset.objects.exists()
    assert not LaidBy.objects.exists()
    assert not [each for each in tmp_path.rglob("*") if each.is_file() and "photo" not in each.name]


@pytest.mark.parametrize(
    "headers", [{}, {"HTTP_SEC_FETCH_SITE": "same-origin", "HTTP_ORIGIN": "http://testserver"}, {"HTTP_ORIGIN": ""}]
)
def test_what_comes_from_their_device_is_taken(headers, phone, tmp_path) -> None:
    assert share(phone, photo(tmp_path), **headers)["Location"] == NEW
    assert Asset.objects.count() == 1


def test_the_session_is_not_sent_by_pages_of_others(settings) -> None:
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"


def test_who_is_signed_out_signs_in_and_shares_again(ann, phone, tmp_path) -> None:
    answer = share(Client(), photo(tmp_path), text="Bread.")
    assert answer["Location"] == f"{LOGIN}?next={SHARE}"
    assert [model.objects.count() for model in (Asset, Upload, LaidBy)] == [0, 0, 0]
    assert not [each for each in tmp_path.rglob("*") if each.is_file() and "photo" not in each.name]
    back = phone.get(SHARE)
    assert back["Location"] == NEW
    page = html.fromstring(phone.get(NEW).content)
    assert len(page.xpath("//*[contains(@class, 'messages')]//*[contains(@class, 'info')]")) == 1


def test_who_has_to_agree_first_shares_again(ann, phone, tmp_path) -> None:
    Acceptance.objects.all().delete()
    assert share(phone, photo(tmp_path))["Location"].startswith(reverse("agree"))
    assert not Asset.objects.exists()


def test_other_methods_are_none(phone) -> None:
    assert phone.put(SHARE, **FROM_A_PHONE).status_code in {403, 405}


def test_no_other_address_keeps_a_file(phone, ann, tmp_path) -> None:
    known = Client()
    known.force_login(ann)
    known.post(reverse("my_account"), {"name": photo(tmp_path)})
    assert not [each for each in tmp_path.rglob("*") if each.is_file() and "photo" not in each.name]


# --- what the phone is told


def test_the_manifest_is_in_the_language_of_the_person_and_says_where_pictures_go(phone, ann, settings) -> None:
    told = phone.get(reverse("app_manifest"))
    assert told["Content-Type"] == "application/manifest+json"
    assert (told.json()["lang"], told.json()["start_url"], told.json()["display"]) == (
        "en",
        "/dashboard/",
        "standalone",
    )
    assert told.json()["share_target"]["action"] == SHARE
    with pseudo.spoken():
        User.objects.filter(pk=ann.pk).update(language=pseudo.CODE)
        other = phone.get(reverse("app_manifest")).json()
    assert (other["lang"], other["description"] != told.json()["description"]) == (pseudo.CODE, True)
    assert not Client().get(reverse("app_manifest")).cookies
    for icon in told.json()["icons"]:
        side = int(icon["sizes"].partition("x")[0])
        file = settings.BASE / icon["src"].lstrip("/")
        with Image.open(file) as drawn:
            assert (drawn.size, drawn.format) == ((side, side), "PNG")


def test_it_is_linked_on_pages_of_the_dashboard_alone(phone) -> None:
    linked = b'rel="manifest"'
    for page in (reverse("admin:index"), reverse("my_account"), NEW):
        assert linked in phone.get(page).content
    for page in (LOGIN, *(reverse(name) for name in ("home", "faq", "terms", "privacy", "data_request"))):
        assert linked not in Client().get(page).content


@pytest.mark.slow
def test_a_browser_finds_it_and_has_nothing_against_it(transactional_db, live_server) -> None:
    olga = factories.person("Olga", password=factories.PASSWORD)

    def ask(page: Any) -> Any:
        devtools = page.context.new_cdp_session(page)
        return devtools.send("Page.getAppManifest"), devtools.send("Page.getInstallabilityErrors")

    told, lacks = in_a_thread(in_a_page, live_server.url, olga.email, reverse("admin:index"), ask)
    assert told["url"] == live_server.url + reverse("app_manifest")
    assert told["errors"] == []
    assert {each["errorId"] for each in lacks["installabilityErrors"]} == {"in-incognito"}  # as every test is
    assert '"share_target"' in told["data"]
