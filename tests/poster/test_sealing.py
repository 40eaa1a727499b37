"""Sealed columns: nothing readable in the database, bound to their row, and one bad row hurts only itself."""

from __future__ import annotations

import base64
import os

import pytest
from django.core import serializers
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import connection

from accounts.models import Credential, User
from poster.secrets import keyring
from poster.secrets.keyring import Undecryptable

TOKEN = "EAAB-a-token-that-nobody-may-see"
pytestmark = pytest.mark.django_db


@pytest.fixture
def credential() -> Credential:
    owner = User.objects.create_user("ann@example.org", "a long password")
    return Credential.objects.create(
        owner=owner, provider="facebook", remote_id="1", secret={"access_token": TOKEN}, scopes=[]
    )


def _raw(credential: Credential) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("select secret from accounts_credential where id = %s", [credential.pk.hex])
        return bytes(cursor.fetchone()[0])


def _key(fill: int) -> str:
    return base64.urlsafe_b64encode(bytes([fill]) * 32).decode()


def _use(settings, *keys: str) -> None:
    settings.CREDENTIAL_KEYS = list(keys)


def test_it_comes_back_as_it_went_in(credential: Credential) -> None:
    assert Credential.objects.get().secret == {"access_token": TOKEN}


def test_the_database_holds_nothing_readable(credential: Credential) -> None:
    assert TOKEN.encode() not in _raw(credential)
    assert b"access_token" not in _raw(credential)


def test_the_same_secret_is_sealed_differently_each_time(credential: Credential) -> None:
    before = _raw(credential)
    credential.secret = {"access_token": TOKEN}
    credential.save()
    assert _raw(credential) != before


def test_saving_an_unopened_row_leaves_it_as_it_is(credential: Credential) -> None:
    before = _raw(credential)
    row = Credential.objects.get()
    row.name = "renamed"
    row.save()
    assert _raw(credential) == before


def test_moved_to_another_row_it_does_not_open(credential: Credential) -> None:
    other = Credential.objects.create(
        owner=credential.owner, provider="facebook", remote_id="2", secret={"access_token": "other"}
    )
    sealed = Credential.objects.get(pk=credential.pk).__dict__["secret"]
    Credential.objects.filter(pk=other.pk).update(secret=sealed)
    with pytest.raises(Undecryptable, match="changed or moved"):
        _ = Credential.objects.get(pk=other.pk).secret


def test_one_flipped_bit_is_noticed(credential: Credential) -> None:
    blob = bytearray(_raw(credential))
    blob[-1] ^= 1
    with connection.cursor() as cursor:
        cursor.execute("update accounts_credential set secret = %s", [bytes(blob)])
    with pytest.raises(Undecryptable):
        _ = Credential.objects.get().secret


def test_a_row_that_cannot_be_opened_does_not_break_the_list(credential: Credential, settings) -> None:
    _use(settings, _key(9))
    assert [row.name for row in Credential.objects.all()] == [""]
    with pytest.raises(Undecryptable, match="not among the keys here"):
        _ = Credential.objects.get().secret


def test_a_new_key_seals_and_the_old_one_still_opens(credential: Credential, settings) -> None:
    _use(settings, _key(1))
    credential.secret = {"access_token": "first"}
    credential.save()
    _use(settings, _key(2), _key(1))
    row = Credential.objects.get()
    assert row.secret == {"access_token": "first"}
    row.secret = {"access_token": "second"}
    row.save()
    _use(settings, _key(2))
    assert Credential.objects.get().secret == {"access_token": "second"}


def test_secret_key_has_nothing_to_do_with_it(credential: Credential, settings) -> None:
    settings.SECRET_KEY = os.urandom(20).hex()
    assert Credential.objects.get().secret == {"access_token": TOKEN}


def test_serializers_see_only_what_is_sealed(credential: Credential) -> None:
    assert TOKEN not in serializers.serialize("json", Credential.objects.all())


def test_it_cannot_be_searched(credential: Credential) -> None:
    with pytest.raises(FieldError):
        Credential.objects.filter(secret__contains="EAAB").count()


def test_an_update_takes_only_sealed_values(credential: Credential) -> None:
    with pytest.raises(TypeError, match=r"field\.seal"):
        Credential.objects.update(secret={"access_token": "plain"})


def test_a_key_that_is_none_is_refused(settings) -> None:
    _use(settings, "abc")
    with pytest.raises(ImproperlyConfigured, match="32 bytes"):
        keyring.ring()
