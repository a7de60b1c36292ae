"""The provider "file": an issue for a person or a program that we do not know."""

import json
import stat
from dataclasses import replace

import pytest

from syndicate.errors import Misconfigured, Uncertain
from syndicate.models import Mailbox
from syndicate.providers import open_provider
from test_providers_contract import LINK, MESSAGE, NOW, batch_of, people


@pytest.fixture
def provider(tmp_path):
    return open_provider("file", {}, folder=tmp_path, env={}, clock=lambda: NOW)


def test_it_writes_the_message_and_for_each_batch_its_people(provider, tmp_path):
    batch = batch_of(people(2))
    provider.submit(provider.compose(MESSAGE, batch), batch)
    folder = tmp_path / "handed-over" / batch.issue
    call = json.loads((folder / f"{batch.name}.json").read_text())
    first, one = call["recipients"][0], batch.recipients[0]
    filled = call["html"]
    for name, value in first["values"].items():
        filled = filled.replace("{{" + name + "}}", value)
    assert first["to"] == one.address
    assert (
        filled
        == f'<p>Dear {one.values["name"]}, <a href="{one.values["unsubscribe_url"]}">leave</a></p>'
    )
    assert (folder / "message.html").read_text() == call["html"]
    assert LINK not in (folder / "message.txt").read_text()


def test_it_writes_all_to_whom_answers_go(provider, tmp_path):
    batch = batch_of(people(1))
    boxes = (Mailbox("Lee, Ann", "ann@bücher.example"), Mailbox("", "help@example.org"))
    provider.submit(provider.compose(replace(MESSAGE, reply_to=boxes), batch), batch)
    file = tmp_path / "handed-over" / batch.issue / f"{batch.name}.json"
    told = json.loads(file.read_text("utf-8"))["reply_to"]
    assert told == '"Lee, Ann" <ann@bücher.example>, help@example.org'


def test_only_its_owner_can_read_who_they_are(provider, tmp_path):
    batch = batch_of(people(1))
    provider.submit(provider.compose(MESSAGE, batch), batch)
    file = tmp_path / "handed-over" / batch.issue / f"{batch.name}.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_batch_in_doubt_is_found_by_its_file(provider):
    batch = batch_of(people(1))
    assert not provider.lookup(batch).whole
    provider.submit(provider.compose(MESSAGE, batch), batch)
    assert provider.lookup(batch).whole


def test_what_could_not_be_written_was_not_taken(provider, tmp_path):
    (tmp_path / "handed-over").write_text("in the way")
    batch = batch_of(people(1))
    with pytest.raises(Misconfigured, match="No recipient of this batch was written"):
        provider.submit(provider.compose(MESSAGE, batch), batch)


def test_what_another_program_may_have_read_is_in_doubt(provider, tmp_path):
    batch = batch_of(people(1))
    payload = provider.compose(MESSAGE, batch)
    provider.submit(payload, batch)
    html = tmp_path / "handed-over" / batch.issue / "message.html"
    html.unlink()
    html.mkdir()
    with pytest.raises(Uncertain, match="syndicate settle"):
        provider.submit(payload, batch)
