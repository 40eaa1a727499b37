"""Threads: what is particular to it. What it shares with Instagram stands in test_instagram."""

from __future__ import annotations

from dataclasses import replace

import pytest

from poster.errors import Refused
from publishing.platforms import Spoilt
from publishing.platforms.threads import PHOTO as LIMITS
from publishing.platforms.threads import Threads
from publishing.posts.fitting import fit, length


def test_it_speaks_of_me_whatever_id_is_stored(threads):
    place = replace(threads, account=replace(threads.account, remote_id="1"))
    place.publish(place.prepare())
    assert len(threads.feed()) == 1
    assert {call["path"] for call in threads.box.calls(method="POST")} == {
        "/v1.0/me/threads",
        "/v1.0/me/threads_publish",
    }


def test_an_error_without_a_reason_is_prepared_anew(threads):
    threads.box.fault("container_error")
    laid = threads.prepare()
    with pytest.raises(Spoilt, match="UNKNOWN"):
        threads.ready(laid)


def test_a_shape_that_it_does_not_take_is_refused_for_good():
    refused = Threads().spoilt("INVALID_ASPEC_RATIO")
    assert type(refused) is Refused


def test_a_text_fitted_to_threads_is_taken_by_threads(threads):
    words = fit("Bread 🥖 and butter, every morning. " * 40, ["bakery", "bread"], LIMITS)
    assert 400 < length(words, LIMITS) <= 500
    place = threads.saying(words)
    place.publish(place.prepare())
    assert threads.feed()[0]["text"] == words
