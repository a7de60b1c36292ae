"""The preview is served to the person at this computer, and to nobody and nothing else."""

import http.client
import json
import os
import signal
import socket
import time

import pytest

from browsing import preview
from syndicate.preview.server import forget_keys


class Asking:
    """Asks an open preview by hand, so that any header can be sent."""

    def __init__(self, served):
        self.host = served.host

    def __call__(self, path="/", method="GET", body=None, **headers):
        name, port = self.host.split(":")
        line = http.client.HTTPConnection(name, int(port), timeout=10)
        given = {"Host": self.host, **{key.replace("_", "-"): v for key, v in headers.items()}}
        if body is not None:
            given["Content-Type"] = "application/json"
            body = json.dumps(body)
        line.request(method, path, body, given)
        answer = line.getresponse()
        data = answer.read()
        line.close()
        return answer.status, dict(answer.getheaders()), data

    def post(self, path, body):
        status, _, data = self(path, "POST", body, Origin=f"http://{self.host}")
        return status, json.loads(data)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A site with a template that addresses people, and a picture outside its articles."""
    from conftest import Site  # noqa: PLC0415 -- pytest puts it there

    site = Site(tmp_path_factory.mktemp("site"))
    site.write(
        "syndicate.toml",
        '[site]\ntitle = "Small"\nurl = "https://small.example/"\naddress = "1 Street, Town"\n'
        '[newsletters.weekly]\ntitle = "Small Weekly"\nsender = "Small <hello@small.example>"\n'
        'subject = "{{ lead.title }}"\naudience = "people.csv"\nprovider = "mailgun"\n'
        '[providers.mailgun]\ndomain = "mg.small.example"\nkey_env = "SMALL_KEY"\n',
    )
    site.write(
        "people.csv",
        "email,name,unsubscribe_url\nann@example.com,Ann Archer,https://small.example/leave?a\n"
        "bob@example.com,Bob Baker,\n",
    )
    site.write("secret.txt", "a secret")
    site.article("first", "The first article", "2026-11-20")
    return site


@pytest.fixture(scope="module")
def served(root):
    with preview(root.root, env={"SMALL_KEY": "key-0123456789", "OTHER_TOKEN": "abc"}) as one:
        yield one


@pytest.fixture
def ask(served):
    return Asking(served)


def test_it_needs_no_key_of_the_provider_and_counts_the_people_all_the_same(root):
    with preview(root.root) as one:
        _, _, page = Asking(one)()
    assert b"2 people" in page


def test_no_key_is_in_reach_of_the_process_that_serves(monkeypatch):
    monkeypatch.setattr(os, "environ", dict.fromkeys(("A_KEY", "PATH", "LC_ALL", "S"), "x"))
    forget_keys(but=frozenset({"S"}))
    assert sorted(os.environ) == ["LC_ALL", "PATH", "S"]


def test_it_listens_on_the_loopback_only(served):
    port = int(served.host.split(":")[1])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as nowhere:
        nowhere.connect(("192.0.2.1", 9))  # sends nothing; it chooses an address of ours
        other = nowhere.getsockname()[0]
    assert not other.startswith("127.")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((other, port), timeout=2)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "localhost:1"]
)
def test_a_foreign_host_is_refused(ask, host):
    port = ask.host.split(":")[1]
    status, _, data = ask(Host=host.format(port=port))
    assert status == 403
    assert b"Small" not in data


def test_its_own_names_are_answered(ask):
    assert ask()[0] == 200
    assert ask(Host=ask.host.replace("127.0.0.1", "localhost"))[0] == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
@pytest.mark.parametrize("path", ["/", "/light.html", "/~/live", "/~/people"])
def test_a_foreign_origin_is_refused(ask, origin, path):
    method = "POST" if path == "/~/people" else "GET"
    assert ask(path, method, Origin=origin)[0] == 403


def test_nothing_is_changed_for_a_request_that_does_not_say_where_it_is_from(ask):
    assert ask("/~/as", "POST", {"newsletter": "weekly", "line": 2})[0] == 403


def test_another_page_may_lead_here_but_read_and_frame_nothing(ask):
    across = {"Sec_Fetch_Site": "cross-site"}
    assert ask(**across, Sec_Fetch_Mode="navigate", Sec_Fetch_Dest="document")[0] == 200
    assert ask(**across, Sec_Fetch_Mode="navigate", Sec_Fetch_Dest="iframe")[0] == 403
    assert ask(**across, Sec_Fetch_Mode="no-cors", Sec_Fetch_Dest="image")[0] == 403


def test_a_browser_is_told_to_run_our_own_script_only_and_none_in_an_issue(ask):
    _, page, _ = ask()
    rules = dict(one.split(" ", 1) for one in page["Content-Security-Policy"].split(";"))
    assert rules["default-src"] == "'none'"
    assert "unsafe" not in page["Content-Security-Policy"]
    assert rules["frame-ancestors"] == "'none'"
    _, frame, _ = ask("/light.html")
    policy = frame["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox allow-same-origin allow-popups" in policy
    assert "allow-scripts" not in policy
    assert "img-src 'self' data:;" in policy


@pytest.mark.parametrize(
    "path",
    [
        "/secret.txt",
        "/../secret.txt",
        "/pictures/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/people.csv",
        "/syndicate.toml",
        "/~/outbox/../",
        "/~/outbox/%2e%2e/1/",
        "/~/outbox/no/0001/",
    ],
)
def test_only_what_belongs_to_the_preview_is_served(ask, path):
    assert ask(path)[0] in {404, 308}
    assert b"secret" not in ask(path)[2]


def test_people_are_found_by_any_part_of_a_name_or_an_address(ask):
    def found(words):
        _, answer = ask.post("/~/people", {"newsletter": "weekly", "words": words})
        return [one["name"] for one in answer["people"]]

    assert found("") == ["Ann Archer", "Bob Baker"]
    assert found("arch") == ["Ann Archer"]
    assert found("BOB@ baker") == ["Bob Baker"]
    assert found("carol") == []


def test_the_issue_is_shown_as_somebody_and_again_as_nobody(ask):
    assert ask.post("/~/as", {"newsletter": "weekly", "line": 2}) == (200, {})
    _, _, page = ask()
    assert b"Ann Archer" in page
    _, _, issue = ask("/light.html")
    assert b"https://small.example/leave?a" in issue
    assert ask.post("/~/as", {"newsletter": "weekly", "line": 0}) == (200, {})
    assert b"Alex Example" in ask()[2]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/~/people", {"newsletter": "none", "words": "a"}),
        ("/~/people", [1]),
        ("/~/as", {"newsletter": ["weekly"]}),
        ("/~/as", "weekly"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(ask, path, body):
    assert ask(path, "POST", body, Origin=f"http://{ask.host}")[0] == 404


def test_a_question_too_long_to_be_one_is_refused(ask):
    body = {"newsletter": "weekly", "words": "a" * 20_000}
    assert ask("/~/people", "POST", body, Origin=f"http://{ask.host}")[0] == 413


@pytest.mark.parametrize("path", ["/~/people", "/~/as", "/~/pictures"])
def test_a_question_of_lists_in_each_other_is_refused(ask, path):
    name, port = ask.host.split(":")
    line = http.client.HTTPConnection(name, int(port), timeout=10)
    kind = {"Origin": f"http://{ask.host}", "Content-Type": "application/json"}
    line.request("POST", path, "[" * 9000, kind)
    answer = line.getresponse()
    data = answer.read()
    line.close()
    assert (answer.status, data) == (400, b"This question has too many parts in each other.\n")


def test_it_says_nothing_of_who_is_looked_at(root):
    with preview(root.root) as one:
        ask = Asking(one)
        ask.post("/~/people", {"newsletter": "weekly", "words": "ann"})
        ask.post("/~/as", {"newsletter": "weekly", "line": 2})
        one.process.send_signal(signal.SIGINT)
        out, err = one.process.communicate(timeout=60)
        assert (one.process.returncode, out, err) == (0, "", "")


def test_a_port_that_is_taken_is_said_and_the_next_one_used(root):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with preview(root.root, "--port", str(port)) as one:
            assert int(one.host.split(":")[1]) > port
            one.process.send_signal(signal.SIGINT)
            assert f"Port {port} is taken." in one.process.communicate(timeout=60)[1]


def test_a_broken_configuration_is_said_before_anything_is_served(small_site):
    small_site.edit("syndicate.toml", "title", "titel")
    ended = small_site.run("preview", "--no-open", "--port", "0")
    assert (ended.code, ended.out) == (2, "")
    assert "titel" in ended.err


def test_a_newsletter_that_is_added_is_shown_and_one_that_is_gone_is_said(small_site):
    def when(ask, path, words):
        for _ in range(1200):
            status, _, data = ask(path)
            if status == 200 and words in data.decode():
                return True
            time.sleep(0.05)
        return False

    added = (
        '[newsletters.monthly]\ntitle = "Small Monthly"\n'
        'sender = "Small <hello@small.example>"\naudience = "people.csv"\n'
    )
    with preview(small_site.root) as one:
        ask = Asking(one)
        text = small_site.path("syndicate.toml").read_text("utf-8")
        small_site.write("syndicate.toml", text + added)
        assert when(ask, "/monthly/", "Small Monthly")
        assert when(ask, "/", "monthly/index.html")
    with preview(small_site.root, "--newsletter", "monthly") as one:
        ask = Asking(one)
        small_site.write("syndicate.toml", text)
        assert when(ask, "/", "syndicate.toml has no newsletter monthly any more.")
        assert when(ask, "/", "Small Monthly")


def test_what_is_sent_is_no_longer_shown_as_new(small_site):
    small_site.begin()
    with preview(small_site.root) as one:
        ask = Asking(one)
        assert b"The first article" in ask()[2]
        small_site.run("send", "--yes")
        for _ in range(1200):
            if b"There is nothing new" in ask()[2]:
                return
            time.sleep(0.05)
        raise AssertionError("what was sent is still shown as new")
