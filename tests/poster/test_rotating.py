"""Keys are changed while everything goes on: nothing is lost, nothing is overwritten, one bad row hurts only itself."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

import outbox.tasks
from accounts.connections import token_refresh
from accounts.models import Channel, Credential
from accounts.sign_in import second_factors
from poster.config import files
from poster.models import Event
from poster.permissions import NotPossible
from poster.reasons.events import KeysRotated
from poster.secrets import keyring, rotation
from poster.secrets.fields import SealedField
from tests import factories
from tests.commands.asking import ask
from tests.house import House

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def key_file(settings, tmp_path: Path) -> Path:
    settings.KEY_FILE = str(tmp_path / "keys")
    return tmp_path / "keys"


def key(fill: int) -> str:
    return base64.urlsafe_b64encode(bytes([fill]) * 32).decode()


def under(row: Credential) -> bytes:
    """The id of the key that sealed it."""
    sealed = Credential.objects.values_list("secret", flat=True).get(pk=row.pk)
    return sealed.blob[1:5]


def test_every_sealed_column_of_every_model_is_found() -> None:
    fields = {
        f"{model.__name__}.{each.attname}"
        for model in apps.get_models()
        for each in model._meta.local_concrete_fields
        if isinstance(each, SealedField)
    }
    assert {"Credential.secret", "Channel.token", "ProviderApp.client_secret", "AiKey.key"} <= fields
    assert fields <= {place.name for place in rotation.places()}


def test_after_a_rotation_everything_lies_under_the_new_key_and_the_old_one_can_go(key_file: Path) -> None:
    ann = factories.person("Ann")
    logins = [factories.login(ann) for _ in range(3)]
    page = factories.channel(ann, credential=logins[0], token="EAApage")
    before = [login.secret for login in logins]
    told = ask("rotate_keys", "--new", "--json").json
    assert told["resealed"] == 4
    assert [(each["seals"], each["values"]) for each in told["keys"]] == [(True, 4), (False, 0)]
    assert {under(login).hex() for login in logins} == {told["made"]}
    told = ask("rotate_keys", "--forget", "--json").json
    assert (len(told["forgotten"]), len(told["keys"])) == (1, 1)
    assert len(key_file.read_text().split()) == 1
    assert [Credential.objects.get(pk=login.pk).secret for login in logins] == before
    assert Channel.objects.get(pk=page.pk).token == "EAApage"


def test_the_security_log_says_that_keys_were_rotated() -> None:
    ask("rotate_keys", "--new")
    assert Event.objects.get(kind=Event.Kind.OPERATION).fact_code == KeysRotated.code


def test_a_token_that_was_renewed_meanwhile_is_not_overwritten() -> None:
    login = factories.login(factories.person("Ann"))
    column = next(place for place in rotation.places() if place.name == "Credential.secret")
    read_earlier = Credential.objects.values_list("secret", flat=True).get(pk=login.pk)
    rotation.add_key()
    login.secret = {"access_token": "renewed"}
    login.save()
    assert column.reseal(login.pk, read_earlier.blob) is False
    assert Credential.objects.get().secret == {"access_token": "renewed"}


def test_a_renewal_that_was_under_way_wins_over_the_rotation(key_file: Path) -> None:
    login = factories.login(factories.person("Ann"))
    read_earlier = Credential.objects.get()
    ask("rotate_keys", "--new")
    columns = {"secret": Credential._meta.get_field("secret").seal(login.pk, {"access_token": "renewed"})}
    assert token_refresh._swap(read_earlier, **columns)
    assert Credential.objects.get().secret == {"access_token": "renewed"}


def test_what_was_sealed_with_the_old_key_in_the_last_moment_is_caught_by_the_next_run(key_file: Path) -> None:
    login = factories.login(factories.person("Ann"))
    late = Credential._meta.get_field("secret").seal(login.pk, {"access_token": "late"})
    ask("rotate_keys", "--new")
    Credential.objects.update(secret=late)
    assert rotation.forget() == []
    assert ask("rotate_keys", "--json").json["resealed"] == 1
    assert len(rotation.forget()) == 1
    assert Credential.objects.get().secret == {"access_token": "late"}


def test_a_value_that_no_key_opens_is_told_and_left_as_it_is(key_file: Path) -> None:
    ann = factories.person("Ann")
    lost, kept = factories.login(ann), factories.login(ann)
    files.replace(key_file, key(7))
    Credential.objects.filter(pk=kept.pk).update(secret=Credential._meta.get_field("secret").seal(kept.pk, "fine"))
    before = under(lost)
    told = ask("rotate_keys", "--new", "--json")
    assert told.code == 1
    assert told.json["closed"] == [{"where": "Credential.secret", "id": str(lost.pk)}]
    assert (told.json["resealed"], under(lost)) == (1, before)
    assert Credential.objects.get(pk=kept.pk).secret == "fine"


def test_a_process_notices_a_changed_key_file_by_itself(key_file: Path) -> None:
    first = keyring.ring().first
    files.replace(key_file, f"{key(1)}\n{key_file.read_text()}")
    assert keyring.ring().first != first
    assert first in keyring.ring().ciphers


def test_a_key_file_that_vanished_is_not_made_anew_under_our_feet(key_file: Path) -> None:
    before = keyring.ring()
    key_file.unlink()
    assert keyring.ring() is before
    assert not key_file.exists()


def test_the_key_file_stays_its_owners_alone(key_file: Path) -> None:
    rotation.add_key()
    assert key_file.stat().st_mode & 0o077 == 0


def test_with_keys_in_the_environment_it_says_what_to_do_and_tells_no_key(settings) -> None:
    settings.CREDENTIAL_KEYS = [key(1)]
    told = ask("rotate_keys", "--new")
    assert told.code == 1
    assert "CREDENTIAL_KEYS" in told.sentence
    assert key(1) not in told.sentence + told.out
    with pytest.raises(NotPossible):
        rotation.forget()


def test_keys_in_the_environment_rotate_too(settings) -> None:
    settings.CREDENTIAL_KEYS = [key(1)]
    login = factories.login(factories.person("Ann"))
    settings.CREDENTIAL_KEYS = [key(2), key(1)]
    assert "Take it out of CREDENTIAL_KEYS" in ask("rotate_keys").out
    settings.CREDENTIAL_KEYS = [key(2)]
    assert Credential.objects.get(pk=login.pk).secret["access_token"].startswith("EAA")


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([], "no key"),
        (["abc"], "32 bytes"),
        ([key(1)[:-4]], "32 bytes"),
        ([f'"{key(1)}"'], "32 bytes"),
        ([key(1), key(2), key(1)], "twice"),
    ],
)
def test_a_ring_that_makes_no_sense_is_refused_and_says_where(lines: list[str], told: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=told) as refused:
        keyring.parse(lines, source="/srv/keys")
    assert "/srv/keys" in str(refused.value)
    assert key(1) not in str(refused.value)


def test_second_factors_are_sealed_again_too() -> None:
    ann = factories.person("Ann")
    codes = Authenticator.objects.create(
        user=ann, type="recovery_codes", data={"seed": second_factors.seal("seed", ann.pk), "used_mask": 3}
    )
    app = Authenticator.objects.create(user=ann, type="totp", data={"secret": second_factors.seal("totp", ann.pk)})
    lost = Authenticator.objects.create(user=ann, type="webauthn", data={"secret": second_factors.seal("x", "Eve")})
    told = ask("rotate_keys", "--new", "--json").json
    assert (told["resealed"], told["closed"]) == (2, [{"where": "Authenticator.data", "id": str(lost.pk)}])
    lost.delete()
    assert len(ask("rotate_keys", "--forget", "--json").json["forgotten"]) == 1
    codes.refresh_from_db()
    app.refresh_from_db()
    assert second_factors.opened(codes.data["seed"], ann.pk) == "seed"
    assert (second_factors.opened(app.data["secret"], ann.pk), codes.data["used_mask"]) == ("totp", 3)


@pytest.mark.django_db(transaction=True)
def test_s3_deliveries_go_on_while_keys_change_and_after_the_old_one_is_gone(house: House) -> None:
    house.connect()
    rows = house.approved("Before and after")
    outbox.tasks.round()
    told = ask("rotate_keys", "--new", "--json").json
    assert told["resealed"] >= 3
    assert [house.settle(row).state for row in rows] == ["published"] * len(rows)
    assert len(ask("rotate_keys", "--forget", "--json").json["forgotten"]) == 1
    later = house.approved("With the new key alone", asset=house.asset("later.jpg", seed=5))
    assert [house.settle(row).state for row in later] == ["published"] * len(later)
