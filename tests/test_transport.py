"""The transport: whatever happens on the wire, it knows whether mail could have left."""

import shutil
import socket
import ssl
import subprocess
import threading
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lying_server import (
    CUT_AFTER,
    CUT_BEFORE,
    CUT_HALFWAY,
    CUT_UNREAD,
    DRIP,
    ERROR_AFTER,
    ERROR_BEFORE,
    REDIRECT,
    STALL_AFTER,
    Lie,
    LyingServer,
    said,
    says,
    throttle,
)
from syndicate.errors import (
    ConfigError,
    Misconfigured,
    ProviderError,
    Refused,
    Throttled,
    Unavailable,
    Uncertain,
)
from syndicate.transport import (
    Line,
    Secret,
    Transport,
    Waits,
    check_address,
    proxy_for,
    scrub,
)

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
KEY = "SG.very-secret-key"
BODY = b'{"issue": "weekly-2026-W48", "recipients": [{"to": "ann@example.org"}]}'


@pytest.fixture
def server():
    with LyingServer() as lying:
        yield lying


@contextmanager
def open_transport(url, **options):
    waits = Waits(**{"connect": 2.0, "read": 5.0, **options.pop("waits", {})})
    line = Line(
        name="acme", base_url=url, now=lambda: NOON, secrets=(Secret(KEY),), waits=waits, **options
    )
    transport = Transport(line)
    try:
        yield transport
    finally:
        transport.close()


def post(url, **options):
    with open_transport(url, **options) as transport:
        return transport.post("v1/batches", BODY, {"Authorization": f"Bearer {KEY}"})


def outcome(url, **options):
    """Give the error of a call."""
    with pytest.raises(ProviderError) as caught:
        post(url, **options)
    assert KEY not in str(caught.value)
    assert "ann@" not in str(caught.value)
    assert "\n" not in str(caught.value)
    return caught.value


def test_a_call_that_is_taken_gives_the_answer(server):
    server.will(said(b'{"id": "7"}', status=201, X_Message_Id="m1"))
    answer = post(server.url)
    assert (answer.status, answer.body) == (201, b'{"id": "7"}')
    assert answer.headers["x-message-id"] == "m1"
    assert server.requests == [("/v1/batches", server.requests[0][1], BODY)]


SORTED = {
    Throttled: (420, 421, 425, 429),
    Misconfigured: (401, 403, 404, 300, 301, 302, 303, 304, 307, 308),
    Refused: (400, 402, 405, 406, 407, *range(410, 420), 422),
    Uncertain: (408, 409, 423, 424, 426, 451, 499, 500, 501, 502, 503, 504, 507, 599, 600),
}


@pytest.mark.parametrize(
    ("status", "kind"), [(status, kind) for kind, codes in SORTED.items() for status in codes]
)
def test_a_status_decides_what_becomes_of_a_batch(server, status, kind):
    server.will(says(status, "no such sender"))
    error = outcome(server.url)
    assert type(error) is kind
    assert str(status) in str(error)
    assert "acme" in str(error)


def test_every_status_there_is_has_its_place():
    decided = {status for codes in SORTED.values() for status in codes}
    assert decided >= {400, 401, 402, 403, 404, 408, 409, 410, 413, 415, 422, 425, 429, 500, 503}


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        ("0", 0.0),
        ("120", 120.0),
        ("Mon, 23 Nov 2026 12:01:30 GMT", 90.0),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0),
        ("Mon, 23 Nov 2026 12:01:30 -0000", 90.0),
        ("soon", None),
        ("-5", None),
        ("01 Jan 99999999999999999999 00:00:00 GMT", None),
        ("01 Jan 2027 00:00:00 +99999999999999999999", None),
        ("99999999999999999999 Jan 2027 00:00:00 GMT", None),
        ("01 Jan 0001 00:00:00 +2359", 0.0),
        ("", None),
        (None, None),
    ],
)
def test_a_provider_may_say_how_long_to_wait(server, asked, wait):
    server.will(throttle(asked))
    error = outcome(server.url)
    assert error.wait == wait
    # A person is told as well.
    assert ("asks to wait 2 minutes." in str(error)) == (wait == 120)


def test_a_redirect_is_not_followed(server):
    server.will(REDIRECT)
    assert type(outcome(server.url)) is Misconfigured
    assert server.calls == 1


@pytest.mark.parametrize(
    "lie", [CUT_UNREAD, CUT_BEFORE, CUT_AFTER, CUT_HALFWAY, ERROR_BEFORE, ERROR_AFTER], ids=repr
)
def test_after_the_first_byte_no_lost_answer_is_certain(server, lie):
    server.will(lie)
    assert type(outcome(server.url)) is Uncertain
    assert server.calls == 1


def test_a_provider_that_never_answers_leaves_doubt(server):
    server.will(STALL_AFTER)
    assert type(outcome(server.url, waits={"read": 0.1})) is Uncertain
    assert server.taken == [("weekly-2026-W48", "ann@example.org")]


def test_a_provider_that_drips_is_not_waited_for_beyond_the_whole_limit(server):
    server.will(DRIP)
    error = outcome(server.url, waits={"whole": 0.3})
    assert type(error) is Uncertain
    assert "within 0.3 seconds" in str(error)


def test_headers_that_drip_are_not_waited_for_either():
    def drip(link):
        link.recv(65536)
        while True:
            link.sendall(b"HTTP/1.1 202 OK\r\nX: 1\r\n")
            threading.Event().wait(0.02)

    with raw_server(drip) as url:
        assert type(outcome(url, waits={"whole": 0.3})) is Uncertain


def test_an_answer_cut_short_still_counts_when_its_status_said_no(server):
    server.will(Lie("no", takes="none", status=422, body=b'{"message": "x"}', manner="half"))
    assert type(outcome(server.url)) is Refused


def test_an_answer_too_large_to_read_leaves_doubt(server):
    server.will(said(b"x" * 100_001))
    assert type(outcome(server.url, answer_max=100_000)) is Uncertain


@pytest.mark.parametrize(
    "bytes_sent", [b"hello\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\xff" * 50, b"", b"HTTP/1.1 202"]
)
def test_what_is_no_http_leaves_doubt(bytes_sent):
    def answer(link):
        link.recv(65536)
        link.sendall(bytes_sent)

    with raw_server(answer) as url:
        assert type(outcome(url)) is Uncertain


def test_a_server_that_closes_before_it_reads_may_have_taken_the_call():
    with raw_server(lambda _: None) as url:
        assert type(outcome(url)) is Uncertain


def test_where_nobody_listens_nothing_was_sent():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    error = outcome(f"http://127.0.0.1:{port}")
    assert type(error) is Unavailable
    assert f"127.0.0.1:{port}: connection refused" in str(error)


def test_a_name_that_nobody_knows_means_that_nothing_was_sent():
    error = outcome("https://provider.invalid")
    assert type(error) is Unavailable
    assert "provider.invalid: the name is not known" in str(error)


def test_a_failed_handshake_means_that_nothing_of_the_request_was_sent():
    seen = []

    def plain(link):
        seen.append(link.recv(65536))
        link.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with raw_server(plain) as url:
        error = outcome(url.replace("http:", "https:"))
    assert type(error) is Unavailable
    assert "no secure connection" in str(error)
    assert b"v1/batches" not in seen[0]


def test_a_connection_that_is_cut_in_the_handshake_means_that_nothing_was_sent():
    with raw_server(lambda link: link.recv(100)) as url:
        assert type(outcome(url.replace("http:", "https:"))) is Unavailable


def test_a_handshake_that_never_comes_is_given_up_within_the_limit_to_connect():
    over = threading.Event()
    with raw_server(lambda _: over.wait(20)) as url:
        error = outcome(url.replace("http:", "https:"), waits={"connect": 0.1})
        over.set()
    assert type(error) is Unavailable
    assert "it took too long" in str(error)


def test_connections_are_used_again(server):
    with open_transport(server.url) as transport:
        for _ in range(3):
            transport.post("v1", BODY, {})
    assert (server.calls, server.connections) == (3, 1)


def test_a_connection_unused_for_twenty_seconds_is_closed_before_use(server):
    times = [NOON]
    transport = Transport(Line(name="acme", base_url=server.url, now=lambda: times[-1]))
    transport.post("v1", BODY, {})
    times.append(NOON + timedelta(seconds=19))
    transport.post("v1", BODY, {})
    assert server.connections == 1
    times.append(times[-1] + timedelta(seconds=20))
    transport.post("v1", BODY, {})
    assert server.connections == 2
    times.append(NOON)
    transport.post("v1", BODY, {})
    transport.close()
    assert server.connections == 3


def test_a_connection_that_the_server_closed_meanwhile_is_not_used_again():
    served = []

    def once(link):
        served.append(link.recv(65536))
        link.sendall(b"HTTP/1.1 202 OK\r\nContent-Length: 2\r\n\r\n{}")

    with raw_server(once) as url, open_transport(url) as transport:
        for _ in range(3):
            assert transport.post("v1", BODY, {}).status == 202
    assert len(served) == 3


def test_cookies_are_not_kept(server):
    server.will(said(b"{}", Set_Cookie="session=1; Path=/"))
    with open_transport(server.url) as transport:
        transport.post("v1", BODY, {})
        transport.post("v1", BODY, {})
    assert "Cookie" not in server.requests[1][1]


def test_nothing_from_netrc_is_sent(server, tmp_path, monkeypatch):
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login mallory password other\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with open_transport(server.url) as transport:
        transport.post("v1", BODY, {})
    assert "Authorization" not in server.requests[0][1]


def test_a_large_request_arrives_whole(server):
    server.will(Lie("listen", takes="none"))
    body = bytes(range(256)) * 4_000
    with open_transport(server.url) as transport:
        transport.post("v1", body, {})
    assert server.requests[0][2] == body


def test_a_key_that_no_header_can_hold_is_said_and_not_shown(server):
    with open_transport(server.url) as transport:
        for key in (f"{KEY}\n", "clé\u20ac"):
            with pytest.raises(Misconfigured, match="characters that cannot be sent") as caught:
                transport.post("v1", BODY, {"Authorization": f"Bearer {key}"})
            assert key.strip() not in str(caught.value)
    assert server.calls == 0


@pytest.mark.parametrize(
    "body",
    [
        b'{"message": "unknown sender"}',
        b'{"error": {"code": 7, "message": "unknown sender"}}',
        b'{"errors": [{"field": "from", "detail": "unknown sender"}]}',
        b'{"Message": "unknown sender", "ErrorCode": 300}',
        b"<html><h1>unknown\r\nsender</h1></html>",
        b"unknown \x1b\x07 sender",
    ],
)
def test_the_provider_s_own_words_are_passed_on_in_one_line(server, body):
    server.will(Lie("no", takes="none", status=422, body=body))
    assert 'acme answered HTTP 422: "unknown sender".' in str(outcome(server.url))


def test_neither_addresses_nor_keys_come_back_in_a_message(server):
    text = f"key {KEY} may not mail Ann <ann@example.org>, ann%40example.org or zoë@exämple.org"
    server.will(says(403, text))
    assert "key *** may not mail Ann <(address)>, (address) or (address)" in str(
        outcome(server.url)
    )


@given(st.text(), st.text(), st.text(st.characters(categories=["L", "N"]), min_size=1))
def test_no_text_can_carry_an_address_or_a_second_line(before, after, name):
    shown = scrub(f"{before} {name}@example.org {after}", (Secret("xyzzy"),))
    assert "@example.org" not in shown
    assert shown.isprintable()
    assert len(shown) <= 200


def test_a_text_of_any_length_is_shortened_without_showing_half_an_address():
    for text in ("a" * 1_000_000, "a@" * 500_000, "ann@example.org," * 50_000):
        assert scrub(text, ()) == ""
        assert scrub(f"No: {text}", ()) == "No:"
    long = "ann.lee@example.org " * 1000
    assert set(scrub(long, ()).rstrip("…").split()) <= {"(address)", "(addres", "(addre"}
    assert scrub("no " * 5000, ()) == "no " * 66 + "n…"


def test_deeply_nested_answers_are_survived(server):
    server.will(Lie("no", takes="none", status=422, body=b"[" * 100_000))
    assert type(outcome(server.url)) is Refused


def test_a_secret_never_prints():
    assert f"{Secret(KEY)} {Secret(KEY)!r} {[Secret(KEY)]}" == "*** *** [***]"
    assert KEY not in repr(Line("acme", "https://x.example", lambda: NOON, (Secret(KEY),)))


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.com",
        "https://api.example.com:8443/api",
        "http://127.0.0.1:8025",
        "http://localhost:9000/api",
        "http://[::1]:8025",
    ],
)
def test_a_key_may_go_to_https_and_to_this_computer(url):
    check_address("acme", url)


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.com",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "ftp://api.example.com",
        "api.example.com",
        "https://user:pw@api.example.com",
        "https://api.example.com?x=1",
        "https://api.example.com:port",
        "https://",
        "https://[::1",
        "",
    ],
)
def test_a_key_goes_nowhere_else(url):
    with pytest.raises(ConfigError, match=r"\[providers.acme\] base_url = "):
        check_address("acme", url)


def test_this_computer_is_never_reached_by_a_proxy():
    env = {"HTTPS_PROXY": "http://proxy.example:3128", "NO_PROXY": "internal.example, .corp"}
    assert proxy_for("https://api.example.com", env) == "http://proxy.example:3128"
    assert proxy_for("https://api.example.com", {}) == ""
    for spared in ("https://127.0.0.1", "https://mail.internal.example", "https://a.corp"):
        assert proxy_for(spared, env) == ""
    assert proxy_for("https://api.example.com", env | {"NO_PROXY": "*"}) == ""


def test_what_a_proxy_refuses_was_not_sent():
    def refuse(link):
        assert link.recv(65536).startswith(b"CONNECT api.example.invalid:443 HTTP/1.")
        link.sendall(b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n")

    with raw_server(refuse) as proxy:
        assert type(outcome("https://api.example.invalid", proxy=proxy)) is Unavailable


def test_the_environment_chooses_no_proxy_by_itself(server, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("all_proxy", "http://127.0.0.1:9")
    assert post(server.url).status == 202


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of this computer, signed by itself."""
    if not (openssl := shutil.which("openssl")):
        pytest.skip("needs openssl to make a certificate")
    made = tmp_path_factory.mktemp("tls") / "both.pem"
    options = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
    files = ["-keyout", made, "-out", made.with_suffix(".crt")]
    subprocess.run(
        [
            openssl,
            "req",
            "-x509",
            *options.split(),
            "-addext",
            "subjectAltName=IP:127.0.0.1",
            *files,
        ],
        check=True,
        capture_output=True,
    )
    made.write_text(made.read_text() + made.with_suffix(".crt").read_text())
    return made


@contextmanager
def tls_server(certificate, answer):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    seen = []

    def serve(link):
        with context.wrap_socket(link, server_side=True) as wrapped:
            while heard := wrapped.recv(65536):
                seen.append(heard)
                if heard.endswith(BODY):
                    if not answer:
                        return
                    wrapped.sendall(answer)

    with raw_server(serve) as url:
        yield url.replace("http:", "https:"), seen


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate):
    with tls_server(certificate, b"") as (url, seen):
        assert type(outcome(url)) is Unavailable
    assert seen == []


def test_a_secure_call_is_taken_and_its_connection_used_again(certificate):
    taken = b"HTTP/1.1 202 OK\r\nContent-Length: 2\r\n\r\n{}"
    with (
        tls_server(certificate, taken) as (url, seen),
        open_transport(url, authorities=str(certificate)) as transport,
    ):
        for _ in range(2):
            assert transport.post("v1", BODY, {}).body == b"{}"
    assert b"".join(seen).count(b"POST /v1 HTTP/1.1") == 2


def test_a_secure_call_that_is_cut_leaves_doubt(certificate):
    with tls_server(certificate, b"") as (url, seen):
        assert type(outcome(url, authorities=str(certificate))) is Uncertain
    assert seen


def test_several_threads_may_call_at_once(server):
    outcomes = []
    with open_transport(server.url) as transport:
        threads = [
            threading.Thread(target=lambda: outcomes.append(transport.post("v1", BODY, {}).status))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert outcomes == [202] * 8


@contextmanager
def raw_server(serve):
    """Serve raw connections on the loopback, one after the other."""
    listener = socket.create_server(("127.0.0.1", 0))

    def work():
        while True:
            try:
                link, _ = listener.accept()
            except OSError:
                return
            with link, suppress(OSError):
                serve(link)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
