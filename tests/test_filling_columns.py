"""What is written a column at a time is what is written one by one, for whatever people have."""

import json

import hypothesis.strategies as st
from hypothesis import example, given

from syndicate import filling, tokens
from syndicate.filling.columns import Column
from syndicate.filling.mould import Mould, hole, socket
from syndicate.models import Mailbox, Message, Recipient
from syndicate.providers.pieces import form
from syndicate.text import one_line

NAME, LINK = tokens.token("name", "reader"), tokens.token("link", "https://x.example/?a=1")
MESSAGE = Message(
    subject=f"For {tokens.token('name')}",
    preheader="",
    html=f'<p>{NAME}</p><a href="{LINK}">x</a><a href="https://x.example/{NAME}">y</a>',
    text=f"{NAME} {LINK} %20",
    sender=Mailbox("", "a@b.example"),
    reply_to=(),
    headers=(("List-Unsubscribe", f"<{LINK}>"), ("List-Id", "<x>")),
)
# What real lists hold, what hostile ones do, and nothing at all.
VALUES = st.one_of(
    st.sampled_from(
        ["", " ", "Ann", "Zoë  B", "a\nb", 'Q "x" \\', "<b>&'", "\u2028", "\0", "a\tb"]
    ),
    st.sampled_from(["https://x.example/u?a=1", "http://x/%7B,", "javascript:x", "mailto:a@b"]),
    st.text(max_size=8),
)
PEOPLE = st.lists(st.fixed_dictionaries({}, optional={"name": VALUES, "link": VALUES}), min_size=1)


def recipients(values):
    return [Recipient("a@b.example", n.to_bytes(16, "big"), n, one) for n, one in enumerate(values)]


@given(PEOPLE)
@example([{"name": "Ann Ö", "link": "https://x.example/u?a=1"}] * 3)
@example([{"name": " Ann", "link": "https://x.example/u?a=1"}, {"name": "Bo"}])
@example([{"name": "a\nb"}, {"name": ""}])
def test_columns_hold_what_each_would_get(people):
    plan = filling.plan(MESSAGE, literal="%20")
    columns = plan.columns(recipients(people))

    assert {name: list(column.values) for name, column in columns.items()} == {
        slot.name: [slot.value(one) for one in people] for slot in plan.slots
    }


@given(st.lists(st.text(), min_size=1))
@example(["a", 'b"', "\\"])
@example(["a\nb", "c"])
@example(["a\x7f", "\ufdd5v0\ufdd6"])
def test_a_mould_writes_the_json_of_everybody(texts):
    column, objects = Column(texts), [json.dumps([text]) for text in texts]
    example_ = {hole("key"): f"<{hole('text')}>", "same": '"\\', "more": [socket("any")]}

    rows = Mould(example_).filled({"key": column, "text": column, "any": objects}, len(texts))

    assert [json.loads(row) for row in rows] == [
        {text: f"<{text}>", "same": '"\\', "more": [[text]]} for text in texts
    ]


@given(st.lists(st.text(), min_size=1))
@example(["a b", "c  d"])
@example([" a", "b"])
@example(["a", "b "])
@example(["a\nb"])
def test_a_column_is_put_on_lines_as_each_value_is(texts):
    assert list(Column(texts).on_one_line().values) == [one_line(text) for text in texts]


def test_a_form_is_parted_by_what_is_in_none_of_its_fields():
    body, kind = form([("a", ["x--mark", "y"]), ("b", "--mark-")], "mark")

    mark = kind.partition("boundary=")[2]
    assert (mark, body.count(f"--{mark}\r\n".encode())) == ("mark--", 3)
    assert body.endswith(f"--{mark}--\r\n".encode())
