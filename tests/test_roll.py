"""Recipients in columns read as a tuple of them would."""

from dataclasses import replace

import hypothesis.strategies as st
import msgspec
from hypothesis import example, given

from syndicate.addresses import all_plain, fault, key_maker, keys_maker
from syndicate.ledger.people import people_as_json, people_from_json
from syndicate.models import Recipient, Roll

VALUES = st.dictionaries(st.sampled_from(["name", "city", "plan"]), st.text(max_size=5))
PEOPLE = st.lists(
    st.builds(Recipient, st.text(), st.binary(min_size=16, max_size=16), st.integers(0), VALUES),
    max_size=8,
).map(tuple)


@given(PEOPLE)
def test_a_roll_reads_as_the_recipients_that_it_was_made_of(people):
    roll = Roll.of(people)

    assert (len(roll), tuple(roll)) == (len(people), people)
    assert roll == people
    assert [roll[n] for n in range(len(people))] == list(people)
    assert roll[1:3] == people[1:3]
    assert roll.column("name") == [one.values.get("name", "") for one in people]
    assert Roll.of(roll) is roll


@given(PEOPLE)
def test_what_was_written_down_reads_back(people):
    assert people_from_json(people_as_json(people)) == people


@given(PEOPLE)
def test_what_the_first_version_wrote_down_reads_back(people):
    assert people_from_json(msgspec.json.encode(people)) == people


@given(PEOPLE)
def test_a_value_is_had_by_all_only_where_nobody_lacks_it(people):
    assert Roll.of(people).has_all("name") is all(one.values.get("name") for one in people)


@given(PEOPLE)
def test_a_column_that_is_put_in_is_everybody_s_and_nothing_else_changes(people):
    cities = [str(one.line) for one in people]
    values = [{**one.values, "city": city} for one, city in zip(people, cities, strict=True)]
    expected = [replace(one, values=new) for one, new in zip(people, values, strict=True)]

    assert Roll.of(people).with_column("city", cities) == expected


@given(PEOPLE, PEOPLE)
def test_rolls_are_equal_when_their_recipients_are(some, others):
    assert (Roll.of(some) == Roll.of(others)) is (some == others)
    assert Roll.of(some) != "nobody"


ADDRESSES = st.one_of(
    st.sampled_from(
        ["a@b.example", "A@B.example", "a@b.123", "a@b", "ä@b.example", " a@b.example"]
    ),
    st.sampled_from(
        ["a\n@b.example", "", "a@-b.example", f"{'a' * 60}@b.example", "a..b@c.example"]
    ),
    st.emails(),
    st.text(max_size=6),
)


@given(st.lists(ADDRESSES, min_size=1))
@example(["a@b.123", "a@b.example"])
@example(["a@b.example\nb@c.example"])
def test_many_addresses_are_plain_only_when_each_can_be_mailed(addresses):
    if all_plain(addresses):
        assert {fault(address) for address in addresses} == {""}
        assert not any("\n" in address for address in addresses)


@given(st.lists(ADDRESSES, min_size=1))
@example(["a\nb@c.example", "x@y.example"])
def test_the_keys_of_many_are_the_keys_of_each(addresses):
    make, make_all = key_maker(b"secret"), keys_maker(b"secret")
    assert make_all(addresses) == [make(address) for address in addresses]
