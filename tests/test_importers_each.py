"""Every importer is known to the command, to the docs, and to a test that brings an article."""

import json
import re
from pathlib import Path

import pytest

import downloads
from syndicate.cli.importing import KINDS
from syndicate.importers import TABLE

NAMES = [name for name in KINDS if name != "auto"]
PAGE = Path(__file__).parents[1] / "docs" / "importing.md"


def test_every_importer_can_be_asked_for_by_name_and_has_an_export_to_read():
    # An archive is opened to see whose it is.
    assert set(NAMES) == TABLE.keys() - {"archive"} == downloads.ARTICLES.keys()


def test_every_importer_is_in_the_docs():
    [sentence] = re.findall(r"say what it is: `--from (.*)\.", PAGE.read_text("utf-8"))
    assert re.findall(r"[a-z]+(?=`)", sentence) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_an_export_is_known_by_itself_and_its_article_counts_as_mailed(name, small_site, tmp_path):
    downloads.fill(tmp_path / "Downloads")
    export = tmp_path / "Downloads" / downloads.ARTICLES[name]
    asked = ("import", export, "--dry-run", "--no-ask", "--json")
    by_itself = json.loads(small_site.run(*asked).out)
    assert by_itself == json.loads(small_site.run(*asked, "--from", name).out)
    article = next(one for one in by_itself["articles"] if one["title"] == "A bench that lasts")
    assert article["published"].startswith("2025-10-13")
    assert article["state"] == "new"
    assert article["counts_as_mailed"]
