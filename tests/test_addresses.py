"""Addresses: what is one address, what can be mailed, and keys that give nothing away."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.addresses import (
    derive,
    fault,
    format_mailbox,
    normalise,
    parse_mailbox,
    parse_mailboxes,
    recipient_key,
)
from syndicate.models import Mailbox

SECRET = b"a secret of this site"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann@Example.org", "ann@example.org"),
        ("  ann@example.org\t", "ann@example.org"),
        ("\ufeffann@example.org\u200b", "ann@example.org"),
        ("\u00a0ann@example.org\u00a0", "ann@example.org"),
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
        ("ann@BÜCHER.example", "ann@bücher.example"),
        ("ann@bu\u0308cher.example", "ann@bücher.example"),
        ("JOSÉ@example.org", "jose\u0301@example.org"),
        ("ann@example。org", "ann@example.org"),
    ],
)
def test_two_spellings_of_one_address_have_one_key(one, other):
    assert recipient_key(one, SECRET) == recipient_key(other, SECRET)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a.nn@example.org", "ann@example.org"),
        ("ann+news@example.org", "ann@example.org"),
        ("ann@faß.example", "ann@fass.example"),
        ("jose@example.org", "josé@example.org"),
    ],
)
def test_addresses_that_may_be_two_mailboxes_have_two_keys(one, other):
    assert recipient_key(one, SECRET) != recipient_key(other, SECRET)


def test_a_key_is_sixteen_bytes_and_needs_the_secret():
    key = recipient_key("ann@example.org", SECRET)
    assert len(key) == 16
    assert key != recipient_key("ann@example.org", b"another secret")
    assert key == bytes.fromhex("db4e7b88a67b1228f9888614619ed533")


def test_a_secret_may_be_of_any_length():
    assert len({recipient_key("ann@example.org", b"s" * size) for size in (1, 64, 65, 500)}) == 4


def test_derived_keys_differ_by_purpose():
    assert derive(SECRET, "recipient keys") != derive(SECRET, "unsubscribe")
    assert len(derive(SECRET, "unsubscribe")) == 32


@given(st.text())
def test_normalising_twice_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)


@given(
    st.text(st.characters(categories=["L", "M", "N"]), min_size=1),
    st.sampled_from(["", " ", "\t", "\u00a0", "\ufeff", " \u200b\n"]),
)
def test_case_space_and_composition_never_change_a_key(local, space):
    spellings = {
        f"{space}{local}@Example.ORG{space}",
        f"{local.casefold()}@example.org",
        unicodedata.normalize("NFC", f"{local}@example.org"),
        unicodedata.normalize("NFD", f"{local}@EXAMPLE.org"),
    }
    assert len({recipient_key(spelling, SECRET) for spelling in spellings}) == 1


@pytest.mark.parametrize(
    "address",
    [
        "ann@example.org",
        "o'hara+x=y@mail.example.co.uk",
        "a@b.cd",
        "ann@xn--bcher-kva.example",
        "ann@bücher.example",
        "josé@example.org",
        "用户@例子.example",
        "x" * 64 + "@example.org",
        "ann@1and1.example",
    ],
)
def test_what_can_be_mailed_has_no_fault(address):
    assert fault(address) == ""


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("", "is empty"),
        ("ann", "needs exactly one @"),
        ("ann@b@example.org", "needs exactly one @"),
        ("ann lee@example.org", "holds a space or a control character"),
        ("ann@example.org\r\nBcc: all@example.org", "holds a space or a control character"),
        ("ann@exam\u202eple.org", "holds a space or a control character"),
        ("ann\x00@example.org", "holds a space or a control character"),
        ("@example.org", "is not right before the @"),
        (".ann@example.org", "is not right before the @"),
        ("a..nn@example.org", "is not right before the @"),
        ('"ann"@example.org', "is not right before the @"),
        ("<ann@example.org", "is not right before the @"),
        ("x" * 65 + "@example.org", "is too long before the @"),
        ("é" * 33 + "@example.org", "is too long before the @"),
        ("ann@localhost", "has no valid domain after the @"),
        ("ann@example.org.", "has no valid domain after the @"),
        ("ann@exa_mple.org", "has no valid domain after the @"),
        ("ann@-example.org", "has no valid domain after the @"),
        ("ann@[192.0.2.1]", "has no valid domain after the @"),
        ("ann@192.0.2.1", "has no valid domain after the @"),
        ("ann@exämple..org", "has no valid domain after the @"),
        ("ann@" + "a" * 64 + ".org", "has no valid domain after the @"),
        ("ann@" + "a.b" * 90 + ".org", "is too long"),
    ],
)
def test_what_cannot_be_mailed_says_why(address, reason):
    assert fault(address) == reason


@given(st.text())
def test_an_address_without_fault_can_stand_in_a_header(text):
    for address in (text, text + "@example.org", "ann@" + text):
        if not fault(address):
            assert not set(address) & set('\r\n\0 <>,;"()')
            assert address.count("@") == 1


@pytest.mark.parametrize(
    ("text", "mailbox"),
    [
        ("Back Matters <hello@example.org>", Mailbox("Back Matters", "hello@example.org")),
        ("hello@example.org", Mailbox("", "hello@example.org")),
        ("<hello@example.org>", Mailbox("", "hello@example.org")),
        ('"Lee, Ann" <ann@example.org>', Mailbox("Lee, Ann", "ann@example.org")),
        (r'"Ann \"A\" Lee" <ann@example.org>', Mailbox('Ann "A" Lee', "ann@example.org")),
        ("Zoë <zoe@example.org>", Mailbox("Zoë", "zoe@example.org")),
    ],
)
def test_a_mailbox_is_a_name_and_an_address(text, mailbox):
    assert parse_mailbox(text) == mailbox


@pytest.mark.parametrize(
    "text", ["Back Matters", "Back Matters <hello>", "", "A\nB <a@example.org>", "a@b.c d"]
)
def test_what_is_no_mailbox_is_quoted_in_one_line(text):
    with pytest.raises(ValueError, match=r"^\"[^\n]*\" [^\n]*\.$"):
        parse_mailbox(text)


@pytest.mark.parametrize(
    "text", ["Ann <ann@example.org>, Bob <bob@example.org>", "ann@example.org, bob@example.org"]
)
def test_two_mailboxes_are_not_read_as_one(text):
    with pytest.raises(ValueError, match=r"more than one|the address (needs|holds)"):
        parse_mailbox(text)
    assert parse_mailbox('"a <b>, c" <ann@example.org>').name == "a <b>, c"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Help <help@example.org>", ["Help"]),
        ("A <a@x.example>, B <b@y.example>", ["A", "B"]),
        ("a@x.example,b@y.example", ["", ""]),
        ("Lee, Ann <ann@example.org>, Bob <bob@example.org>", ["Lee, Ann", "Bob"]),
        ('"a@b, c" <ann@example.org>, "D, E" <d@example.org>', ["a@b, c", "D, E"]),
    ],
)
def test_a_comma_after_an_address_begins_the_next_mailbox(text, names):
    assert [box.name for box in parse_mailboxes(text)] == names


@pytest.mark.parametrize("text", ["a@x.example,", ", a@x.example,,b@y.example", "a@x.example, B"])
def test_what_is_no_list_of_mailboxes_is_said(text):
    with pytest.raises(ValueError, match="is not a sender or reply address"):
        parse_mailboxes(text)


@given(
    st.lists(st.text(st.characters(categories=["L", "M", "N", "P", "S", "Zs"])), min_size=1),
    st.sampled_from(["ann@example.org", "zoe@b\u00fccher.example"]),
)
def test_a_written_list_of_mailboxes_reads_the_same(names, address):
    boxes = tuple(
        Mailbox("".join(c if c.isprintable() else "" for c in name).strip(), address)
        for name in names
    )
    assert parse_mailboxes(", ".join(map(format_mailbox, boxes))) == boxes


@given(st.text(st.characters(categories=["L", "M", "N", "P", "S", "Zs"])))
def test_a_written_mailbox_reads_the_same(name):
    name = "".join(c if c.isprintable() else "" for c in name).strip()
    mailbox = Mailbox(name, "ann@example.org")
    assert parse_mailbox(format_mailbox(mailbox)) == mailbox
