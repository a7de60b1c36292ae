"""People of other systems join the audience: only those who may be mailed, and nobody is lost."""

import csv
import json
import re
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import exports
from syndicate import audience
from syndicate.addresses import recipient_key
from syndicate.audience import merging
from syndicate.audience.exports import EXPORTS
from syndicate.audience.standing import Standing
from syndicate.errors import AudienceError

SECRET = b"a secret of this site"
HERE = "email,name\nann@example.com,Ann\nbob@example.com,\n"


def key(address):
    return recipient_key(address, SECRET)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "weekly.csv").write_text(HERE)
    return tmp_path


def write(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def join(folder, *paths, suppressed=frozenset(), columns=None):
    """Import, write, and give what was found; who is gone is given as it would be suppressed."""
    rules = merging.Rules(SECRET, suppressed, columns)
    with merging.joining(folder / "weekly.csv", paths, rules) as found:
        found.write()
    return found


def joined(folder):
    """Give the people who are new in the audience, as {address: name}."""
    with (folder / "weekly.csv").open(newline="") as file:
        return {row["email"]: row["name"] for row in csv.DictReader(file)} | {}


def new(folder):
    return {
        address: name
        for address, name in joined(folder).items()
        if address not in {"ann@example.com", "bob@example.com"}
    }


def refused(folder, content, name="export.csv"):
    path = write(folder, name, content)
    with pytest.raises(AudienceError) as caught:
        join(folder, path)
    assert (folder / "weekly.csv").read_text() == HERE
    assert "@" not in str(caught.value)
    return str(caught.value).replace(f"{folder}/", "")


def test_every_export_of_people_is_in_the_docs_and_has_an_example_to_read():
    names = [export.name for export in EXPORTS]
    assert {*exports.OTHERS, "Mailchimp"} == set(names)
    page = Path(__file__).parents[1] / "docs" / "audience.md"
    table = page.read_text("utf-8").partition("## What each export tells")[2]
    assert sorted(re.findall(r"^\| ([A-Z]?\w+) \|", table, re.MULTILINE)[1:]) == sorted(names)


@pytest.mark.parametrize("system", exports.OTHERS)
def test_an_export_is_recognised_and_only_subscribed_people_come_in(folder, system):
    text, people, gone, words = exports.OTHERS[system]
    found = join(folder, write(folder, "export.csv", text))
    (table,) = found.tables
    assert table.layout.export.name == system
    assert new(folder) == people
    assert found.merged.gone == {key(address) for address in gone}
    assert dict(table.words) == words


def test_mailchimp_tells_its_segments_apart_by_files(folder):
    path = exports.mailchimp_zip(
        folder / "mailchimp.zip",
        subscribed=[("in@c.example", "Zoë", "Day", '"VIP","Ely, Cambs"'), "two@c.example"],
        unsubscribed=["out@c.example"],
        cleaned=["back@c.example"],
        nonsubscribed=["shop@c.example"],
    )
    found = join(folder, path, columns=("tags",))
    assert new(folder) == {"in@c.example": "Zoë Day", "two@c.example": ""}
    assert 'in@c.example,Zoë Day,"VIP, Ely, Cambs"' in (folder / "weekly.csv").read_text()
    assert found.merged.gone == {key("out@c.example"), key("back@c.example")}
    assert [dict(table.standings) for table in found.tables] == [
        {Standing.SUBSCRIBED: 2},
        {Standing.UNSUBSCRIBED: 1},
        {Standing.BOUNCED: 1},
        {Standing.UNCLEAR: 1},
    ]


@pytest.mark.parametrize("segment", ["unsubscribed", "cleaned"])
def test_a_segment_of_mailchimp_is_known_by_its_columns_when_its_file_has_another_name(
    folder, segment
):
    text = exports.mailchimp(segment, "out@c.example")
    found = join(folder, write(folder, "list.csv", text))
    assert new(folder) == {}
    assert found.merged.gone == {key("out@c.example")}


def test_somebody_without_a_time_in_a_file_of_the_unsubscribed_is_neither_mailed_nor_suppressed(
    folder,
):
    text = exports.mailchimp("unsubscribed", "who@c.example").replace("2026-01-01 09:00:00", "")
    found = join(folder, write(folder, "list.csv", text))
    assert (new(folder), found.merged.gone) == ({}, frozenset())
    assert found.tables[0].words == {"no unsub_time": 1}


def test_who_left_in_any_file_of_a_run_never_comes_in_whatever_the_order(folder):
    first = write(folder, "a.csv", exports.table("email,status", ["x@e.example", "active"]))
    second = write(folder, "b.csv", exports.table("email,status", [" X@E.example", "Unsubscribed"]))
    for order in ((first, second), (second, first)):
        found = join(folder, *order)
        assert new(folder) == {}
        assert found.merged.left_since == 1
        assert found.merged.gone == {key("x@e.example")}


def test_who_is_suppressed_already_never_comes_in(folder):
    path = write(folder, "a.csv", "email\nx@e.example\ny@e.example\n")
    found = join(folder, path, suppressed={key("x@e.example")})
    assert new(folder) == {"y@e.example": ""}
    assert found.merged.suppressed == 1


def test_twice_is_the_same_as_once_byte_for_byte(folder):
    path = write(folder, "export.csv", exports.OTHERS["Ghost"][0])
    join(folder, path)
    once = (folder / "weekly.csv").read_bytes()
    stamp = (folder / "weekly.csv").stat().st_mtime_ns
    found = join(folder, path, columns=("all",))
    assert (found.merged.added, found.merged.known) == (0, 1)
    assert (folder / "weekly.csv").read_bytes() == once
    assert (folder / "weekly.csv").stat().st_mtime_ns == stamp


@pytest.mark.parametrize("before", [
    'email;name\r\nann@example.com;"Ann; ""A"" Lee"\r\n\r\n# a remark;\r\nbob@example.com',
    "\ufeffname\temail\nAnn\tann@example.com\n\n\n",
    "email,name\n\n\nann@example.com,Ann, with, commas\nnobody\n",
    "email,name\rann@example.com,Ann\r",
])  # fmt: skip
def test_what_stands_in_the_audience_stays_byte_for_byte(folder, before):
    path = write(folder, "weekly.csv", before)
    path.chmod(0o644)
    join(folder, write(folder, "new.csv", "name,e-mail\nCleo,cleo@example.com\n"))
    after = path.read_bytes()
    assert after.startswith(before.encode())
    assert path.stat().st_mode & 0o777 == 0o600
    with audience.read(path, SECRET) as people:
        everybody = {one.address: one.values for batch in people.batches(9) for one in batch}
    assert everybody["cleo@example.com"] == {"name": "Cleo"}
    assert "ann@example.com" in everybody or "commas" in before
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


def test_new_columns_are_added_to_the_header_and_nothing_else_changes(folder):
    path = write(folder, "weekly.csv", "name;email\r\nAnn;ann@example.com\r\nBob;bob@example.com")
    found = join(
        folder, write(folder, "k.csv", exports.OTHERS["Kit"][0]), columns=("tags", "first_name")
    )
    assert found.columns == ("first_name", "tags")
    assert path.read_bytes().decode() == (
        "name;email;first_name;tags\r\nAnn;ann@example.com\r\nBob;bob@example.com\r\n"
        "Zoë;in@k.example;Zoë;VIP\r\n"
    )


def test_a_column_is_not_added_over_a_row_that_has_too_many_cells(folder):
    write(folder, "weekly.csv", "email,name\nann@example.com,Lee, Ann\n")
    path = write(folder, "k.csv", exports.OTHERS["Kit"][0])
    with pytest.raises(AudienceError, match=r"weekly.csv:2: this row has more cells"):
        join(folder, path, columns=("tags",))


def test_an_audience_that_is_not_there_yet_is_made(folder):
    (folder / "weekly.csv").unlink()
    join(folder, write(folder, "g.csv", exports.OTHERS["listmonk"][0]))
    assert (folder / "weekly.csv").read_text() == "email,name\nin@l.example,Zoë\n"
    assert (folder / "weekly.csv").stat().st_mode & 0o777 == 0o600


def test_an_audience_behind_a_link_stays_behind_it(folder):
    (folder / "shared").mkdir()
    (folder / "weekly.csv").rename(folder / "shared" / "people.csv")
    (folder / "weekly.csv").symlink_to(folder / "shared" / "people.csv")
    join(folder, write(folder, "a.csv", "email\nx@e.example\n"))
    assert (folder / "weekly.csv").is_symlink()
    assert (folder / "shared" / "people.csv").read_text() == f"{HERE}x@e.example,\n"


def test_edits_made_meanwhile_are_not_lost(folder):
    path, more = folder / "weekly.csv", write(folder, "a.csv", "email\nx@e.example\n")
    rules = merging.Rules(SECRET, frozenset())
    with merging.joining(path, [more], rules) as found:
        path.write_text(f"{HERE}cleo@example.com,Cleo\n")
        with pytest.raises(AudienceError, match="was saved by somebody else meanwhile"):
            found.write()
    assert path.read_text() == f"{HERE}cleo@example.com,Cleo\n"
    assert sorted(path.name for path in folder.iterdir()) == ["a.csv", "weekly.csv"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be",
                                      "cp1252"])  # fmt: skip
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_encoding_and_separator_is_read(folder, encoding, delimiter):
    row = ["zoe@e.example", "Zoë “Day”\nLee"]
    text = exports.table("email,name", row, ["yan@e.example", "Yan"], delimiter=delimiter)
    join(folder, write(folder, "new.csv", text.encode(encoding)))
    assert new(folder) == {"zoe@e.example": "Zoë “Day” Lee", "yan@e.example": "Yan"}


def test_one_row_in_another_encoding_garbles_no_other(folder):
    content = "email,name\nzoe@e.example,Zoë\n".encode() + "per@e.example,Pär\n".encode("cp1252")
    join(folder, write(folder, "new.csv", content))
    assert new(folder) == {"zoe@e.example": "Zoë", "per@e.example": "Pär"}


def test_the_line_by_which_excel_is_told_the_separator_is_no_header(folder):
    join(folder, write(folder, "new.csv", "sep=;\r\nemail;name\r\nzoe@e.example;A, B\r\n"))
    assert new(folder) == {"zoe@e.example": "A, B"}


def test_a_note_with_a_line_break_and_an_address_is_no_stray_quotation_mark_in_an_export(folder):
    text = exports.table(
        "email,note,subscribed_to_emails", ["a@e.example", "met\nwith b@e.example", "true"]
    )
    join(folder, write(folder, "g.csv", text))
    assert new(folder) == {"a@e.example": ""}


def test_values_that_a_spreadsheet_would_run_are_left_empty(folder):
    rows = [
        ["a@e.example", '=HYPERLINK("http://evil.example")'],
        ["b@e.example", "@SUM(1+1)"],
        ["c@e.example", "+44 20 7946 0000"],
        ["d@e.example", "-"],
        ["e@e.example", "x" * 1001],
    ]
    found = join(folder, write(folder, "new.csv", exports.table("email,name", *rows)))
    assert new(folder) == {
        "a@e.example": "",
        "b@e.example": "",
        "c@e.example": "+44 20 7946 0000",
        "d@e.example": "-",
        "e@e.example": "",
    }
    assert found.tables[0].unfit == 3


def test_a_table_that_we_do_not_know_loses_no_column_unless_somebody_says_so(folder):
    path = write(folder, "new.csv", "email,First name,Surname,Town\nz@e.example,Zoë,Day,Ely\n")
    with pytest.raises(
        AudienceError, match=r"has not: town\. To bring them along: --columns town\."
    ):
        join(folder, path)
    join(folder, path, columns=("town",))
    assert (folder / "weekly.csv").read_text().endswith("\nz@e.example,Zoë Day,Ely\n")


def test_a_column_that_nobody_has_cannot_be_brought(folder):
    path = write(folder, "new.csv", "email,Town\nz@e.example,Ely\n")
    with pytest.raises(
        AudienceError, match=r'No table has a column "city" to bring\. There are: to'
    ):
        join(folder, path, columns=("city",))
    assert (folder / "weekly.csv").read_text() == HERE


@pytest.mark.parametrize(
    ("name", "standing"),
    [
        ("unsubscribed.csv", Standing.UNSUBSCRIBED),
        ("2026-Unsubscribers-weekly.csv", Standing.UNSUBSCRIBED),
        ("bounces.csv", Standing.BOUNCED),
        ("list_unconfirmed.csv", Standing.PENDING),
        ("readers.csv", None),
        ("not-unsubscribed.csv", None),
        ("cleaned.csv", None),
    ],
)
def test_the_name_of_a_file_counts_where_its_rows_do_not_say(folder, name, standing):
    found = join(folder, write(folder, name, "email\nz@e.example\n"))
    assert found.tables[0].layout.by_name is standing
    assert found.tables[0].standings == {standing or Standing.SUBSCRIBED: 1}


def test_a_column_of_the_audience_is_a_value_and_says_nothing_of_standing(folder):
    write(folder, "weekly.csv", "email,status\nann@example.com,gold\n")
    found = join(folder, write(folder, "new.csv", "email,status\nz@e.example,silver\n"))
    assert found.merged.added == 1
    assert (folder / "weekly.csv").read_text().endswith("z@e.example,silver\n")


@pytest.mark.parametrize(
    "columns", ["ADDED_TIME,MODIFIED_TIME", "DOUBLE_OPT-IN,ADDED_TIME,MODIFIED_TIME"]
)
def test_an_export_that_does_not_tell_who_left_is_said_to(folder, columns):
    row = ["z@e.example", *["" for _ in columns.split(",")]]
    path = write(folder, "brevo.csv", exports.table(f"EMAIL,{columns}", row))
    (table,) = join(folder, path).tables
    assert (table.layout.export.name, table.layout.tells) == ("Brevo", False)
    told = write(folder, "told.csv", exports.OTHERS["Brevo"][0])
    assert join(folder, told).tables[0].layout.tells


def test_unknown_words_stop_nothing_and_hold_no_address(folder):
    rows = [["a@e.example", "active"], ["b@e.example", "Dormant"], ["c@e.example", "d@e.example"]]
    found = join(folder, write(folder, "new.csv", exports.table("email,status", *rows)))
    assert new(folder) == {"a@e.example": ""}
    assert found.tables[0].words == {"Dormant": 1, "an address": 1}


def test_only_exports_of_people_are_taken_out_of_a_zip(folder):
    with zipfile.ZipFile(folder / "substack.zip", "w") as archive:
        archive.writestr("email_list.weekly.csv", exports.OTHERS["Substack"][0])
        archive.writestr("posts.csv", "post_id,post_date,is_published,title\n1.a,2024,true,A\n")
        archive.writestr("posts/1.opens.csv", "post_id,email\n1,reader@e.example\n")
    found = join(folder, folder / "substack.zip")
    assert new(folder) == {"in@s.example": ""}
    assert len(found.others) == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "export.csv is empty. Its first line must be like: email,name"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1",
            (
                "export.csv is an old Excel workbook, and no table of people. "
                'Open it, and save it as "CSV UTF-8".'
            ),
        ),
        ('{"a": 1}', "export.csv is JSON, and no table of people. Export the people as CSV."),
        (
            "<html>",
            "export.csv is a web page or XML, and no table of people. Export the people as CSV.",
        ),
        (
            "[site]\ntitle = 1\n",
            (
                'export.csv:1: there is no column of addresses among "[site]". '
                'Call one of them "email".'
            ),
        ),
        (
            b"\x1f\x8b\x08",
            "export.csv is packed with gzip, and no table of people. Unpack it first.",
        ),
        (b"%PDF-1.7", "export.csv is a PDF, and no table of people. Export the people as CSV."),
        (
            "post_id,is_published,title\n1,true,A\n",
            "export.csv lists articles, and not people. For articles: syndicate import",
        ),
        (
            "Title,Subject,Unique Opens\na,b,3\n",
            "export.csv is a report on mailings. Export the people of the list instead.",
        ),
        (
            "name,town\nAnn,Ely\n",
            (
                'export.csv:1: there is no column of addresses among "name", "town". '
                'Call one of them "email".'
            ),
        ),
        (
            "ann@example.org,Ann\n",
            "export.csv:1: the names of the columns are missing. Make the first line: email,name",
        ),
        (
            exports.table("email,status", ["a@b.example", "active"]) + '"x',
            (
                "export.csv:3: this row is not right (unexpected end of data). A cell that begins "
                "with a quotation mark must end with one; inside it, write two."
            ),
        ),
    ],
)
def test_a_wrong_file_says_what_to_export_instead_and_nothing_changes(folder, content, message):
    assert refused(folder, content) == message


@pytest.mark.parametrize(
    ("member", "what"),
    [
        ("xl/workbook.xml", "an Excel workbook"),
        ("Index/Document.iwa", "a Numbers spreadsheet"),
        ("content.xml", "an OpenDocument spreadsheet"),
    ],
)
def test_a_workbook_is_called_so(folder, member, what):
    with zipfile.ZipFile(folder / "people.xlsx", "w") as archive:
        archive.writestr(member, "")
    with pytest.raises(AudienceError, match=f'is {what}. Open it, and save the table as "CSV UTF'):
        join(folder, folder / "people.xlsx")


def test_a_file_too_large_is_refused_before_it_is_read(folder, monkeypatch):
    monkeypatch.setattr(audience.sheets, "FILE_MAX", 1_000_000_000)
    path = folder / "huge.csv"
    with path.open("wb") as file:
        file.write(b"email\n")
        file.truncate(1_000_000_001)
    with pytest.raises(AudienceError, match=r"is larger than 1 GB\. No list of people is"):
        join(folder, path)


def test_a_zip_that_lies_is_refused_and_nothing_changes(folder):
    with zipfile.ZipFile(folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("list.csv", "email,name\n" + f"{',' * 99}\n" * 300_000)
    with pytest.raises(AudienceError, match=r"bomb.zip: \"list.csv\" in it becomes more than 200"):
        join(folder, folder / "bomb.zip")
    assert (folder / "weekly.csv").read_text() == HERE


WORDS = st.sampled_from(["active", "unsubscribed", "bounced", "junk", "pending", "dormant", ""])
PEOPLE = st.lists(st.tuples(st.sampled_from("abcdefgh"), WORDS), max_size=12)


@given(st.lists(PEOPLE, min_size=1, max_size=3), st.frozensets(st.sampled_from("abcdefgh")))
def test_nobody_who_left_anywhere_comes_in_and_everybody_else_does(
    tmp_path_factory, tables, before
):
    folder = tmp_path_factory.mktemp("join")
    (folder / "weekly.csv").write_text(HERE)
    paths = [
        write(folder, f"{n}.csv", exports.table(
            "email,status", *([f"{who}@e.example", word] for who, word in people)))
        for n, people in enumerate(tables)
    ]  # fmt: skip
    suppressed = {key(f"{who}@e.example") for who in before}
    found = join(folder, *paths, suppressed=suppressed)
    rows = [row for people in tables for row in people]
    left = {who for who, word in rows if word in {"unsubscribed", "bounced", "junk"}}
    stays = {who for who, word in rows if word in {"active", ""}} - left - set(before)
    assert set(new(folder)) == {f"{who}@e.example" for who in stays}
    assert found.merged.gone == {key(f"{who}@e.example") for who in left}
    assert (folder / "weekly.csv").read_text().startswith(HERE)
    assert sum(sum(table.standings.values()) for table in found.tables) == len(rows)


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"email,name\n", b"email,status\nx@e.example,active\n", b"\xff\xfe"]),
)
def test_whatever_a_file_holds_it_ends_in_words_and_loses_nobody(tmp_path_factory, content, start):
    folder = tmp_path_factory.mktemp("join")
    (folder / "weekly.csv").write_text(HERE)
    try:
        join(folder, write(folder, "new.csv", start + content), columns=("all",))
    except AudienceError:
        assert (folder / "weekly.csv").read_text() == HERE
    with audience.read(folder / "weekly.csv", SECRET) as people:
        everybody = {one.address for batch in people.batches(9) for one in batch}
    assert {"ann@example.com", "bob@example.com"} <= everybody


def test_memory_does_not_grow_with_the_number_of_people(folder, monkeypatch):
    monkeypatch.setattr(audience.pile, "FEW", 5)
    monkeypatch.setattr(audience.sheets, "PIECE", 10_000)
    with (folder / "new.csv").open("w") as file:
        file.write("email,name\n")
        file.writelines(f"reader{n}@example.org,Reader {n}\n" for n in range(15_000))
    tracemalloc.start()
    found = join(folder, folder / "new.csv")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.merged.added == 15_000
    # All rows as objects would be several times that.
    assert peak < 1_500_000


@pytest.fixture
def site(small_site):
    text = small_site.path("syndicate.toml").read_text()
    small_site.write("syndicate.toml", f'{text}\n[audience]\nsuppressed = "never.csv"\n')
    small_site.write("never.csv", "key\n")
    return small_site


def test_the_command_says_what_it_found_and_who_left_is_never_mailed(site):
    exports.mailchimp_zip(
        site.path("mc.zip"),
        subscribed=[("zoe@c.example", "Zoë", "Day", ""), "ann@example.com", "not an address"],
        unsubscribed=["bob@example.com"],
        cleaned=["back@c.example"],
    )
    before = site.path("people.csv").read_text()
    dry = site.run("audience", "import", "mc.zip", "--dry-run")
    assert (dry.code, site.path("people.csv").read_text()) == (0, before)
    assert site.path("never.csv").read_text() == "key\n"
    assert not site.path("state").exists()
    ended = site.run("audience", "import", "mc.zip")
    assert ended.err == dry.err.replace("Nothing was changed: this was a dry run.\n", "")
    assert ended.err == (
        "mc.zip\n"
        "  This is a Mailchimp export: 2 subscribed, 1 unsubscribed, 1 bounced.\n"
        "    subscribed_email_audience_export_1a2b3c.csv    2 subscribed    "
        "the name of the file says so\n"
        "    unsubscribed_email_audience_export_1a2b3c.csv  1 unsubscribed  "
        "the name of the file says so\n"
        "    cleaned_email_audience_export_1a2b3c.csv       1 bounced       "
        "the name of the file says so\n"
        "  Comes along: name.\n"
        "  The name is made of first_name and last_name; "
        "--columns can bring them by themselves too.\n"
        "  Left out, since people.csv has no such columns: company, tags. "
        "To bring some: --columns company,tags\n"
        "  No address that can be mailed of subscribed_email_audience_export_1a2b3c.csv: line 4.\n"
        "people.csv: 1 added, 1 there already, 0 suppressed, 1 invalid.\n"
        "never.csv: 2 added, 0 there already; never mailed again. 1 of them is in people.csv.\n"
    )
    assert "@" not in site.path("never.csv").read_text()
    told = json.loads(site.run("audience", "count", "--json").out)
    assert (told["count"], told["excluded"]) == (2, {"suppressed": 1})


def test_the_command_speaks_json(site):
    site.write("brevo.csv", exports.OTHERS["Brevo"][0])
    site.write("ghost.csv", exports.OTHERS["Ghost"][0])
    ended = site.run("audience", "import", "brevo.csv", "ghost.csv", "--json")
    told = json.loads(ended.out)
    assert ended.err == ""
    assert (told["added"], told["newly_suppressed"], told["dry_run"]) == (3, 2, False)
    assert [table["export"] for table in told["tables"]] == ["Brevo", "Ghost"]
    assert told["tables"][1]["standings"] == {"subscribed": 1, "unsubscribed": 1, "left out": 1}


def test_who_left_is_not_lost_where_there_is_no_list_for_them(small_site):
    small_site.write("g.csv", exports.OTHERS["Ghost"][0])
    before = small_site.path("people.csv").read_text()
    ended = small_site.run("audience", "import", "g.csv")
    assert (ended.code, small_site.path("people.csv").read_text()) == (2, before)
    assert '[audience] suppressed = "audience/suppressed.csv"' in ended.err


def test_what_is_unclear_is_counted_and_named(site):
    site.write("g.csv", exports.OTHERS["Ghost"][0])
    site.write("b.csv", exports.OTHERS["Buttondown"][0])
    told = site.run("audience", "import", "g.csv", "b.csv", "--dry-run").err
    assert "\n  1 person has a deleted_at: left out.\n" in told
    assert '\n  1 person has the status "churned": left out.\n' in told
    assert "\n  1 person has not confirmed yet: left out.\n" in told
