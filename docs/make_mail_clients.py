"""Draw `mail_clients.toml` from a copy of caniemail's repository.

    git clone https://github.com/hteumeuleu/caniemail /tmp/caniemail
    python docs/make_mail_clients.py /tmp/caniemail

Only facts are taken: which main mail program ignores which property, value, function or element,
as last tested there.
"""  # noqa: INP001 -- a script

import json
import re
import subprocess
import sys
from pathlib import Path

TARGET = Path(__file__).parents[1] / "src/syndicate/checks/messages/mail_clients.toml"
#: what people call them, and what they are called there; ignored by one of these is ignored
CLIENTS = {
    "Gmail": (("gmail", "desktop-webmail"), ("gmail", "ios"), ("gmail", "android")),
    "Outlook for Windows": (("outlook", "windows"),),
    "Outlook.com": (("outlook", "outlook-com"),),
    "Apple Mail": (("apple-mail", "macos"), ("apple-mail", "ios")),
    "Yahoo": (("yahoo", "desktop-webmail"),),
}
HEAD = """\
# What the main mail programs ignore. Made by docs/make_mail_clients.py; do not edit.
#
# Facts from "Can I email..." (https://www.caniemail.com, MIT License, Copyright (c) 2019 Rémi
# Parmentier and contributors), as of {date}, commit {commit}.

"""


def main(folder: Path) -> None:
    """Read every feature, and write the file."""
    # Whatever one of these ignores in its newest version is ignored.
    parts: dict[str, dict[str, list[str]]] = {"properties": {}, "values": {}, "elements": {}}
    for path in sorted((folder / "_features").glob("[a-z]*.md")):
        text = path.read_text("utf-8")
        names = _named(re.search(r'^title:\s*"(.*)"\s*$', text, re.MULTILINE))
        results = _results(text)
        clients = [
            name
            for name, places in CLIENTS.items()
            if any(results.get(place, "").startswith("n") for place in places)
        ]
        for kind, name in names if clients else ():
            parts[kind][name] = clients
    log = ["git", "-C", str(folder), "log", "-1", "--format=%cs %h"]
    date, commit = subprocess.run(log, check=True, capture_output=True, text=True).stdout.split()  # noqa: S603
    body = "\n".join(
        f"[{kind}]\n" + "".join(f"{json.dumps(name)} = {json.dumps(rows[name])}\n" for name in rows)
        for kind, rows in parts.items()
    )
    TARGET.write_text(HEAD.format(date=date, commit=commit) + body, "utf-8")


def _named(title: re.Match[str] | None) -> list[tuple[str, str]]:
    """Say what a feature's title stands for in a message."""
    text = title[1].replace('\\"', '"') if title else ""
    if found := re.fullmatch(r"<([a-z0-9]+)> element", text) or re.fullmatch(
        r"Embedded <(svg)> image", text
    ):
        return [("elements", found[1])]
    if found := re.fullmatch(r"([a-z-]+)(?: property| shorthand)?(?:, [a-z-, ]+)?", text.strip()):
        return [("properties", name.split()[0]) for name in text.strip().split(", ")]
    if found := re.fullmatch(r"([a-z-]+): ?([a-z]+)", text):
        return [("values", f"{found[1]}:{found[2]}")]
    functions = re.findall(r"([a-z-]+\()\)", text)
    return [("values", name) for name in functions] or (
        [("values", "var(")] if text.startswith("CSS Variables") else []
    )


def _results(text: str) -> dict[tuple[str, str], str]:
    """Read the newest result by family and platform; the block is neither quite YAML nor JSON."""
    found: dict[tuple[str, str], str] = {}
    inside: list[str] = []
    block = text.partition("\nstats:")[2].partition("\nnotes")[0]
    for token in _TOKEN.finditer(block):
        if token[0] == "}":
            inside = inside[:-1]
        elif token["opens"]:
            inside.append(token["opens"].strip())
        elif len(inside) == 2:  # noqa: PLR2004 -- family and platform
            found[inside[0], inside[1]] = token["result"].strip()
    return found


_TOKEN = re.compile(r'"?(?P<opens>[\w. -]+?)"?\s*:\s*\{|"?[\w. -]+"?\s*:\s*"(?P<result>[^"]*)"|\}')


if __name__ == "__main__":
    main(Path(sys.argv[1]))
