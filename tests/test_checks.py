"""Every check has an example that passes and one that fails, side by side in tests/checks/NAME/.

`says.txt` beside them is what a person reads of the one that fails, word for word.
tests/checks/README.md says what the files hold. A new check is a new folder.
"""

import re
from pathlib import Path

import pytest

from check_examples import findings_of
from syndicate.checks import TABLE

EXAMPLES = Path(__file__).parent / "checks"
NAMES = [check.name for check in TABLE]


def example(name, kind):
    found = [path for path in (EXAMPLES / name).glob(f"{kind}*") if path.stem == kind]
    assert len(found) == 1, f"tests/checks/{name} needs one {kind}"
    return found[0]


def test_there_is_a_folder_for_every_check_and_no_other():
    assert sorted(NAMES) == sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())


def test_every_check_has_a_line_in_the_docs():
    page = (Path(__file__).parents[1] / "docs/reference/checks.md").read_text("utf-8")
    assert sorted(re.findall(r"^\| `([\w-]+)` \|", page, re.MULTILINE)) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_check_is_content_with_the_example_that_passes(name, tmp_path):
    assert [one for one in findings_of(example(name, "passes"), tmp_path) if one.name == name] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_check_says_what_is_wrong_with_the_example_that_fails(name, tmp_path):
    found = [one for one in findings_of(example(name, "fails"), tmp_path) if one.name == name]
    level = next(check.level for check in TABLE if check.name == name)
    assert {one.level for one in found} == {level}
    assert "".join(map(line, found)) == (EXAMPLES / name / "says.txt").read_text("utf-8")


def line(finding):
    where = finding.where
    place = f"{where}{f':{where.column}' if where.column else ''}: " if where else ""
    return f"{place}{finding.text} {finding.fix}".rstrip() + "\n"
