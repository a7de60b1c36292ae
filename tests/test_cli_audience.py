"""`syndicate audience`: who gets it, who never does, and forgetting for good."""

import json
import sqlite3
from contextlib import closing

import pytest

from conftest import Site
from lying_server import CUT_AFTER, LyingServer


@pytest.fixture
def listed(small_site):
    text = small_site.path("syndicate.toml").read_text()
    small_site.write("syndicate.toml", f'{text}\n[audience]\nsuppressed = "never.csv"\n')
    small_site.write("never.csv", "key\n")
    return small_site


def everywhere(site, needle):
    """List the files of state/ that hold a text, whatever its case."""
    return [
        file.name
        for file in site.path("state").rglob("*")
        if file.is_file() and needle.encode() in file.read_bytes().lower()
    ]


def test_it_counts_who_would_get_it_and_who_is_left_out(listed):
    listed.write("people.csv", "email\nann@example.com\nANN@example.com\nnobody\nbob@example.com\n")
    listed.write("never.csv", "bob@example.com\n")
    told = json.loads(listed.run("audience", "count", "--json").out)
    assert told["count"] == 1
    assert told["excluded"] == {"duplicate": 1, "invalid": 1, "suppressed": 1}
    assert "1 person" in listed.run("audience", "count").out


def test_it_lists_the_lines_that_get_no_mail(listed):
    listed.write("people.csv", "email\nann@example.com\nnobody\nANN@example.com\n")
    ended = listed.run("audience", "check")
    assert ended.code == 1
    assert ended.out == "people.csv:3: invalid\npeople.csv:4: duplicate\n"
    assert "@" not in ended.out


def test_an_audience_that_is_well_is_said_to_be_so(small_site):
    ended = small_site.run("audience", "check")
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == "Everybody in people.csv gets mail.\n"


def test_what_is_neither_an_address_nor_a_file_cannot_be_suppressed(listed):
    ended = listed.run("audience", "suppress", "bob")
    assert ended.code == 2
    assert '"bob" is neither an address nor a file that is there.' in ended.err


def test_new_people_join_and_nobody_comes_twice(listed):
    listed.path("people.csv").chmod(0o600)
    listed.write("never.csv", "gone@example.com\n")
    new = (
        "Name;E-Mail\nCleo;cleo@example.com\nAnn again;ANN@example.com\nG;gone@example.com\nX;no\n"
    )
    listed.write("new.csv", new)
    ended = listed.run("audience", "import", "new.csv")
    assert ended.code == 0
    assert "1 added, 1 there already, 1 suppressed, 1 invalid" in ended.err
    expected = "email,name\nann@example.com,Ann\nbob@example.com,Bob\ncleo@example.com,Cleo\n"
    assert listed.path("people.csv").read_text() == expected
    assert listed.path("people.csv").stat().st_mode & 0o777 == 0o600


def test_a_column_that_the_audience_has_not_is_refused(listed):
    listed.write("new.csv", "email,town\ncleo@example.com,Ely\n")
    ended = listed.run("audience", "import", "new.csv")
    assert (ended.code, "town" in ended.err) == (1, True)


def test_a_suppressed_address_is_never_mailed_and_stands_nowhere(listed):
    ended = listed.run("audience", "suppress", "Bob@Example.com")
    assert "kept as codes" in ended.err
    assert ended.code == 0
    assert "@" not in listed.path("never.csv").read_text()
    listed.run("audience", "suppress", "bob@example.com")
    assert len(listed.path("never.csv").read_text().splitlines()) == 2
    listed.run("send", "--yes")
    assert len(listed.emails()) == 1


def test_whoever_is_suppressed_already_is_said_to_be_there(listed):
    listed.run("audience", "suppress", "bob@example.com")
    again = listed.run("audience", "suppress", "bob@example.com")
    assert again.err == "0 people added to never.csv, 1 there already.\n"


def test_the_overview_tells_each_command_in_a_whole_sentence(listed):
    shown = " ".join(listed.run("audience", "--help").out.split())
    assert (
        "forget Overwrite an address wherever Syndicate keeps it, and never mail it again." in shown
    )


def test_the_list_of_a_new_site_says_what_it_holds_and_takes_both(small_site):
    assert small_site.run("init", "fresh", "--non-interactive").code == 0
    fresh = Site(small_site.path("fresh"))
    list_ = fresh.path("audience/suppressed.csv")
    assert "codes of 32 digits and letters" in list_.read_text()
    list_.write_text(f"{list_.read_text()}friend@example.com\n")
    assert fresh.run("audience", "suppress", "ann@example.com").code == 0
    assert len(list_.read_text().splitlines()[-1]) == 32
    told = json.loads(fresh.run("audience", "count", "--json").out)
    assert (told["count"], told["excluded"]) == (0, {"suppressed": 1})


def test_a_file_can_be_suppressed(listed):
    listed.write("gone.csv", "email\nann@example.com\nbob@example.com\n")
    assert "2 people added" in listed.run("audience", "suppress", "gone.csv").err


def test_whoever_is_forgotten_stands_in_no_file_of_the_ledger_and_is_never_mailed_again(listed):
    listed.run("send", "--yes")
    assert everywhere(listed, "ann@example.com")
    ended = listed.run("audience", "forget", "Ann@Example.com", "--yes")
    assert ended.code == 0
    assert everywhere(listed, "ann@example.com") == []
    assert everywhere(listed, "bob@example.com")
    # It says what it cannot reach.
    assert "people.csv:2" in ended.err
    assert "1 file in outbox/" in ended.err
    assert "@" not in ended.err
    listed.article()
    listed.run("send", "--yes")
    assert len(listed.emails()) == 3
    told = json.loads(listed.run("status", "--json").out)["issues"]
    assert [one["accepted"] for one in told] == [1, 2]


def test_forgetting_names_every_folder_that_still_holds_the_address(listed):
    listed.edit(
        "syndicate.toml",
        "[newsletters",
        '[providers.outbox]\nfolder = "mail"\n[newsletters',
    )
    listed.run("send", "--yes")
    listed.write("handed-over/weekly-1/weekly-1-b0001.json", '{"to": "Ann@example.com"}')
    listed.write("state/ledger.db.version-1", "ann@example.com")
    ended = listed.run("audience", "forget", "ann@example.com", "--yes")
    for words in ("1 file in mail/", "weekly-1-b0001.json", "ledger.db.version-1"):
        assert words in ended.err


def test_whoever_is_forgotten_while_in_doubt_never_gets_it_again(listed):
    with LyingServer() as server:
        server.serves(listed)
        listed.begin()
        server.will(CUT_AFTER)
        assert listed.run("send", "--yes").code == 4
        listed.run("audience", "forget", "ann@example.com", "--yes")
        listed.run("settle", "--assume-refused", "all", "--yes")
        listed.run("send", "--yes")
        assert [address for _, address in server.taken[2:]] == ["bob@example.com"]
    (told,) = json.loads(listed.run("status", "--json").out)["issues"]
    assert (told["accepted"], told["withdrawn"], told["frozen"]) == (1, 1, 2)


def test_forgetting_needs_an_address_and_a_yes(listed):
    assert listed.run("audience", "forget", "ann@example.com").code == 2
    assert listed.run("audience", "forget", "nonsense", "--yes").code == 2


def test_addresses_of_old_issues_are_overwritten_and_keys_stay(listed):
    listed.run("send", "--yes")
    text = listed.path("syndicate.toml").read_text()
    listed.write("syndicate.toml", f'{text}\n[ledger]\nforget_after = "30d"\n')
    listed.article()
    listed.run("send", "--yes")
    assert everywhere(listed, "ann@example.com")
    with closing(sqlite3.connect(listed.path("state/ledger.db"))) as db:
        db.execute("UPDATE issue SET frozen_at = '2026-01-01T00:00:00.000000+00:00'")
        db.commit()
        keys = db.execute("SELECT count(*) FROM recipient").fetchone()
    ended = listed.run("send", "--yes")
    assert "addresses forgotten" in ended.err
    assert everywhere(listed, "ann@example.com") == []
    with closing(sqlite3.connect(listed.path("state/ledger.db"))) as db:
        assert db.execute("SELECT count(*) FROM recipient").fetchone() == keys
    assert "addresses forgotten" not in listed.run("send", "--yes").err
