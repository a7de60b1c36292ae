"""The commands with real providers, in their own APIs, on a local server."""

import json
import os
import re
import shutil
import stat
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from campaign_servers import DESKS, BrevoDesk, ButtondownDesk, CampaignServer
from lying_server import CUT_AFTER, LyingServer, says
from syndicate import audience
from syndicate.ledger import open_ledger
from syndicate.providers import TABLE, kind_of
from tongues import (
    TONGUES,
    BrevoTongue,
    MailgunTongue,
    PigeonTongue,
    PostmarkTongue,
    ResendTongue,
    SendgridTongue,
)

LEAVE = "https://small.example/u"
ENV = {
    "MAILGUN_API_KEY": "mg-key",
    "PIGEON_KEY": "coo",
    "RESEND_API_KEY": "re-key",
    "SENDGRID_API_KEY": "sg-key",
    "BREVO_API_KEY": "brevo-key",
    "BUTTONDOWN_API_KEY": "bd-key",
    "POSTMARK_SERVER_TOKEN": "pm-token",
}


def settle_on(
    site, provider, server, *, newsletter="", settings="", audience='"people.csv"', begun=True
):
    """Let the small site send through a provider, from now on."""
    site.write(
        "syndicate.toml",
        '[site]\ntitle = "Small"\nurl = "https://small.example/"\naddress = "1 Street, Town"\n'
        '[audience]\nsuppressed = "suppressed.csv"\n'
        '[newsletters.weekly]\ntitle = "Small Weekly"\nsender = "Small <hello@example.org>"\n'
        f'audience = {audience}\nprovider = "{provider}"\n{newsletter}\n'
        f'[providers.{provider}]\nbase_url = "{server.url}"\npatience = "2s"\n{settings}\n',
    )
    site.write(
        "people.csv",
        f"email,name,unsubscribe_url\nann@example.com,Ann,{LEAVE}?a\nbob@example.com,Bob,{LEAVE}?b\n",
    )
    site.write("suppressed.csv", "key\n")
    if begun:
        site.begin()


def run(site, *arguments, **more):
    return site.run(*arguments, env=ENV, **more)


def counts(site, issue="weekly-"):
    with closing(open_ledger(site.path("state/ledger.db"))) as ledger:
        return next(one.counts for one in ledger.issues() if one.id.startswith(issue))


HELD = '{ list = "Weekly readers" }'


@pytest.fixture
def mailgun(small_site):
    with LyingServer(MailgunTongue()) as server:
        settle_on(small_site, "mailgun", server, settings='domain = "mg.example.org"')
        yield small_site, server


def test_an_issue_goes_through_a_real_providers_api(mailgun):
    site, server = mailgun
    sent = run(site, "send", "--yes")
    assert (sent.code, counts(site).accepted) == (0, 2)
    assert {address for _, address in server.taken} == {"ann@example.com", "bob@example.com"}
    assert "mg-key" not in sent.out + sent.err


def test_a_provider_that_was_told_to_deliver_nothing_is_pointed_out(mailgun):
    site, _ = mailgun
    site.edit("syndicate.toml", "patience", "test_mode = true\npatience")
    assert "test_mode = true, so nobody gets it" in run(site, "send", "--dry-run").err


@pytest.mark.parametrize(
    "reply_to",
    [
        '"Lee, Ann <ann@example.org>, Zoë <zoe@bücher.example>"',
        '["Lee, Ann <ann@example.org>", "Zoë <zoe@bücher.example>"]',
    ],
)
def test_answers_may_go_to_several(mailgun, reply_to):
    site, server = mailgun
    site.edit(
        "syndicate.toml", 'provider = "mailgun"', f'provider = "mailgun"\nreply_to = {reply_to}'
    )
    sent = run(site, "send", "--yes")
    assert sent.code == 0
    assert '"Lee, Ann" <ann@example.org>, Zoë <zoe@bücher.example>' in sent.err
    answers = [("Lee, Ann", "ann@example.org"), ("Zoë", "zoe@xn--bcher-kva.example")]
    assert {mail.answers for mail in server.mailed} == {tuple(answers)}


@pytest.mark.parametrize(
    ("reply_to", "said"),
    [
        ('"a@example.org, b@example.org"', "reply_to names 2 mailboxes, and brevo takes no more"),
        ('"Ann <ann@example.org>, Bob"', 'syndicate.toml: reply_to: "Bob" is not a'),
        ('["Ann <ann@example.org>", "Bob"]', 'syndicate.toml: reply_to: "Bob" is not a'),
    ],
)
def test_answers_that_cannot_go_there_are_refused_before_anything_is_frozen(
    small_site, reply_to, said
):
    with LyingServer(BrevoTongue()) as server:
        settle_on(small_site, "brevo", server, newsletter=f"reply_to = {reply_to}")
        refused = run(small_site, "send", "--yes")
        assert refused.code in {2, 3}
        assert said in " ".join(refused.err.split())
        assert run(small_site, "status").out.startswith("No issue yet")
        assert not server.calls


def test_settle_asks_the_records_and_says_what_they_told(mailgun):
    site, server = mailgun
    server.will(CUT_AFTER)
    assert run(site, "send", "--yes").code == 4
    assert counts(site).in_doubt == 2
    settled = run(site, "settle")
    assert settled.code == 0
    assert "mailgun could tell of 2 people" in settled.err
    assert (counts(site).accepted, counts(site).in_doubt) == (2, 0)
    assert not server.twice()
    assert "found at the provider: 2 accepted" in run(site, "log").out


def test_a_doubt_at_a_provider_that_was_left_stops_no_later_issue(mailgun):
    site, server = mailgun
    server.will(CUT_AFTER)
    assert run(site, "send", "--yes").code == 4
    # The newsletter moves, and the key of the old provider goes.
    site.edit("syndicate.toml", 'provider = "mailgun"', 'provider = "outbox"')
    site.article("second", "Second")
    sent = site.run("send", "--yes")
    assert "2 accepted = 2" in sent.err
    assert "still in doubt for 2 people" in sent.err
    assert sent.code == 4
    # A person can say it all the same, and is told why the provider cannot.
    asked = site.run("settle")
    assert asked.code == 4
    assert "MAILGUN_API_KEY is not set" in asked.err
    assert site.run("settle", "--assume-accepted", "all", "--yes").code == 0


def test_what_the_records_do_not_tell_stays_in_doubt_and_is_a_persons_to_say(mailgun):
    site, server = mailgun
    server.will(says(500))
    assert run(site, "send", "--yes").code == 4
    settled = run(site, "settle")
    assert settled.code == 4
    assert "settle --assume-accepted" in settled.err
    assert run(site, "settle", "--assume-refused", "all", "--yes").code == 0
    assert run(site, "send", "--yes").code == 0
    assert counts(site).accepted == 2
    assert not server.twice()


def test_a_key_settles_a_doubt_within_the_same_run(small_site):
    with LyingServer(ResendTongue()) as server:
        settle_on(small_site, "resend", server)
        server.will(CUT_AFTER)
        sent = run(small_site, "send", "--yes")
        assert sent.code == 0
        assert counts(small_site).accepted == 2
        assert not server.twice()
        assert server.calls == 2


def test_who_left_at_the_provider_is_taken_up_before_each_send(small_site):
    class Left(PostmarkTongue):
        def told(self, path, server):
            if "/suppressions/dump" in path:
                left = {"EmailAddress": "BOB@example.com", "SuppressionReason": "HardBounce"}
                return json.dumps({"Suppressions": [left]}).encode()
            return super().told(path, server)

    with LyingServer(Left()) as server:
        settle_on(small_site, "postmark", server)
        sent = run(small_site, "send", "--yes")
        assert sent.code == 0
        assert "told of 1 bounced; 1 new on suppressed.csv" in sent.err
        assert [address for _, address in server.taken] == ["ann@example.com"]
        list_ = small_site.path("suppressed.csv")
        assert re.fullmatch(r"key\n[0-9a-f]{32}\n", list_.read_text())
        again = run(small_site, "audience", "sync", "--json")
        assert json.loads(again.out)["added"] == 0


def test_a_send_goes_on_when_nobody_can_tell_who_left_and_says_so(small_site):
    class Mumbling(MailgunTongue):
        def told(self, _path, _server):
            return b"what?"

    with LyingServer(Mumbling()) as server:
        settle_on(small_site, "mailgun", server, settings='domain = "mg.example.org"')
        sent = run(small_site, "send", "--yes")
        assert sent.code == 0
        assert "Who left at mailgun could not be taken up" in sent.err
        assert "Next: syndicate audience sync" in sent.err
        assert len(server.taken) == 2


def test_a_suppression_list_on_the_web_is_read_and_never_written(small_site):
    with LyingServer() as web, LyingServer(ResendTongue()) as server:
        web.tongue = WebList()
        settle_on(small_site, "resend", server)
        small_site.edit("syndicate.toml", '"suppressed.csv"', f'"{web.url}/gone.csv"')
        assert run(small_site, "send", "--yes").code == 0
        assert [address for _, address in server.taken] == ["bob@example.com"]
        kept = small_site.path(".cache/suppressed.csv")
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        run(small_site, "audience", "suppress", "bob@example.com")
        beside = small_site.path("state/suppressed.csv")
        assert stat.S_IMODE(beside.stat().st_mode) == 0o600
        counted = run(small_site, "audience", "count", "--json")
        assert json.loads(counted.out)["excluded"] == {"suppressed": 2}


def test_a_suppression_list_on_the_web_may_be_long(tmp_path):
    keys = {number.to_bytes(16, "big") for number in range(150_000)}

    class LongList(ResendTongue):
        def told(self, _path, _server):
            return "\n".join(key.hex() for key in keys).encode()

    with LyingServer(LongList()) as web:
        audience.fetched(f"{web.url}/gone.csv", tmp_path / "gone.csv", datetime.now(UTC))
    assert audience.read_suppressed(tmp_path / "gone.csv", b"secret") == keys


def test_nobody_is_mailed_while_the_list_on_the_web_cannot_be_read(small_site):
    with LyingServer() as web, LyingServer(ResendTongue()) as server:
        settle_on(small_site, "resend", server)
        small_site.edit("syndicate.toml", '"suppressed.csv"', f'"{web.url}/gone.csv"')
        sent = run(small_site, "send", "--yes")
        assert sent.code == 1
        assert "suppressed" in sent.err
        assert not server.taken


class WebList(ResendTongue):
    def told(self, path, _server):
        return b"email\nann@example.com\n" if path == "/gone.csv" else None


@pytest.fixture
def campaigns(small_site):
    with CampaignServer(BrevoDesk()) as server:
        settle_on(small_site, "brevo-campaigns", server, audience=HELD)
        yield small_site, server


def test_an_issue_goes_to_a_list_that_the_provider_holds(campaigns):
    site, server = campaigns
    sent = run(site, "send", "--yes")
    assert sent.code == 0
    assert list(server.desk.gone.values()) == [1]
    assert counts(site).accepted == 42
    told = run(site, "status", next(iter(server.desk.kept.values()))["marker"].split("/")[1])
    assert "as told by brevo-campaigns" in told.out
    assert "41 delivered" in told.out
    assert run(site, "send", "--yes").code == 0
    assert list(server.desk.gone.values()) == [1]


def test_a_campaign_that_may_have_gone_is_looked_at(campaigns):
    site, server = campaigns
    server.will(None, None, "cut after")
    run(site, "send", "--yes")
    settled = run(site, "settle")
    assert settled.code == 0
    assert counts(site).accepted == 42
    assert list(server.desk.gone.values()) == [1]


def test_a_list_and_a_provider_that_do_not_belong_together_are_refused(campaigns):
    site, server = campaigns
    site.edit("syndicate.toml", HELD, '"people.csv"')
    refused = run(site, "send", "--yes")
    assert refused.code == 2
    assert 'audience = { list = "its name" }' in refused.err
    site.edit("syndicate.toml", '"people.csv"', HELD)
    site.edit("syndicate.toml", 'provider = "brevo-campaigns"', 'provider = "brevo"')
    refused = run(site, "send", "--yes")
    assert refused.code == 2
    assert "brevo-campaigns" in refused.err
    assert not server.desk.kept


def test_an_unknown_list_is_named_with_those_there_are(campaigns):
    site, server = campaigns
    site.edit("syndicate.toml", "Weekly readers", "Weekly reader")
    refused = run(site, "send", "--yes")
    assert refused.code == 3
    assert 'Did you mean "Weekly readers"?' in refused.err
    assert not server.desk.kept


def test_what_a_provider_cannot_be_told_stops_before_anything_is_frozen(campaigns):
    site, server = campaigns
    subject = "\"For {{ recipient.shoe_size | or('all') }}\""
    site.edit("syndicate.toml", f"audience = {HELD}", f"audience = {HELD}\nsubject = {subject}")
    refused = run(site, "send", "--yes")
    assert refused.code == 3
    assert "fields = { shoe_size" in refused.err
    assert run(site, "status").out.startswith("No issue yet")
    assert not server.desk.kept


def test_somebody_whose_values_are_too_long_is_named_before_anything_is_frozen(small_site):
    with LyingServer(SendgridTongue()) as server:
        subject = "subject = \"For {{ recipient.name | or('all') }}\""
        settle_on(small_site, "sendgrid", server, newsletter=subject, settings="batch_size = 1")
        small_site.write(
            "people.csv",
            "email,name,unsubscribe_url\n"
            + "".join(f"p{n}@example.com,{'x' * 11_000 * (n == 7)},{LEAVE}\n" for n in range(30)),
        )
        refused = run(small_site, "send", "--yes")
        assert refused.code == 3
        assert "line 9 of the audience file has more" in " ".join(refused.err.split())
        assert run(small_site, "status").out.startswith("No issue yet")
        small_site.edit("people.csv", "x" * 11_000, "x" * 2_000)
        assert run(small_site, "send", "--yes").code == 0
        assert len(server.taken) == 30


def test_an_audience_without_anybody_makes_no_call(small_site):
    with LyingServer(ResendTongue()) as server:
        settle_on(small_site, "resend", server)
        small_site.write("people.csv", "email,name,unsubscribe_url\n")
        nobody = run(small_site, "send", "--yes")
        assert "nobody" in nobody.err
        assert run(small_site, "status").out.startswith("No issue yet")
        assert server.calls == 0


def test_a_list_that_holds_nobody_makes_no_campaign(campaigns):
    site, server = campaigns
    server.desk.people = 0
    nobody = run(site, "send", "--yes")
    assert "nobody" in nobody.err
    assert run(site, "status").out.startswith("No issue yet")
    assert server.desk.kept == {}


@pytest.mark.parametrize("name", [name for name in TABLE if name not in {"outbox", "file"}])
def test_a_provider_of_the_other_shape_is_refused_with_the_names_of_the_right_ones(
    small_site, name
):
    held = kind_of(name).abilities.holds_list
    told = (DESKS if held else TONGUES)[name].settings
    settings = "\n".join(f"{key} = {json.dumps(value)}" for key, value in told.items())
    with LyingServer() as nobody:
        settle_on(
            small_site,
            name,
            nobody,
            settings=settings,
            audience='"people.csv"' if held else HELD,
            begun=False,
        )
        refused = run(small_site, "send", "--dry-run")
        assert refused.code == 2
        assert (
            f"{name} holds the list itself" if held else f"{name} holds no lists"
        ) in refused.err
        named = re.search(r": ([a-z, -]+)\.$", " ".join(refused.err.split()))[1].split(", ")
        others = {other for other in TABLE if kind_of(other).abilities.holds_list != held}
        assert set(named) <= others
        assert others - set(named) <= {"outbox", "file"}
        assert nobody.calls == 0


def test_a_mistyped_provider_is_not_blamed_on_the_configuration(small_site):
    asked = small_site.run("providers", "mailgum")
    assert asked.code == 2
    assert 'Error: "mailgum" is not a provider. Did you mean "mailgun"? Known: ' in asked.err
    assert "syndicate.toml" not in asked.err


def test_a_provider_of_a_package_that_is_installed_is_one_of_the_table(
    small_site, tmp_path, monkeypatch
):
    folder = tmp_path / "installed"
    about = folder / "pigeon_post-1.0.dist-info"
    about.mkdir(parents=True)
    shutil.copy(Path(__file__).with_name("pigeon.py"), folder / "pigeon_post.py")
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: pigeon-post\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[syndicate.providers]\npigeon = pigeon_post:Pigeon\n")
    before = os.environ.get("PYTHONPATH", "")
    monkeypatch.setenv("PYTHONPATH", f"{folder}{os.pathsep}{before}")
    with LyingServer(PigeonTongue()) as server:
        settle_on(small_site, "pigeon", server)
        unknown = small_site.run("send", "--yes", env={"PYTHONPATH": before})
        assert '"pigeon" is not a provider' in unknown.err
        assert "\npigeon " in run(small_site, "providers").out
        assert run(small_site, "send", "--yes").code == 0
        assert {address for _, address in server.taken} == {"ann@example.com", "bob@example.com"}


def test_a_provider_of_a_package_that_does_not_load_is_said_with_the_package(
    small_site, tmp_path, monkeypatch
):
    about = tmp_path / "installed" / "pigeon_post-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: pigeon-post\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[syndicate.providers]\npigeon = no_such_file:Pigeon\n")
    monkeypatch.setenv(
        "PYTHONPATH", f"{about.parent}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    )

    asked = small_site.run("providers", "pigeon")

    assert asked.code == 2
    assert 'The provider "pigeon" comes from the package pigeon-post 1.0, which' in asked.err
    assert "Traceback" not in asked.err


def test_a_provider_that_can_wait_holds_the_issue_and_gives_it_back(small_site):
    with CampaignServer(ButtondownDesk()) as server:
        settle_on(small_site, "buttondown", server, audience=HELD)
        sent = run(small_site, "send", "--yes", "--hold", "10m")
        assert sent.code == 0
        assert "syndicate undo" in sent.err
        assert not server.desk.gone
        undone = run(small_site, "undo", "--yes")
        assert undone.code == 0
        assert "withdrawn at buttondown" in undone.err
        assert counts(small_site).withdrawn == 42
        assert [one["stage"] for one in server.desk.kept.values()] == ["draft"]


def test_undo_of_what_has_gone_at_the_provider_says_that_it_is_too_late(small_site):
    with CampaignServer(ButtondownDesk()) as server:
        settle_on(small_site, "buttondown", server, audience=HELD)
        run(small_site, "send", "--yes")
        undone = run(small_site, "undo", "--yes")
        assert undone.code == 3
        assert "Too late" in undone.err
        assert counts(small_site).accepted == 42


def test_a_test_of_a_list_goes_to_the_addresses_named_only(campaigns):
    site, server = campaigns
    tested = run(site, "test", "me@example.org")
    assert tested.code == 0
    assert server.desk.tested == ["me@example.org"]
    assert not server.desk.gone
    assert server.desk.kept == {}


def test_providers_says_whether_the_key_the_sender_and_the_list_work(campaigns):
    site, _ = campaigns
    checked = run(site, "providers", "brevo-campaigns", "--json")
    told = json.loads(checked.out)
    assert checked.code == 1
    assert "authenticated" in told["findings"][0]["text"]
    assert any("holds 42 people" in line for line in told["checked"])


def test_a_wrong_key_is_said_to_be_one(small_site):
    class Closed(BrevoTongue):
        def told(self, _path, _server):
            return None

    with LyingServer(Closed()) as server:
        settle_on(small_site, "resend", server)
        checked = small_site.run("providers", "resend", env={"RESEND_API_KEY": ""})
        assert checked.code == 2
        assert "RESEND_API_KEY" in checked.err


def test_the_table_of_providers_is_for_people_and_programs(small_site):
    names = [one["name"] for one in json.loads(small_site.run("providers", "--json").out)]
    shown = small_site.run("providers").out
    assert all(name in shown for name in names)
    assert len(names) == 20


def test_status_goes_on_until_nothing_is_pending(mailgun):
    site, _ = mailgun
    run(site, "send", "--yes")
    watched = run(site, "status", "--watch", timeout=20)
    assert watched.code == 0
    assert watched.out.count("handed over in full") == 1
