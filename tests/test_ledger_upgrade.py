"""A ledger of an earlier version is brought up to date whole, or stays as it was."""

from contextlib import closing

import pytest

from syndicate.errors import LedgerError
from syndicate.ledger.file import open_database


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
