"""The page for browsers is nobody's own, whatever the template holds."""

import pytest

from syndicate import render, tokens

UNSUBSCRIBE = tokens.token("unsubscribe_url")
HEAD = "<html><head></head><body>"
HERE = "https://e.org/i/?a=1&b=2"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f'<p><a href="{UNSUBSCRIBE}"><b>Leave</b></a></p>', ""),
        (f'<p><a href="{UNSUBSCRIBE}"><img src="a.png" alt=""></a></p>', ""),
        (f"<p><a href='{UNSUBSCRIBE}'>Leave</a></p>", ""),
        (f'<p><b><a href="{UNSUBSCRIBE}">Leave</a></b></p>', ""),
        (f'<p class="x"> <a title="a > b" href="{UNSUBSCRIBE}">Leave</a>&nbsp;</p>', ""),
        (f"<p>{tokens.token('note', '')}</p>", ""),
        (f"<p>Hi {tokens.token('name', 'you')}</p>", "<p>Hi you</p>"),
        ('<p><a href="https://e.org/i/?a=1&amp;b=2">Browser</a></p>', ""),
        ('<p>A · <a href="https://e.org/x">x</a></p>',) * 2,
        (
            f'<p><a href="{UNSUBSCRIBE}">L</a> · <a href="https://e.org/x"><b>x</b></a></p>',
            '<p><a href="https://e.org/x"><b>x</b></a></p>',
        ),
        ('<p><a title=\'href="https://e.org/i/?a=1&amp;b=2"\' href="/y">y</a></p>',) * 2,
        ('<p><img src="a.png" alt=""></p>',) * 2,
        ("<pre></pre>",) * 2,
    ],
)
def test_no_token_no_link_of_ones_own_and_no_empty_paragraph_is_left(body, expected):
    page = render.web(f"{HEAD}{body}</body></html>", archive_url=HERE, index=True)
    assert page == f"{HEAD}{expected}</body></html>"


def test_a_head_with_attributes_asks_not_to_be_indexed_too():
    page = render.web('<html><head lang="en"></head></html>')
    assert page == '<html><head lang="en"><meta name="robots" content="noindex"></head></html>'
