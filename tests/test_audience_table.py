"""Lines without anything to tidy are read many at a time, as they would be one by one."""

import csv
import io

import hypothesis.strategies as st
import pytest
from hypothesis import example, given

from syndicate.addresses import recipient_key
from syndicate.audience import read, table
from syndicate.errors import AudienceError

SECRET = b"a secret of this test"
HEADER = ["email", "name", "plan"]
ADDRESSES = st.sampled_from(["ann@a.example", "ANN@a.example", "bo@b.example", "c@c.example", "d@"])
VALUES = st.one_of(
    st.sampled_from(["", "Ann", "Zoë Müller", "a b", " a", "a ", "a,b", 'a"b', "a\\b", "\u00a0"]),
    st.text("ab \u00a0\t;,'", max_size=3),
)
PEOPLE = st.lists(st.tuples(ADDRESSES, VALUES, st.sampled_from(["free", "paid", "Paid "])))
#: lines as somebody may have typed them
TYPED = st.lists(
    st.lists(
        st.one_of(VALUES, st.sampled_from(['"a,b"', '"a', 'b"', '""'])), min_size=1, max_size=3
    )
    .map(",".join)
    .filter(lambda line: not line.startswith("sep=")),
    max_size=6,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("people")


def written(path, people, quoting):
    """Write a table with quotation marks where they must be, or everywhere."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=quoting, lineterminator="\n").writerows([HEADER, *people])
    return path


def found(path, **choice):
    """Give all that is found in an audience file."""
    with read(path, SECRET, **choice) as audience:
        people = [one for batch in audience.batches(2) for one in batch]
        assert len(people) == audience.count
        return people, list(audience.excluded()), audience.elsewhere


@given(
    PEOPLE,
    st.sampled_from([{}, {"where": {"plan": "paid"}}]),
    st.sets(ADDRESSES.map(lambda address: recipient_key(address, SECRET))),
)
def test_quotation_marks_around_every_cell_make_no_difference(folder, people, where, suppressed):
    plain = written(folder / "plain.csv", people, csv.QUOTE_MINIMAL)
    careful = written(folder / "careful.csv", people, csv.QUOTE_ALL)

    assert found(plain, suppressed=suppressed, **where) == found(
        careful, suppressed=suppressed, **where
    )


def test_lines_that_need_no_care_are_read_many_at_a_time(folder):
    people = [(f"reader{n}@a.example", "Zoë Müller", "free") for n in range(5000)]
    plain = table.pieces(written(folder / "many.csv", people, csv.QUOTE_MINIMAL))

    assert all(isinstance(piece, table.Plain) for piece in plain)


@given(TYPED)
@example(["a,b,c", '"d', 'e",f', "g,h,i"])
@example([",,", "a,b,c"])
def test_rows_are_those_of_python_s_reader(lines):
    text = "\n".join([",".join(HEADER), *lines])
    # Some characters at a time, so that rows go on from one piece to the next; only the separator
    # is told by the first.
    start = len(",".join(HEADER)) + 1
    pieces = [text[:start], *(text[at : at + 7] for at in range(start, len(text), 7))]
    try:
        expected = by_python(text)
    except csv.Error:
        with pytest.raises(AudienceError, match="this row is not right"):
            list(table.parsed(iter(pieces), "people.csv", by_hand=False))
    else:
        assert list(table.parsed(iter(pieces), "people.csv", by_hand=False)) == expected


def by_python(text):
    """Give what Python's reader makes of a table, with the line that each row begins in."""
    rows, start = [], 1
    reader = csv.reader(io.StringIO(text), strict=True)
    for cells in reader:
        if any(map(str.strip, cells)):
            rows.append((start, cells))
        start = reader.line_num + 1
    return rows
