"""Meta's answers, in the shapes that were recorded, and what we make of them."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

import pytest

from accounts.providers.meta import client as meta
from accounts.providers.meta.errors import BY_CODE, BY_SUBCODE, ON_FACEBOOK, ON_INSTAGRAM, ON_THREADS, meaning_of
from accounts.providers.meta.versions import VERSION
from poster.errors import Actor, RateLimited, Refused, Suspended, Unanswered, Unauthorized, Unavailable
from poster.http.client import Answer, listening

TOKEN = "EAAtokenOfAPageThatNobodyMaySee"
ALL_LISTS = [ON_FACEBOOK, ON_INSTAGRAM, ON_THREADS]


class Replies:
    """A service that says what it was told to, once each, and remembers what it was asked."""

    def __init__(self):
        self.waiting, self.asked = [], []

    def will_say(self, body, *, status=200, **headers):
        text = body if isinstance(body, str) else json.dumps(body)
        self.waiting.append((status, {name.replace("_", "-"): value for name, value in headers.items()}, text))


@pytest.fixture
def replies(settings):
    told = Replies()

    class Speaker(BaseHTTPRequestHandler):
        def do_GET(self):
            sent = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            told.asked.append((self.command, self.path, self.headers.get("Authorization"), sent))
            status, headers, text = told.waiting.pop(0)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(text.encode()))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

        do_POST = do_GET

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Speaker)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    settings.REMOTE_ROOT = f"http://127.0.0.1:{server.server_port}"
    yield told
    server.shutdown()
    server.server_close()


def error(code, subcode=None, *, status=400, message="in English", **more):
    told = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "AxYz", **more}
    if subcode:
        told["error_subcode"] = subcode
    return Answer(status, {}, json.dumps({"error": told}).encode())


def judged(answer):
    return meta.judge("Facebook", "GET", answer)


def test_a_good_answer_is_no_error():
    assert judged(Answer(200, {}, b'{"id": "1"}')) is None


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (error(190, 463), Unauthorized),
        (error(190, 99999), Unauthorized),
        (error(102), Unauthorized),
        (error(10), Suspended),
        (error(200), Unauthorized),
        (error(299), Unauthorized),
        (error(1, status=500, is_transient=True), Unavailable),
        (error(2), Unavailable),
        (error(4), RateLimited),
        (error(17), RateLimited),
        (error(32), RateLimited),
        (error(613), RateLimited),
        (error(80001), RateLimited),
        (error(80014), RateLimited),
        (error(9, 2207042), RateLimited),
        (error(4, 2207051), Suspended),
        (error(368), Suspended),
        (error(506), Refused),
        (error(324), Refused),
        (error(36003, 2207009), Refused),
        (error(100), Refused),
        (error(100, 33), Refused),
        (error(9007, 2207027, is_transient=False), Unavailable),
        (error(24, 4279009, is_transient=False), Unavailable),
        (error(9004, 2207052), Unavailable),
        (error(1, 1965014, is_transient=False), Refused),
        (error(987654), Refused),
        (error(987654, is_transient=True), Unavailable),
        (error(987654, status=500), Unavailable),
        (error(987654, status=429), RateLimited),
        (error(987654, status=401), Unauthorized),
        (error(190, 463, status=200), Unauthorized),
    ],
)
def test_errors_are_told_by_subcode_then_code_then_status(answer, expected):
    assert type(judged(answer)) is expected


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b'{"id": "17', b"<html>Sorry</html>", b'{"error": "x"}'])
@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 500, 502])
def test_what_is_not_the_graphs_own_json_says_nothing_about_our_request(status, body):
    assert type(judged(Answer(status, {}, body))) is Unavailable


def test_too_many_requests_is_a_rate_limit_even_without_words():
    assert type(judged(Answer(429, {"Retry-After": "90"}, b""))) is RateLimited
    assert judged(Answer(429, {"Retry-After": "90"}, b"")).retry_after == 90


def test_localised_words_are_shown_but_never_read():
    spanish = error(987654, message="(#4) limit", error_user_msg="Contraseña cambiada. Vuelve a iniciar sesión.")
    assert type(judged(spanish)) is Refused
    assert "Contraseña cambiada" in judged(spanish).sentence


def test_their_words_are_shown_without_the_token_in_them():
    assert TOKEN not in judged(error(987654, message=f"Malformed access token {TOKEN}")).sentence


def test_the_trace_holds_the_codes_and_their_trace_id():
    trace = judged(error(190, 463)).trace
    assert (trace.status, trace.code, trace.subcode, trace.trace_id) == (400, "190", "463", "AxYz")
    assert judged(Answer(500, {"x-fb-trace-id": "Bq"}, b"")).trace.trace_id == "Bq"


@pytest.mark.parametrize(
    ("minutes", "header", "seconds"),
    [(7, "", 7 * 60), (7, "30", 7 * 60), (7, "600", 600), (0, "", 3600), (999_999_999_999, "", 86400), (-5, "", 3600)],
)
def test_the_wait_is_the_longer_of_retry_after_and_their_estimate_in_minutes_else_an_hour(minutes, header, seconds):
    usage = {"1": [{"call_count": 100, "estimated_time_to_regain_access": minutes}], "2": [{"call_count": 5}]}
    headers = {"x-business-use-case-usage": json.dumps(usage), "Retry-After": header}
    assert judged(Answer(400, headers, error(32).body)).retry_after == seconds


@pytest.mark.parametrize(
    ("headers", "percent"),
    [
        ({}, 0),
        ({"x-app-usage": '{"call_count":28,"total_time":25,"total_cputime":25}'}, 28),
        ({"x-page-usage": '{"call_count":85,"total_cputime":56,"total_time":60}'}, 85),
        ({"x-business-use-case-usage": '{"66":[{"type":"pages","call_count":97,"total_time":23}]}'}, 97),
        ({"x-app-usage": "not json", "x-business-use-case-usage": '{"66": [7], "67": "x"}'}, 0),
    ],
)
def test_usage_is_the_highest_share_that_any_header_tells(headers, percent):
    assert meta.usage(headers) == percent


@pytest.mark.parametrize("code", [463, 2207042, 2207009])
def test_sentences_name_the_service(code):
    assert "{" not in BY_SUBCODE[code].error("Threads", judged(error(1)).trace).sentence
    assert "Threads" in BY_SUBCODE[code].error("Threads", judged(error(1)).trace).sentence


@pytest.mark.parametrize("meaning", [*BY_SUBCODE.values(), *BY_CODE.values()])
def test_every_row_of_the_tables_makes_a_whole_sentence(meaning):
    told = meaning.error("Facebook", judged(error(1)).trace)
    assert told.sentence.endswith(".")
    assert "{" not in told.sentence


@pytest.mark.parametrize("proven", ALL_LISTS)
@pytest.mark.parametrize(
    "code",
    [
        (1, 0),
        (2, 0),
        (4, 2207051),
        (368, 0),
        (368, 1390008),
        (506, 0),
        (1, 99),
        (100, 0),
        (100, 33),
        (24, 2207008),
        (-1, 2207001),
    ],
)
def test_what_was_seen_beside_a_live_post_is_on_no_proven_list(proven, code):
    assert code not in proven
    assert (code[0], None) not in proven


def commit(**form):
    return meta.facebook(TOKEN, "secret").commit("/1/feed", no_effect=ON_FACEBOOK, **form)


def test_a_commit_returns_the_id_exactly_even_when_it_is_sent_as_a_number(replies):
    replies.will_say('{"id": 98765432109876543210123}')
    assert commit(message="Hello") == "98765432109876543210123"


@pytest.mark.parametrize(
    "body", ["", "{}", "[]", '{"success": true}', '{"id": ""}', '{"id": true}', '{"id": "17', "<html>"]
)
def test_a_commit_that_was_accepted_without_an_id_is_unanswered(replies, body):
    replies.will_say(body)
    with pytest.raises(Unanswered):
        commit()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (error(190, 463), Unauthorized),
        (error(200), Unauthorized),
        (error(32), RateLimited),
        (error(4, status=429), RateLimited),
        (error(190, 463, status=500), Unanswered),
        (error(32, status=503), Unanswered),
        (error(4, 2207051), Unanswered),
        (error(4, 4), Unanswered),
        (error(1), Unanswered),
        (error(2, status=500, is_transient=True), Unanswered),
        (error(100), Unanswered),
        (error(506), Unanswered),
        (error(368), Unanswered),
        (error(987654), Unanswered),
        (Answer(429, {"Retry-After": "5"}, b""), Unanswered),
        (Answer(401, {}, b"{}"), Unanswered),
        (Answer(307, {}, b""), Unanswered),
        (Answer(404, {}, b"<html>"), Unanswered),
    ],
)
def test_at_a_commit_only_proven_codes_had_no_effect(replies, answer, expected):
    replies.will_say(answer.body.decode(), status=answer.status, Retry_After="5")
    with pytest.raises(Exception) as caught:  # noqa: PT011
        commit()
    assert type(caught.value) is expected


@pytest.mark.parametrize("body", ["", "{}", '{"success": true}', '{"id": "17'])
def test_staging_without_an_id_may_be_repeated(replies, body):
    replies.will_say(body)
    with pytest.raises(Unavailable):
        meta.threads("THtoken").stage("/me/threads", media_type="IMAGE")


def test_the_token_travels_in_the_header_and_the_proof_beside_it(replies):
    replies.will_say({"id": "1"})
    meta.facebook("EAAtoken", "shhh").get("/me", fields="id")
    _, path, authorization, _ = replies.asked[0]
    assert authorization == "Bearer EAAtoken"
    assert "EAAtoken" not in path
    assert path.startswith(f"/graph.facebook.com/{VERSION}/me?fields=id&appsecret_proof=")


def test_only_facebook_gets_a_proof(replies):
    for graph in (meta.instagram("IGtoken"), meta.threads("THtoken"), meta.facebook("EAAtoken")):
        replies.will_say({"id": "1"})
        graph.get("/me")
    paths = [path for _, path, _, _ in replies.asked]
    assert paths == [
        f"/graph.instagram.com/{VERSION}/me",
        "/graph.threads.net/v1.0/me",
        f"/graph.facebook.com/{VERSION}/me",
    ]


def test_what_is_empty_is_not_sent(replies):
    replies.will_say({"id": "1"})
    commit(message=None, link="x")
    assert "message" not in replies.asked[0][3]
    assert "link=x" in replies.asked[0][3]


@pytest.mark.parametrize("token", ["", "EAA\nX-Evil: 1", "EAAümlaut"])
def test_what_is_no_token_is_never_sent(replies, token):
    with pytest.raises(Unauthorized) as caught:
        meta.facebook(token).get("/me")
    assert not replies.asked
    assert token.strip() == "" or token not in str(caught.value)


def test_a_list_is_read_to_its_end_without_calling_the_address_that_holds_the_token(replies):
    following = f"https://graph.facebook.com/{VERSION}/1/posts?access_token={TOKEN}&after=c1"
    replies.will_say({"data": [{"id": "1"}], "paging": {"cursors": {"after": "c1"}, "next": following}})
    replies.will_say({"data": [], "paging": {"cursors": {"after": "c2"}, "next": following}})
    replies.will_say({"data": [{"id": "2"}], "paging": {"cursors": {"after": "c3"}}})
    assert [row["id"] for row in meta.facebook(TOKEN).listing("/1/posts", limit=1)] == ["1", "2"]
    assert [path.partition("?")[2] for _, path, _, _ in replies.asked] == [
        "limit=1",
        "limit=1&after=c1",
        "limit=1&after=c2",
    ]


RECORDED = "payloads/meta/facebook/feed_fields_p1.json"
BY_TIME = "access_token={token}&pretty=0&fields=id&until=1624385168&since&__paging_token=enc_x&__previous"


def paged_by_time(host="graph.facebook.com", path="v10.0/1/posts", query=BY_TIME):
    """As recorded: no cursors, an older version, `since` empty."""
    paging = {"previous": f"https://{host}/{path}?since=5", "next": f"https://{host}/{path}?{query}"}
    return {"data": [{"id": "1"}], "paging": json.loads(json.dumps(paging).replace("{token}", "OTHERtoken"))}


def test_a_list_without_cursors_is_read_on_by_time_and_keeps_what_was_asked(replies):
    replies.will_say(paged_by_time())
    replies.will_say({"data": [{"id": "2"}]})
    assert [row["id"] for row in meta.facebook(TOKEN).listing("/1/posts", fields="id,message", since=7)] == ["1", "2"]
    _, (_, second, authorization, _) = replies.asked
    asked = dict(parse_qsl(second.partition("?")[2]))
    assert second.startswith(f"/graph.facebook.com/{VERSION}/1/posts?")
    assert asked == {"fields": "id,message", "since": "7", "until": "1624385168", "__paging_token": "enc_x"}
    assert authorization == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    "page",
    [
        paged_by_time(host="graph.example.com"),
        paged_by_time(host="graph.facebook.com.example.com"),
        paged_by_time(path="v10.0/1/comments"),
        paged_by_time(query="access_token={token}&since=9&limit=25"),
        paged_by_time(query=f"until=1&__paging_token={'x' * 5000}&until={'9' * 5000}"),
        {"data": [], "paging": {"next": "http://[:1/"}},
    ],
)
def test_another_list_or_no_place_in_it_is_not_read_on(replies, page):
    replies.will_say(page)
    with pytest.raises(Unavailable):
        list(meta.facebook(TOKEN).listing("/1/posts"))
    assert len(replies.asked) == 1


def test_the_same_page_again_is_no_progress(replies):
    replies.will_say(paged_by_time())
    replies.will_say(paged_by_time())
    with pytest.raises(Unavailable):
        list(meta.facebook(TOKEN).listing("/1/posts"))


def test_the_recorded_list_is_read_on(replies, shared):
    told = json.loads((shared / RECORDED).read_text())
    replies.will_say(told)
    replies.will_say({"data": [], "paging": {}})
    assert len(list(meta.facebook(TOKEN).listing("/4/posts"))) == len(told["data"])


@pytest.mark.parametrize(("graph", "asked"), [(meta.threads("TH"), 3), (meta.instagram("IG"), 1)])
def test_threads_shows_cursors_alone_and_is_read_until_a_page_is_empty(replies, graph, asked):
    """Elsewhere it is the end when there is no `next`."""
    replies.will_say({"data": [{"id": "1"}], "paging": {"cursors": {"before": "a", "after": "b"}}})
    replies.will_say({"data": [{"id": "2"}], "paging": {"cursors": {"before": "c", "after": "d"}}})
    replies.will_say({"data": [], "paging": {"cursors": {"before": "c", "after": "e"}}})
    assert len(list(graph.listing("/me/threads"))) == min(asked, 2)
    assert len(replies.asked) == asked


@pytest.mark.parametrize(
    "page",
    [
        {"summary": {}},
        {"data": {"id": "1"}},
        {"data": ["1"]},
        {"data": [], "paging": {"next": "https://graph.facebook.com/more"}},
    ],
)
def test_a_list_that_cannot_be_read_to_its_end_is_unavailable(replies, page):
    replies.will_say(page)
    with pytest.raises(Unavailable):
        list(meta.facebook(TOKEN).listing("/1/posts"))


def test_a_list_without_an_end_is_given_up(replies):
    for _ in range(meta.MOST_PAGES):
        replies.will_say({"data": [{"id": "1"}], "paging": {"cursors": {"after": "x"}, "next": "more"}})
    with pytest.raises(Unavailable):
        list(meta.facebook(TOKEN).listing("/1/posts"))


def test_nothing_secret_is_kept_of_a_call(replies):
    replies.will_say(error(190, 463, message=f"Bad token {TOKEN}").body.decode(), status=400)
    with listening() as heard, pytest.raises(Unauthorized) as caught:
        meta.facebook(TOKEN, "app-secret").get("/me", fields="id")
    kept = repr(heard) + repr(caught.value) + repr(caught.value.trace) + repr(meta.facebook(TOKEN, "app-secret"))
    assert TOKEN not in kept
    assert "app-secret" not in kept
    assert heard[0].trace.trace_id == "AxYz"


def test_config_errors_are_for_the_operator():
    assert judged(error(101)).actor is Actor.OPERATOR
    assert judged(error(104)).actor is Actor.OPERATOR


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://facebook.com/1", "https://facebook.com/1"),
        ("javascript:alert(1)", ""),
        ("/relative", ""),
        (7, ""),
        (None, ""),
    ],
)
def test_only_web_addresses_become_links(value, expected):
    assert meta.web_address({"link": value}, "link") == expected


@pytest.mark.parametrize(
    ("code", "subcode", "expected"),
    [
        (1, 99, Unauthorized),
        (1, 2207057, Refused),
        (1, 4279013, Suspended),
        (210, 0, Refused),
        (240, 0, Unauthorized),
        (415, 0, Suspended),
        (415, 1404120, Suspended),
        (415, 2859009, Suspended),
        (450, 0, Unauthorized),
        (452, 0, Unauthorized),
        (459, 0, Unauthorized),
        (100, 1363047, Unavailable),
        (100, 1609010, Unavailable),
        (6000, 1363047, Unavailable),
        (1363019, 0, Unavailable),
        (1363030, 0, Unavailable),
        (1363042, 0, Unauthorized),
    ],
)
@pytest.mark.parametrize("word", [{}, {"is_transient": False}])
def test_rows_of_the_reference_that_are_rare(replies, code, subcode, expected, word):
    """To a read they mean this. At the call that publishes none of them proves that nothing happened."""
    assert type(judged(error(code, subcode, **word))) is expected
    replies.will_say(error(code, subcode, **word).body.decode(), status=400)
    with pytest.raises(Unanswered) as caught:
        commit()
    assert type(caught.value.meant) is expected


def test_an_unknown_error_that_passes_by_their_own_word_does():
    assert type(judged(error(1, 99, is_transient=True))) is Unavailable


CLASSES: dict[Any, set[type]] = {
    "auth": {Unauthorized, Refused, Suspended},
    "rate": {RateLimited},
    "policy": {Suspended, RateLimited},
    "transient": {Unavailable},
    "permanent": {Refused, Unavailable},
}


def test_the_tables_agree_with_the_reference(shared):
    rows = json.loads((shared / "payloads/meta_tables/error_codes.json").read_text())["codes"]
    ours = {"graph", "instagram", "facebook"}
    known = [row for row in rows if row["surface"] in ours and (row["code"] in BY_CODE or row["subcode"] in BY_SUBCODE)]
    assert len(known) > 60
    for row in known:
        code, subcode = row["code"] or 0, row["subcode"] or 0
        expected = AGREED.get((code, subcode)) or CLASSES[row["class"]]
        assert meaning_of(code, subcode).kind in expected, row


# Where we read a row otherwise, and why.
AGREED: dict[Any, set[type]] = {
    (2, 2018344): {Unavailable},  # told by is_transient
    (613, 1893016): {RateLimited},  # messaging only
}


def test_recorded_errors_are_read(shared):
    for path in sorted((shared / "payloads/meta/errors").glob("*.json")):
        told = json.loads(path.read_text())
        body = told.get("body", told)
        if isinstance(body.get("error"), dict):
            failed = judged(Answer(told.get("http_status") or 400, {}, json.dumps(body).encode()))
            assert failed is not None, path.name
            assert failed.trace.code == str(body["error"]["code"]), path.name
