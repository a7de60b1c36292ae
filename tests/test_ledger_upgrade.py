"""A ledger of an earlier version is brought up to date whole, or stays as it was."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from syndicate.errors import LedgerError
from syndicate.ledger import open_ledger
from syndicate.ledger.file import open_database

#: one issue for one person, in the words of version 1
FIRST = """
INSERT INTO newsletter VALUES ('weekly', '2026-11-23T09:00:00.000000+00:00');
INSERT INTO issue
  (seq, id, newsletter, number, provider, content_hash, subject, message, frozen_at, by)
VALUES (1, 'weekly-2026-W48', 'weekly', 1, 'outbox', 'c', 's',
  CAST('{"subject": "s", "preheader": "", "html": "h", "text": "t", "sender":
   {"name": "", "address": "a@b.example"}, "reply_to": null, "headers": []}' AS BLOB),
  '2026-11-23T09:00:00.000000+00:00', 'anna');
INSERT INTO batch (issue, number, n) VALUES (1, 1, 1);
INSERT INTO people VALUES (1, 1, CAST('[]' AS BLOB));
INSERT INTO recipient VALUES (1, randomblob(16), 1);
"""


def opened(path, *scripts):
    return closing(open_database(path, create=True, readonly=False, scripts=scripts))


@pytest.fixture
def script(tmp_path):
    def write(number, text):
        file = tmp_path / f"{number}.sql"
        file.write_text(text)
        return str(file)

    return write


def version(database):
    return database.connection.execute("PRAGMA user_version").fetchone()[0]


def test_each_step_is_made_once_and_the_copy_is_gone(tmp_path, script):
    path = tmp_path / "state" / "ledger.db"
    second = script(2, "CREATE TABLE more (n INTEGER) STRICT;\nINSERT INTO more VALUES (1);\n")
    third = script(3, "INSERT INTO more VALUES (2);\n")
    with opened(path, "schema.sql"):
        pass
    for _ in range(2):
        with opened(path, "schema.sql", second, third) as database:
            assert version(database) == 3
            assert [row[0] for row in database.connection.execute("SELECT n FROM more")] == [1, 2]
    assert not list(path.parent.glob("*version*"))


def test_a_step_that_fails_leaves_the_ledger_as_it_was_and_a_copy(tmp_path, script):
    path = tmp_path / "state" / "ledger.db"
    good = script(2, "CREATE TABLE more (n INTEGER) STRICT;\n")
    bad = script(3, "INSERT INTO more VALUES (1);\nINSERT INTO nowhere VALUES (1);\n")
    with opened(path, "schema.sql") as database:
        id_ = database.connection.execute("SELECT id FROM meta").fetchone()[0]
    with (
        pytest.raises(LedgerError, match=r"ledger\.db\.version-1"),
        opened(path, "schema.sql", good, bad),
    ):
        pass
    copy = path.with_name("ledger.db.version-1")
    assert copy.stat().st_mode & 0o077 == 0
    with opened(copy, "schema.sql") as database:
        assert database.connection.execute("SELECT id FROM meta").fetchone()[0] == id_
    with opened(path, "schema.sql", good) as database:
        assert version(database) == 2
        assert database.connection.execute("SELECT count(*) FROM more").fetchone()[0] == 0


def test_an_earlier_syndicate_refuses_what_a_later_one_wrote(tmp_path, script):
    path = tmp_path / "ledger.db"
    with opened(path, "schema.sql", script(2, "CREATE TABLE more (n INTEGER) STRICT;\n")):
        pass
    with pytest.raises(LedgerError, match="newer Syndicate"), opened(path, "schema.sql"):
        pass


def test_looking_at_an_older_ledger_brings_it_up_to_date_first(tmp_path, script):
    path = tmp_path / "ledger.db"
    scripts = ("schema.sql", script(2, "CREATE TABLE more (n INTEGER) STRICT;\n"))
    with opened(path, "schema.sql"):
        pass
    with closing(open_database(path, create=False, readonly=True, scripts=scripts)) as database:
        assert database.readonly
        assert database.connection.execute("SELECT count(*) FROM more").fetchone()[0] == 0


def test_a_ledger_of_the_first_version_is_gone_on_with(tmp_path):
    """As the very first Syndicate left it, with an issue half handed over."""
    path = tmp_path / "ledger.db"
    with opened(path, "schema.sql") as database:
        database.connection.executescript(FIRST)
    with closing(open_ledger(path, readonly=True)) as ledger:
        issue = ledger.issue("weekly-2026-W48")
        assert (issue.counts.pending, issue.settings) == (1, {})
        assert ledger.pending("weekly-2026-W48") == (1,)
    with closing(open_ledger(path)) as ledger:
        assert ledger.message("weekly-2026-W48").subject == "s"


def test_several_commands_at_once_bring_it_up_to_date_once(tmp_path, script):
    scripts = ("schema.sql", script(2, "CREATE TABLE more (n INTEGER) STRICT;\n"))
    for turn in range(10):
        path = tmp_path / f"{turn}.db"
        with opened(path, "schema.sql"):
            pass
        start = threading.Barrier(4)

        def look(_, path=path, start=start):
            start.wait()
            with closing(open_database(path, create=False, readonly=True, scripts=scripts)) as one:
                return version(one)

        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(look, range(4))) == [2] * 4
        assert not list(tmp_path.glob("*version*"))
