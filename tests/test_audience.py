"""The audience: everybody once, nobody lost without a reason, in little memory."""

import csv
import io
import re
import tracemalloc
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate import audience
from syndicate.addresses import recipient_key
from syndicate.audience import add_keys, fetched, read, read_suppressed
from syndicate.errors import AudienceError
from syndicate.models import Excluded
from wild_web import WildWeb

SECRET = b"a secret of this site"
KEY = bytes(range(16))


@pytest.fixture
def write(tmp_path):
    def to_file(content, name="weekly.csv"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return to_file


def key(address):
    return recipient_key(address, SECRET)


def people(path, **options):
    """Give everybody as {address: (line, values)}."""
    with read(path, SECRET, **options) as found:
        everybody = [one for batch in found.batches(3) for one in batch]
    assert len(everybody) == found.count
    return {one.address: (one.line, one.values) for one in everybody}


def refused(path):
    with pytest.raises(AudienceError) as caught:
        read(path, SECRET)
    assert "\n" not in str(caught.value)
    assert "@" not in str(caught.value)
    return str(caught.value).replace(str(path), "weekly.csv")


@pytest.mark.parametrize(
    "content",
    [
        'email,name\n\nann@example.org,"Ann\nbo@example.org,Bo"\n',
        'name,email\n\n"Ann,ann@example.org\nBo",bo@example.org\n',
        'email,name\n\nann@example.org,"Ann\ncy,Cy\nbo@example.org,Bo"\ndi@example.org,Di\n',
    ],
)
def test_a_stray_quotation_mark_does_not_swallow_a_person(write, content):
    assert refused(write(content)).startswith("weekly.csv:3: a cell that begins here holds")


def test_every_row_is_a_recipient_with_its_columns_as_tokens(write):
    path = write("email,name,First Name,Postcode (home)\nann@example.org,Ann Lee,Ann,SO14\n")
    assert people(path) == {
        "ann@example.org": (
            2,
            {"name": "Ann Lee", "first_name": "Ann", "postcode_home": "SO14"},
        )
    }


@pytest.mark.parametrize(
    "heading", ["email", "Email", "E-MAIL", " e-mail ", "Email Address", "email  address", "Mail"]
)
def test_the_column_of_addresses_has_several_names(write, heading):
    assert list(people(write(f"name,{heading}\nAnn,ann@example.org\n"))) == ["ann@example.org"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_files_of_every_spreadsheet_are_read(write, delimiter, ending, mark):
    lines = ["email,name", "ann@example.org,Ann", "", '"bo@example.org","Bo ""B"" Lee"', ""]
    path = write(mark + ending.join(lines).replace(",", delimiter))
    assert people(path) == {
        "ann@example.org": (2, {"name": "Ann"}),
        "bo@example.org": (4, {"name": 'Bo "B" Lee'}),
    }


def test_a_delimiter_inside_quotes_does_not_count(write):
    path = write('"name, first; last; all";email\nAnn;ann@example.org\n')
    assert people(path) == {"ann@example.org": (2, {"name_first_last_all": "Ann"})}


def test_a_cell_may_hold_line_breaks_and_lines_are_still_counted(write):
    path = write('email,street\nann@example.org,"1 High St\r\nTown"\nbo@example.org,Elm St\n')
    assert people(path) == {
        "ann@example.org": (2, {"street": "1 High St\nTown"}),
        "bo@example.org": (4, {"street": "Elm St"}),
    }


def test_a_short_row_has_empty_cells_and_a_long_one_is_invalid(write):
    path = write(
        "email,name,town\nann@example.org\nbo@example.org,Lee, Bo,York\ncy@b.example,C,Y,,\n"
    )
    with read(path, SECRET) as found:
        assert list(found.excluded()) == [Excluded(None, "invalid", 3)]
    assert people(path) == {
        "ann@example.org": (2, {}),
        "cy@b.example": (4, {"name": "C", "town": "Y"}),
    }


def test_no_cell_can_hold_a_token_or_a_control_character(write):
    path = write("email,name\nann@example.org,\ufdd0name\ufdd1\x07 Ann\x1b\n")
    assert people(path)["ann@example.org"][1] == {"name": "name Ann"}


def test_the_first_row_of_an_address_wins_and_the_others_are_accounted_for(write):
    path = write(
        "email,name\nAnn@Example.org,first\nbo@example.org,\n ann@example.ORG ,second\n"
        "not an address,\n,nobody\nbo@bücher.example,\nbo@xn--bcher-kva.example,\ncy@example.org,\n"
    )
    with read(path, SECRET, {key("CY@example.org")}) as found:
        everybody = [one for batch in found.batches(10) for one in batch]
        excluded = sorted(found.excluded(), key=lambda one: one.line)
    assert {one.address: one.values["name"] for one in everybody} == {
        "Ann@Example.org": "first",
        "bo@example.org": "",
        "bo@bücher.example": "",
    }
    assert excluded == [
        Excluded(key("ann@example.org"), "duplicate", 4),
        Excluded(None, "invalid", 5),
        Excluded(None, "invalid", 6),
        Excluded(key("bo@bücher.example"), "duplicate", 8),
        Excluded(key("cy@example.org"), "suppressed", 9),
    ]
    assert found.excluded_counts == {"duplicate": 2, "invalid": 2, "suppressed": 1}
    assert found.count == 3


def test_batches_are_full_sorted_by_key_and_can_be_asked_for_again(write):
    rows = "".join(f"reader{number}@example.org\n" for number in range(1000))
    with read(write("email\n" + rows), SECRET) as found:
        batches = list(found.batches(300))
        assert [len(batch) for batch in batches] == [300, 300, 300, 100]
        assert list(found.batches(300)) == batches
    everybody = [one for batch in batches for one in batch]
    assert [one.key for one in everybody] == sorted(
        key(f"reader{number}@example.org") for number in range(1000)
    )
    assert all(one.key == key(one.address) for one in everybody)


def test_repeats_far_apart_are_found(write, monkeypatch):
    monkeypatch.setattr(audience.people, "LATELY", 2)
    rows = [f"reader{number % 50}@example.org,{number}" for number in range(200)]
    path = write("email,n\n" + "\n".join(rows))
    assert {address: values["n"] for address, (_, values) in people(path).items()} == {
        f"reader{number}@example.org": str(number) for number in range(50)
    }


def test_a_file_with_a_heading_only_has_nobody(write):
    with read(write("email,name\n"), SECRET) as found:
        assert (found.count, list(found.batches(5)), list(found.excluded())) == (0, [], [])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "weekly.csv is empty. Make its first line: email,name"),
        ("\n \n", "weekly.csv is empty. Make its first line: email,name"),
        (
            "name\nAnn\n",
            'weekly.csv:1: there is no column of addresses among "name". Call one of them "email".',
        ),
        (
            "ann@example.org,Ann\n",
            "weekly.csv:1: the names of the columns are missing. Make the first line: email,name",
        ),
        (
            "email,E-Mail\na,b\n",
            (
                'weekly.csv:1: there are two columns of addresses, "email" and "E-Mail". '
                "Give one of them another name."
            ),
        ),
        (
            "email,First Name,first_name\n",
            (
                "weekly.csv:1: two columns would be the token first_name. "
                'Give "first_name" another name.'
            ),
        ),
        (
            "email,name\nzoë@example.org,x\n".encode("cp1252"),
            'weekly.csv:2: is not UTF-8 text. Save the file again as "CSV UTF-8".',
        ),
        (
            "email,name\nann@example.org,Ann\n".encode("utf-16"),
            'weekly.csv:1: is not UTF-8 text. Save the file again as "CSV UTF-8".',
        ),
        (
            "email\na\0b\n",
            'weekly.csv is not a text file. Save the table as "CSV UTF-8", not as a spreadsheet.',
        ),
        (
            "email,name\n" + "x" * 500_000,
            "weekly.csv has a line of more than 200,000 characters. Write one person a line.",
        ),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(write, content, message):
    assert refused(write(content)) == message


@pytest.mark.parametrize(
    "rest",
    [
        '"Ann\nbo@example.org,Bo\n',
        '"Ann" Lee\n',
        '"Ann\nbo@example.org,"Bo"\n',
        '"' + "x" * 150_000,
    ],
)
def test_a_quotation_mark_that_would_swallow_rows_stops_the_reading(write, rest):
    path = write(f"email,name\ncy@example.org,Cy\nann@example.org,{rest}")
    assert re.match(r"weekly.csv:3: this row is not right \(.*\)\. A cell that ", refused(path))


def test_what_is_not_there_or_no_file_is_said(tmp_path):
    assert refused(tmp_path / "weekly.csv") == (
        "weekly.csv is not there. Put the file there, or mend its path in syndicate.toml."
    )
    (tmp_path / "weekly.csv").mkdir()
    assert refused(tmp_path / "weekly.csv") == "weekly.csv cannot be read: Is a directory."


def test_columns_without_a_usable_name_are_numbered(write):
    path = write("email,,2024,名前,Prénom\nann@example.org,a,b,c,d\n")
    assert people(path)["ann@example.org"][1] == {
        "column_2": "a",
        "column_2024": "b",
        "column_4": "c",
        "prenom": "d",
    }


CELLS = st.text(st.characters(exclude_categories=["C"], exclude_characters="\u2028\u2029"))


@given(st.lists(st.tuples(CELLS, CELLS)), st.sampled_from([",", ";", "\t"]), st.booleans())
def test_whatever_a_spreadsheet_writes_is_read_the_same(tmp_path_factory, rows, delimiter, quote):
    text = io.StringIO()
    quoting = csv.QUOTE_ALL if quote else csv.QUOTE_MINIMAL
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting)
    writer.writerow(["email", "name", "town"])
    writer.writerows((f"r{number}@example.org", *row) for number, row in enumerate(rows))
    path = tmp_path_factory.mktemp("csv") / "weekly.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    assert {address: tuple(values.values()) for address, (_, values) in people(path).items()} == {
        f"r{number}@example.org": (name.strip(), town.strip())
        for number, (name, town) in enumerate(rows)
    }


@given(
    st.lists(st.sampled_from(["a@b.example", "A@B.example", "c@d.example", "x", "", " e@f.gg "]))
)
def test_every_row_is_accounted_for(tmp_path_factory, addresses):
    path = tmp_path_factory.mktemp("csv") / "weekly.csv"
    path.write_text("n,email\n" + "".join(f"{n},{one}\n" for n, one in enumerate(addresses)))
    with read(path, SECRET, {key("c@d.example")}) as found:
        lines = [one.line for batch in found.batches(2) for one in batch]
        lines += [one.line for one in found.excluded()]
        assert found.count + sum(found.excluded_counts.values()) == len(addresses)
    assert sorted(lines) == list(range(2, len(addresses) + 2))


@pytest.mark.parametrize("distinct", [1, 15_000])
def test_memory_does_not_grow_with_the_file(tmp_path, monkeypatch, distinct):
    monkeypatch.setattr(audience.pile, "FEW", 5)
    monkeypatch.setattr(audience.table, "PIECE", 1000)
    monkeypatch.setattr(audience.people, "LATELY", 100)
    path = tmp_path / "weekly.csv"
    with path.open("w") as file:
        file.write("email,name\n")
        file.writelines(f"reader{n % distinct}@example.org,Reader {n}\n" for n in range(15_000))
    tracemalloc.start()
    with read(path, SECRET) as found:
        assert found.count == distinct
        assert sum(len(batch) for batch in found.batches(50)) == distinct
        assert sum(1 for _ in found.excluded()) == 15_000 - distinct
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # All rows as objects would be several times that.
    assert peak < 1_000_000


def test_suppressed_people_may_be_listed_as_lines_or_tables_of_addresses_or_keys(write):
    both = {key("ann@example.org"), key("bo@example.org")}
    hexed = key("bo@example.org").hex()
    for content in (
        "Ann@example.org\nbo@example.org\n",
        f"# asked to be left alone\n\nann@example.org\n{hexed.upper()}\n",
        f"email\nann@example.org\n{hexed}\n",
        "since;E-Mail\n2026-01-01;ann@example.org\n2026-01-02; bo@example.org\n",
        f"key,reason\n{key('ann@example.org').hex()},left\n{hexed},bounced\n",
    ):
        assert read_suppressed(write(content), SECRET) == both


def test_an_empty_list_suppresses_nobody(write):
    assert read_suppressed(write(""), SECRET) == frozenset()


@pytest.mark.parametrize(
    "line",
    [
        "Ann Lee <ann@example.org>",
        "<ann@example.org>",
        "<mailto:ann@example.org>",
        "mailto:ann@example.org",
        "'Ann@example.org'",
        " MAILTO:ann@example.org ",
    ],
)
def test_an_address_is_suppressed_however_an_address_book_writes_it(write, line):
    assert read_suppressed(write(f"{line}\n"), SECRET) == {key("ann@example.org")}


@pytest.mark.parametrize(
    "line",
    [
        "ann@example.org # left",
        "ann@example.org bo@example.org",
        "<ann@example.org> <bo@example.org>",
        "ann @example.org",
        "ann@example",
        "ann@example.org.",
        "@example.org",
        "mailto:ann@example.org?subject=leave",
    ],
)
def test_a_line_that_would_suppress_nobody_is_no_address(write, line):
    with pytest.raises(AudienceError, match=r":2: this is neither an address nor a key") as caught:
        read_suppressed(write(f"cy@example.org\n{line}\n"), SECRET)
    assert "@" not in str(caught.value)


@pytest.mark.parametrize("content", ["ann@example.org\nbo\n", "email,x\na@b.example,\n,y\n"])
def test_a_line_that_would_be_overlooked_stops_the_reading(write, content):
    with pytest.raises(AudienceError, match=r":[23]: this is neither an address nor a key"):
        read_suppressed(write(content), SECRET)


def test_a_list_that_is_not_there_is_an_error_and_not_an_empty_list(tmp_path):
    with pytest.raises(AudienceError, match="is not there"):
        read_suppressed(tmp_path / "suppressed.csv", SECRET)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "{key}\n"),
        ("key\n", "key\n{key}\n"),
        ("bob@example.com", "bob@example.com\n{key}\n"),
        ("name;e-mail\nBob;bob@example.com\n", "{before};{key}\n"),
        ("id\tsince\temail\n", "{before}\t\t{key}\n"),
    ],
)
def test_a_key_joins_a_list_of_any_form(tmp_path, before, after):
    path = tmp_path / "list.csv"
    path.write_text(before)
    known = read_suppressed(path, SECRET)
    add_keys(path, {KEY})
    assert path.read_text() == after.format(before=before, key=KEY.hex())
    assert read_suppressed(path, SECRET) == known | {KEY}


def test_nobody_who_leaves_while_a_list_is_added_to_is_forgotten(tmp_path):
    """The receiver of unsubscribes appends to the same file at any moment."""
    path = tmp_path / "list.csv"
    path.write_text("key\n")
    with path.open("a") as receiver:
        add_keys(path, {KEY})
        receiver.write(f"{'ab' * 16}\n")
    assert read_suppressed(path, SECRET) == {KEY, b"\xab" * 16}


NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_a_list_from_the_web_is_fetched_for_its_owner_only(tmp_path):
    with WildWeb() as web:
        web.pages["/list.csv?of=all"] = (200, {}, b"ann@example.org\n")
        fetched(web.url("list.csv?of=all"), tmp_path / "list.csv", NOW)
    assert read_suppressed(tmp_path / "list.csv", SECRET) == {key("ann@example.org")}
    assert (tmp_path / "list.csv").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (
            (301, {"Location": "/list.csv"}, b""),
            r"leads to another one \(HTTP 301\)\. Name that one",
        ),
        ((403, {}, b""), r"answered HTTP 403\. Open it in a browser"),
        ((404, {}, b""), r"answered HTTP 404\."),
        ((500, {}, b""), r"answered HTTP 500\."),
        ((200, {}, b" <!doctype html>"), "there is a web page at its address"),
    ],
)
def test_an_address_that_gives_no_list_is_told_as_such_and_never_as_a_provider(tmp_path, page, why):
    with WildWeb() as web:
        web.pages["/list.csv"] = page
        with pytest.raises(AudienceError, match=why) as told:
            fetched(web.url("list.csv"), tmp_path / "list.csv", NOW)
    assert "providers" not in str(told.value)
    assert not (tmp_path / "list.csv").exists()


@pytest.mark.parametrize(
    "address",
    ["http://example.org/list.csv", "https://me:pass@example.org/list", "https://[x/list"],
)
def test_a_list_is_not_asked_for_where_others_could_listen_or_a_password_would_be_shown(
    tmp_path, address
):
    with pytest.raises(AudienceError, match="no address that can be asked") as told:
        fetched(address, tmp_path / "list.csv", NOW)
    assert "pass@" not in str(told.value)
