"""Everybody can leave, by a link that nobody can make for somebody else."""

import base64
import email
import re
import sys
import types
from email.policy import default as policy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.addresses import recipient_key
from syndicate.audience import leaving
from syndicate.errors import AudienceError
from syndicate.models import Recipient

SECRET = b"a secret of ours"
KEY = recipient_key("ann@example.org", SECRET)
DOCS = Path(__file__).parents[1] / "docs" / "unsubscribe.md"
URL = "https://small.example/u?u={token}"


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=1), st.binary(min_size=1))
def test_a_token_is_known_by_whoever_has_the_secret_and_by_nobody_else(key, secret, other):
    made = leaving.token(key, secret)
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", made)
    assert leaving.verify(made, secret) == key
    assert (leaving.verify(made, other) == key) == (secret == other)


@given(st.text(max_size=60))
def test_nothing_made_up_is_taken_for_a_token(text):
    assert leaving.verify(text, SECRET) is None


def test_a_changed_token_is_refused():
    whole = bytearray(base64.urlsafe_b64decode(leaving.token(KEY, SECRET) + "="))
    for place in range(len(whole)):
        changed = bytes(whole[:place]) + bytes([whole[place] ^ 1]) + bytes(whole[place + 1 :])
        assert leaving.verify(base64.urlsafe_b64encode(changed).decode(), SECRET) is None


def test_the_token_is_appended_where_the_address_has_no_place_for_it():
    made = leaving.token(KEY, SECRET)
    assert (
        leaving.link("https://x.example/{token}/bye", KEY, SECRET)
        == f"https://x.example/{made}/bye"
    )
    assert leaving.link("https://x.example/?u=", KEY, SECRET) == f"https://x.example/?u={made}"


def test_the_column_of_the_audience_goes_before_a_made_link():
    own = Recipient("ann@example.org", KEY, 2, {"unsubscribe_url": "https://own.example/"})
    none = Recipient("bob@example.org", KEY, 3, {"unsubscribe_url": ""})
    ((first, second),) = leaving.linked([(own, none)], URL, SECRET, needed=True)
    assert first == own
    assert second.values["unsubscribe_url"].startswith("https://small.example/u?u=")


def test_somebody_without_a_link_is_named_by_line_where_one_is_needed():
    people = [(Recipient("bob@example.org", KEY, 3, {}),)]
    with pytest.raises(AudienceError, match="Line 3"):
        list(leaving.linked(people, "", SECRET, needed=True))
    assert list(leaving.linked(people, "", SECRET, needed=False)) == people


def receiver(monkeypatch, secret, suppressed):
    """Run the receiver of the documentation, with as much of Flask as it needs."""
    monkeypatch.setenv("SYNDICATE_SECRET", secret)
    monkeypatch.setenv("SUPPRESSED", str(suppressed))

    class Flask:
        def __init__(self, _name):
            pass

        def route(self, _path, **_methods):
            return lambda function: function

    class NotFoundError(Exception):
        pass

    def abort(status):
        raise NotFoundError(status)

    asked = types.SimpleNamespace(args={}, method="POST")
    fake = types.SimpleNamespace(Flask=Flask, abort=abort, request=asked)
    monkeypatch.setitem(sys.modules, "flask", fake)
    (code,) = re.findall(r"```python\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    space = {"__name__": "receiver"}
    exec(compile(code, str(DOCS), "exec"), space)
    return space["unsubscribe"], asked, NotFoundError


def test_from_the_link_in_a_mail_to_never_being_mailed_again(small_site, monkeypatch):
    small_site.edit(
        "syndicate.toml", "[newsletters", 'secret_env = "SYNDICATE_SECRET"\n[newsletters'
    )
    small_site.edit("syndicate.toml", "audience =", f'unsubscribe_url = "{URL}"\naudience =')
    small_site.write("never.csv", "key\n")
    text = small_site.path("syndicate.toml").read_text()
    small_site.write("syndicate.toml", f'{text}\n[audience]\nsuppressed = "never.csv"\n')
    env = {"SYNDICATE_SECRET": "a secret of ours"}
    assert small_site.run("send", "--yes", env=env).code == 0
    mail = email.message_from_bytes(small_site.emails()[0].read_bytes(), policy=policy)
    token = re.search(r"u=([A-Za-z0-9_-]+)", mail["List-Unsubscribe"])[1]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    unsubscribe, asked, missing = receiver(
        monkeypatch, env["SYNDICATE_SECRET"], small_site.path("never.csv")
    )
    asked.args["u"] = token[:-2] + "AA"
    with pytest.raises(missing):
        unsubscribe()
    asked.args["u"], asked.method = token, "GET"
    assert "<button>" in unsubscribe()
    assert small_site.path("never.csv").read_text() == "key\n"
    asked.method = "POST"
    unsubscribe()

    small_site.article()
    assert small_site.run("send", "--yes", env=env).code == 0
    assert len(small_site.emails()) == 3
    left = [
        email.message_from_bytes(p.read_bytes(), policy=policy)["To"] for p in small_site.emails()
    ]
    assert left.count(mail["To"]) == 1


def test_a_link_that_nobody_could_verify_is_refused(small_site):
    small_site.edit("syndicate.toml", "audience =", f'unsubscribe_url = "{URL}"\naudience =')
    ended = small_site.run("send", "--yes")
    assert ended.code == 2
    assert "secret_env" in ended.err
    assert small_site.emails() == []


SECRET_LINE = 'secret_env = "SYNDICATE_SECRET"\n'


def test_a_secret_that_came_too_late_is_taken_out_again_to_go_on(small_site):
    assert small_site.run("send", "--yes").code == 0
    small_site.article()
    small_site.edit("syndicate.toml", "[newsletters", f"{SECRET_LINE}[newsletters")

    unset = small_site.run("send", "--yes", env={"SYNDICATE_SECRET": ""})
    assert (unset.code, len(small_site.emails())) == (2, 2)
    assert "Or take that line out of syndicate.toml" in unset.err
    late = small_site.run("send", "--yes", env={"SYNDICATE_SECRET": "a secret of ours"})
    assert (late.code, len(small_site.emails())) == (2, 2)
    assert "Take the line secret_env out of syndicate.toml" in late.err

    small_site.edit("syndicate.toml", SECRET_LINE, "")
    assert small_site.run("send", "--yes").code == 0
    assert len(small_site.emails()) == 4


def test_a_secret_that_went_missing_is_asked_for_by_its_line_and_its_value(small_site):
    mine = {"SYNDICATE_SECRET": "a secret of ours"}
    small_site.edit("syndicate.toml", "[newsletters", f"{SECRET_LINE}[newsletters")
    assert small_site.run("send", "--yes", env=mine).code == 0
    small_site.article()

    other = small_site.run("send", "--yes", env={"SYNDICATE_SECRET": "another"})
    assert other.code == 2
    assert "Set the variable as it was." in other.err
    small_site.edit("syndicate.toml", SECRET_LINE, "")
    gone = small_site.run("send", "--yes", env=mine)
    assert gone.code == 2
    assert 'Put its line back, such as secret_env = "SYNDICATE_SECRET"' in gone.err

    small_site.edit("syndicate.toml", "[newsletters", f"{SECRET_LINE}[newsletters")
    assert small_site.run("send", "--yes", env=mine).code == 0
    assert len(small_site.emails()) == 4
