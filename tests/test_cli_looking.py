"""The commands that look and make: init, list, check, build, status, log."""

import email
import json
import re
import subprocess
import sys
from email.policy import default as policy

import pytest

from conftest import REPOSITORY
from syndicate.cli import COMMANDS


def test_a_file_that_cannot_be_read_is_told_with_all_that_was_noticed_of_it(small_site):
    small_site.write(
        "articles/tea.md", "---\ntitle: Tea\ndate: 12/11/2026\ndrfat: yes\n---\nTea.\n"
    )
    shown = small_site.run("check")
    assert shown.code == 1
    assert 'articles/tea.md:3: "date" is not a date: "12/11/2026".' in shown.out
    assert 'articles/tea.md:4: "drfat" means nothing here. Did you mean "draft"?' in shown.out


def test_building_this_repositorys_own_site_leaves_its_ids_as_they_are(site):
    ids = REPOSITORY / "state" / "ids.json"
    site.path("state").mkdir(exist_ok=True)
    site.path("state/ids.json").write_bytes(ids.read_bytes())
    assert site.run("build").code == 0
    assert site.path("state/ids.json").read_text("utf-8") == ids.read_text("utf-8")


def test_when_nothing_is_new_the_check_looks_at_no_next_issue(small_site):
    small_site.run("send", "--yes")
    assert " and no next issue." in small_site.run("check").out


def test_list_shows_the_next_issue_in_order_and_why_the_rest_is_not_in_it(site):
    ended = site.run("list")
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert lines[0] == "Next issue of Back Matters Weekly: 8 articles"
    assert "Why sitting" in lines[1]
    assert lines[1].endswith("lead")
    assert "draft" in ended.out
    assert "email: false" in ended.out
    assert "new on 2031-03-03" in ended.out


@pytest.mark.parametrize("named", ["kettel", "ketle-time", "Kettle tim: three minutes"])
def test_a_near_miss_of_an_article_is_suggested(site, named):
    ended = site.run("list", "--lead", named)
    assert ended.code == 2
    assert 'Did you mean "Kettle time: three minutes of movement" (kettle-time)?' in ended.err


def test_list_names_every_article_once(site):
    told = json.loads(site.run("list", "--json").out)
    paths = [one["path"] for key in ("articles", "links", "left_out") for one in told[key]]
    assert len(paths) == len(set(paths)) == 12


def test_list_says_in_which_issue_an_article_went(small_site):
    issue = json.loads(small_site.run("send", "--yes", "--json").out)["issue"]
    assert issue in small_site.run("log").out
    assert "already in issue 1 (" in small_site.run("list", "--all").out
    assert "nothing new" in small_site.run("list").out


def test_check_is_quiet_when_all_is_well(site):
    ended = site.run("check")
    assert ended.code == 0
    assert "All clear" in ended.out


def test_check_names_file_line_and_what_to_do(small_site):
    small_site.write(
        "articles/second.md",
        "---\ntitle: The second article\ndate: 2026-11-20\n---\n\n"
        "![](https://a.example/x.png)\n\n[here](http://plain.example/) and [there](other/page)\n",
    )
    ended = small_site.run("check")
    assert ended.code == 0
    assert "articles/second.md:6" in ended.out
    assert "http://plain.example/" in ended.out
    assert small_site.run("check", "--strict").code == 1


def test_a_check_can_be_switched_off_by_its_name(small_site):
    small_site.edit("syndicate.toml", 'address = "1 Street, Town"\n', "")
    assert small_site.run("check").code == 1
    small_site.edit("syndicate.toml", "[newsletters", "[checks]\naddress = false\n[newsletters")
    assert small_site.run("check").code == 0
    small_site.edit("syndicate.toml", "address = false", "adress = false")
    assert small_site.run("check").code == 2


def test_send_stops_at_an_article_that_a_check_says_must_be_fixed(small_site):
    small_site.edit("syndicate.toml", "[newsletters", "[checks]\nhealth = true\n[newsletters")
    ended = small_site.run("send", "--yes")
    assert ended.code == 1
    assert "articles/first.md: There is no disclaimer." in ended.err
    assert "Nothing was sent: 1 thing must be fixed first." in ended.err
    small_site.write(
        "articles/first.md",
        "---\ntitle: The first article\ndate: 2026-11-20\n---\n\n[here](https://a.example/)\n\n"
        "Disclaimer: ask somebody.\n",
    )
    ended = small_site.run("send", "--yes")
    assert ended.code == 0
    assert "1 piece of advice on the articles: syndicate check" in ended.err


def test_check_looks_only_at_what_is_next_or_changes_unless_it_is_asked_for_all(small_site):
    small_site.article("first", "The first article", "2026-11-20", "tga: x\n")
    assert small_site.run("send", "--yes").code == 0
    small_site.article("second", "The second article", "2026-11-21", "tga: x\n")
    small_site.article("third", "The third article", "2026-11-22", "feed: false\nemail: false\n")
    small_site.run("build")
    told = json.loads(small_site.run("check", "--json").out)
    assert (told["articles"], told["of"]) == (1, 3)
    assert {one["path"] for one in told["findings"] if one["name"] == "keys"} == {
        "articles/second.md"
    }
    every = json.loads(small_site.run("check", "--json", "--all").out)
    assert (every["articles"], every["of"]) == (3, 3)
    assert {one["path"] for one in every["findings"] if one["name"] == "keys"} == {
        "articles/first.md",
        "articles/second.md",
    }
    small_site.write("articles/torn.md", "no front matter")
    assert small_site.run("check").code == 1


def test_the_keys_of_a_finding_stay_as_they_are(small_site):
    small_site.write(
        "articles/first.md",
        "---\ntitle: The first article\ndate: 2026-11-20\n---\n\nSo [here](https://a.example/).\n",
    )
    told = json.loads(small_site.run("check", "--json").out)
    assert [one for one in told["findings"] if one["name"] == "link-words"] == [
        {
            "path": "articles/first.md",
            "line": 6,
            "column": 4,
            "level": "advice",
            "name": "link-words",
            "text": 'The words "here" do not say where the link leads.',
            "fix": "Make a link of the words that name it.",
            "newsletter": None,
        }
    ]


def test_building_again_touches_no_file(site):
    assert site.run("build").code == 0
    files = sorted(path for path in site.path("public").rglob("*") if path.is_file())
    before = [(path, path.stat().st_mtime_ns) for path in files]
    told = json.loads(site.run("build", "--json", env={"TZ": "Pacific/Auckland"}).out)
    assert told["changed"] == []
    assert [(path, path.stat().st_mtime_ns) for path in files] == before


def test_build_leaves_out_drafts_and_what_is_not_yet_due(site):
    site.run("build")
    feed = json.loads(site.path("public/feed.json").read_text("utf-8"))
    titles = {item["title"] for item in feed["items"]}
    assert len(titles) == 10
    assert "Our Tuesday lane swim: what to know first" in titles
    assert not any("office chair" in title or "2031" in title for title in titles)


def test_status_adds_up_and_log_says_who_did_what(site):
    site.run("send", "--yes")
    (issue,) = json.loads(site.run("status", "--json").out)["issues"]
    parts = ("accepted", "refused", "in_doubt", "pending", "withdrawn")
    assert sum(issue[part] for part in parts) == issue["frozen"] == 9
    assert issue["excluded"] == {"duplicate": 1, "invalid": 1, "suppressed": 1}
    assert "9 accepted = 9" in site.run("status").out
    entries = json.loads(site.run("log", "--json").out)
    assert [entry["issue"] for entry in entries] == [issue["issue"]] * 2
    assert "@example" not in json.dumps(entries)


def test_a_reader_who_leaves_early_is_no_error(site):
    with subprocess.Popen(
        [sys.executable, "-m", "syndicate", "list"],
        cwd=site.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


def test_an_unknown_issue_is_wrong_usage(small_site):
    for command in (("status", "weekly-1999-W01"), ("settle", "weekly-1999-W01")):
        ended = small_site.run(*command)
        assert ended.code == 2
        assert "weekly-1999-W01" in ended.err


def test_a_test_goes_to_anyone_is_marked_and_changes_nothing(small_site):
    ended = small_site.run("test", "me@example.org", "you@example.org")
    assert ended.code == 0
    assert "Nothing is recorded as sent" in ended.err
    first, second = (path.read_text("utf-8") for path in small_site.emails())
    assert "Subject: [TEST] The first article" in first + second
    assert json.loads(small_site.run("status", "--json").out) == {"issues": []}
    assert json.loads(small_site.run("list", "--json").out)["articles"] != []


def test_a_test_may_be_as_one_person_gets_it_and_then_the_issue_is_that_byte_for_byte(small_site):
    small_site.edit(
        "syndicate.toml",
        "audience =",
        """subject = "{{ lead.title }} for {{ recipient.name | or('you') }}"\naudience =""",
    )

    small_site.write("people.csv", "email,name\nann@example.com,Ann\n")

    def mail(pattern):
        (path,) = small_site.root.glob(f"outbox/{pattern}/0001.eml")
        return email.message_from_bytes(path.read_bytes(), policy=policy)

    refused = small_site.run("test", "me@example.org", "--as", "nobody@example.com")
    assert refused.code == 2
    assert "nobody@" not in refused.err
    assert small_site.run("test", "me@example.org", "--as", "ANN@example.com").code == 0
    small_site.run("send", "--yes")
    test, sent = mail("test-*"), mail("weekly-*")
    assert test["Subject"] == f"[TEST] {sent['Subject']}" == "[TEST] The first article for Ann"
    assert test["To"].addresses[0].addr_spec == "me@example.org"
    for kind in ("plain", "html"):
        ours, theirs = (one.get_body((kind,)).get_content() for one in (test, sent))
        leave = re.search(r"https://outbox\.invalid/[^\s\"]+", theirs)[0]
        assert ours == theirs.replace(leave, "https://small.example/")


def test_a_test_never_shows_a_wrong_address(small_site):
    ended = small_site.run("test", "not-an-address")
    assert ended.code == 2
    assert "Address 1" in ended.err


def test_a_new_site_can_be_sent_from_at_once(tmp_path, small_site):
    ended = small_site.run("init", tmp_path / "fresh", "--non-interactive", "--name", 'A "B" Ö')
    assert ended.code == 0
    fresh = type(small_site)(tmp_path / "fresh")
    assert fresh.run("check").code == 0
    assert fresh.run("send", "--yes").code == 0
    assert len(fresh.emails()) == 1


def test_a_new_site_is_asked_for_in_plain_words(tmp_path, small_site):
    answers = (
        "Garden News\nno address\ngarden.example\nGarden <hi@garden.example>\nEurope/Lodon\n"
        "Europe/London\n2 Lane, Kent\n"
    )
    ended = small_site.run("init", tmp_path / "asked", typed=answers)
    assert ended.code == 0
    text = (tmp_path / "asked/syndicate.toml").read_text("utf-8")
    assert 'title = "Garden News"' in text
    assert 'url = "https://garden.example"' in text
    assert 'sender = "Garden <hi@garden.example>"' in text
    assert 'timezone = "Europe/London"' in text
    assert 'address = "2 Lane, Kent"' in text


@pytest.mark.parametrize(
    "wrong",
    [
        ("--site", "not an address"),
        ("--sender", "nobody"),
        ("--provider", "pigeon"),
        ("--name", "two\nlines"),
    ],
)
def test_a_wrong_answer_makes_nothing(tmp_path, small_site, wrong):
    ended = small_site.run("init", tmp_path / "wrong", "--non-interactive", *wrong)
    assert ended.code == 2
    assert not (tmp_path / "wrong").exists()


def test_an_existing_site_is_never_changed(small_site):
    before = small_site.path("syndicate.toml").read_bytes()
    ended = small_site.run("init", "--non-interactive")
    assert ended.code == 2
    assert small_site.path("syndicate.toml").read_bytes() == before


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_that_ends_in_an_example(small_site, command):
    ended = small_site.run(command, "-h")
    assert ended.code == 0
    assert ended.out.rstrip().splitlines()[-1].strip().startswith(f"Example: syndicate {command}")


def test_help_loads_nothing_heavy():
    code = (
        "import sys\nfrom syndicate.cli import main\n"
        "main(['--help'], standalone_mode=False)\n"
        "heavy = {'premailer', 'requests', 'feedgen', 'jinja2', 'lxml', 'babel', 'rich', 'PIL',"
        " 'yaml', 'sqlite3', 'msgspec'}\n"
        "sys.exit(', '.join(sorted(heavy & sys.modules.keys())))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""


def test_an_ascii_terminal_gets_ascii(site):
    ended = site.run("list", env={"PYTHONIOENCODING": "ascii"})
    assert ended.code == 0
    assert "Why sitting isn't the enemy" in ended.out


def test_the_log_of_an_issue_that_there_is_not_says_so(small_site):
    small_site.run("send", "--yes")
    told = small_site.run("log", "--issue", "weekly").out
    assert told == 'The log tells nothing of "weekly". See: syndicate status\n'
