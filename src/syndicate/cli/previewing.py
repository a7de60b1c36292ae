"""The command preview: a page on this computer, or the same as files in a folder."""

from pathlib import Path
from typing import Any

import click

from syndicate.cli.console import show, talk
from syndicate.cli.desk import NOTHING, Desk, at_a_terminal, open_desk
from syndicate.cli.ending import Exit
from syndicate.cli.seeing import Site, outbox_folder
from syndicate.cli.wishes import NEWSLETTER, Asked, issue_options

#: where the page is, unless another port is asked for
PORT = 8765


@click.command("preview", epilog="Example: syndicate preview")
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write it into this folder instead; open index.html in it.",
)
@click.option(
    "--port",
    metavar="N",
    type=click.IntRange(0, 65_535),
    default=PORT,
    show_default=True,
    help="Port of the page; the next free one where it is taken.",
)
@click.option(
    "--open/--no-open",
    "opens",
    default=None,
    help="Open the page in the browser; by default at a terminal only.",
)
@NEWSLETTER
@issue_options
@click.pass_context
def preview_command(
    context: click.Context,
    /,
    out: Path | None,
    port: int,
    newsletter: str | None,
    *,
    opens: bool | None,
    **typed: Any,
) -> None:
    """Show the next issue as its readers will see it, and draw it anew whenever you save.

    In the inbox, on a computer and a phone, dark, without pictures or styles, as plain text, on the
    web and in feed readers; with what the checks found, where the links lead, and the outbox. The
    page is served on this computer only, and nothing leaves it.
    """
    asked = Asked(**typed)
    desk = open_desk(context)
    site = Site(desk, _only(desk, newsletter, asked), asked)
    if out is not None:
        context.exit(_write(site, out))
    context.exit(_serve(site, port, opens=at_a_terminal() if opens is None else opens))


def _only(desk: Desk, newsletter: str | None, asked: Asked) -> str:
    """Choose the newsletter to show where one is named or wishes are for one; "" for all."""
    if newsletter is None and asked == NOTHING and desk.config.newsletters:
        return ""
    return desk.newsletter(newsletter)


def _write(site: Site, out: Path) -> Exit:
    from syndicate import preview

    looks = site.looks()
    for look in looks:
        for one in look.troubles:
            place = f"{one.where}: " if one.where else ""
            talk(f"must fix\n  {place}{one.text}{' ' + one.fix if one.fix else ''}")
    page, *_ = preview.write(out, [look.view for look in looks])
    told = [
        f"issue {look.view.issue.number} ({look.view.issue.content_hash[:6]})"
        if look.view.issue
        else f"{look.view.title}: {'no next issue' if look.troubles else 'nothing new'}"
        for look in looks
    ]
    text = ", ".join(told)
    talk(f"{text[:1].upper()}{text[1:]} in {page}")
    return Exit.CHECK if any(look.troubles for look in looks) else Exit.DONE


def _serve(site: Site, port: int, *, opens: bool) -> Exit:
    from syndicate import pictures
    from syndicate.preview.app import Stock
    from syndicate.preview.live import Live
    from syndicate.preview.outbox import Outbox
    from syndicate.preview.server import forget_keys, open_browser, open_server
    from syndicate.preview.watching import Watching

    config = site.desk.config
    forget_keys(but=frozenset({config.site.secret_env, config.ledger.url_env}))
    live = Live(site.looks)
    site.counting.counted = live.redraw
    stock = Stock(live, Outbox(outbox_folder(config)), pictures.place(config))
    server = open_server(stock, port)
    if port and server.port != port:
        talk(f"Port {port} is taken.")
    address = f"http://127.0.0.1:{server.port}/"
    show(f"{address} (Ctrl-C to stop; nothing leaves this computer)")
    watching = Watching(site.watched, live.redraw, live.outbox_changed)
    if opens:
        open_browser(address)
    try:
        # Ctrl-C ends it: that is how it is left, and no error.
        server.serve_forever(poll_interval=0.2)
    finally:
        watching.close()
        server.server_close()
    return Exit.DONE
