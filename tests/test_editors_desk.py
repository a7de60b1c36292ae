"""The week of an editor: due times, thin issues, notes, tests and approvals, by a clock of ours."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from syndicate import config as configuration
from syndicate.cli import go, notes
from syndicate.cli.desk import Desk
from syndicate.cli.ending import Exit
from syndicate.cli.order import Order
from syndicate.cli.rhythm import SKIPPED, Rhythm
from syndicate.cli.vouching import APPROVED, vouched
from syndicate.cli.weeks import send_all_due
from syndicate.cli.wishes import Asked
from syndicate.errors import AudienceError, ConfigError
from syndicate.models import LogEntry

#: a Monday
MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
WEEK = timedelta(days=7)


class Editor:
    """Somebody at a site, at a time of our choice."""

    def __init__(self, site, *lines):
        self.site = site
        if lines:
            site.edit("syndicate.toml", "audience =", "\n".join(lines) + "\naudience =")

    def desk(self, now):
        return Desk(configuration.load(self.site.path("syndicate.toml")), now, "priya@desk")

    def send(self, now, newsletter="weekly", *, dry_run=False, **asked):
        order = Order(
            self.desk(now), newsletter, None, yes=True, dry_run=dry_run, asked=Asked(**asked)
        )
        return go.send(order)

    def rhythm(self, now, newsletter="weekly"):
        desk = self.desk(now)
        with desk.ledger() as ledger:
            rhythm = Rhythm(desk.config, newsletter, ledger)
            return rhythm.next(now), rhythm.is_due(now), rhythm.late(now)

    def skip(self, now):
        desk = self.desk(now)
        with desk.ledger(write=True) as ledger:
            Rhythm(desk.config, "weekly", ledger).note(SKIPPED, "left out: snow", "tom", now)

    def log(self):
        return [entry["text"] for entry in json.loads(self.site.run("log", "--json").out)]

    def site_issues(self):
        with self.desk(MONDAY).ledger() as ledger:
            return ledger.issues()

    def message(self):
        desk = self.desk(MONDAY)
        with desk.ledger() as ledger:
            return ledger.message(ledger.issues()[0].id)


@pytest.fixture
def editor(small_site):
    return Editor(small_site, 'due = "Monday 09:30"')


def test_what_is_sent_before_its_due_time_counts_for_it(editor):
    early = MONDAY - timedelta(minutes=50)
    editor.send(early)
    assert editor.rhythm(MONDAY + timedelta(hours=5)) == (MONDAY + WEEK, None, "")


def test_a_newsletter_is_late_three_hours_after_its_due_time(editor):
    editor.send(MONDAY)
    due = MONDAY + WEEK
    assert editor.rhythm(due + timedelta(hours=2)) == (due, due, "")
    assert editor.rhythm(due + timedelta(hours=4))[2] == (
        "Small Weekly is late: due Monday 30 November 2026, 09:30 UTC; "
        "nothing was sent, nothing was skipped."
    )


def test_a_week_that_a_person_left_out_is_neither_due_nor_late(editor, capsys):
    editor.send(MONDAY)
    due = MONDAY + WEEK
    editor.skip(due - timedelta(hours=1))
    assert editor.rhythm(due + timedelta(hours=4)) == (due + WEEK, None, "")
    editor.site.article()
    assert editor.send(due) == (None, Exit.DONE)
    assert "left out: snow (said tom)" in capsys.readouterr().err
    assert editor.send(due + WEEK)[0].number == 2


def test_two_weeks_running_with_too_little_are_late(editor):
    editor.send(MONDAY)
    first, second = MONDAY + WEEK, MONDAY + 2 * WEEK
    assert editor.send(first) == (None, Exit.DONE)
    assert editor.rhythm(first + timedelta(hours=4)) == (second, None, "")
    editor.send(second)
    assert editor.rhythm(second + timedelta(hours=4))[2] == (
        "Small Weekly is late: due Monday 7 December 2026, 09:30 UTC, skipped for 2 weeks running."
    )
    assert any("nothing sent: there is nothing new" in text for text in editor.log())


def test_a_newsletter_that_was_never_sent_is_due_but_not_late(editor):
    assert editor.rhythm(MONDAY + timedelta(hours=9)) == (MONDAY, MONDAY, "")


@pytest.mark.parametrize(
    ("zone", "due"),
    [
        ("Pacific/Auckland", "2026-11-22T20:30:00+00:00"),
        ("America/Los_Angeles", "2026-11-23T17:30:00+00:00"),
    ],
)
def test_a_due_time_is_that_of_the_site_s_zone(editor, zone, due):
    editor.site.edit("syndicate.toml", 'title = "Small"\n', f'title = "S"\ntimezone = "{zone}"\n')
    when = datetime.fromisoformat(due)
    assert editor.rhythm(when)[1] == when
    assert editor.rhythm(when - timedelta(minutes=1))[1] == when - WEEK


@pytest.mark.parametrize("sunday", ["2026-03-29", "2026-10-25"])
def test_the_rhythm_is_kept_when_the_clocks_change(editor, sunday):
    editor.site.edit(
        "syndicate.toml", 'title = "Small"\n', 'title = "S"\ntimezone = "Europe/London"\n'
    )
    editor.site.edit("articles/first.md", "2026-11-20", "2026-01-01")
    due = datetime.fromisoformat(f"{sunday}T09:30:00Z") + timedelta(days=1)
    due -= timedelta(hours=1) if sunday < "2026-06" else timedelta()
    editor.send(due - WEEK)
    assert editor.rhythm(due - timedelta(hours=3))[0] == due
    editor.site.article(date="2026-01-02")
    editor.send(due)
    assert editor.rhythm(due + timedelta(hours=3)) == (due + WEEK, None, "")


def test_status_tells_the_next_due_time_and_fails_when_late(editor):
    editor.site.edit("articles/first.md", "2026-11-20", "2026-01-01")
    editor.send(datetime(2026, 2, 2, 9, 30, tzinfo=UTC))
    ended = editor.site.run("status", "--fail-if-late")
    assert ended.code == 5
    assert "Small Weekly is late: due Monday" in ended.err
    assert "Small Weekly: due since Monday" in ended.out
    (told,) = json.loads(editor.site.run("status", "--json").out)["due"]
    assert told["newsletter"] == "weekly"
    assert told["late"].startswith("Small Weekly is late")
    skipped = editor.site.run("skip", "--reason", "nobody here")
    assert skipped.code == 0
    assert editor.site.run("status", "--fail-if-late").code == 0
    assert any("left out: nobody here" in text for text in editor.log())


def test_a_thin_issue_is_skipped_unless_the_newsletter_says_to_send_it(editor, capsys):
    editor.site.edit(
        "syndicate.toml", "audience =", 'min_articles = 2\non_thin = "ask"\naudience ='
    )
    assert editor.send(MONDAY) == (None, Exit.DONE)
    assert "Skipped: 1 new article, and min_articles is 2" in capsys.readouterr().err
    editor.site.edit("syndicate.toml", '"ask"', '"send"')
    assert editor.send(MONDAY)[0].number == 1
    assert "on_thin says to send" in capsys.readouterr().err


SECOND = (
    '[newsletters.digest]\ntitle = "Digest"\nsender = "S <s@small.example>"\n'
    'audience = "people.csv"\ndue = "Monday 09:30"\nlanguage = "de"\ninclude_tags = ["x"]\n'
)


@pytest.fixture
def two(editor):
    path = editor.site.path("syndicate.toml")
    path.write_text(path.read_text() + SECOND)
    editor.site.article("tagged", "A tagged one", "2026-11-19", "tags: [x]\n")
    return editor


def all_due(editor, now, *, yes=True):
    return send_all_due(editor.desk(now), lambda name: editor.send(now, name), yes=yes)


def test_all_that_is_due_goes_once_each_with_its_own_language_and_tags(two):
    assert all_due(two, MONDAY - timedelta(minutes=1), yes=False) != []  # last week's
    outcomes = all_due(two, MONDAY)
    assert outcomes == []
    sent = {issue.newsletter: issue for issue in two.site_issues()}
    assert {name: len(issue.articles) for name, issue in sent.items()} == {"weekly": 2, "digest": 1}


def test_a_newsletter_may_have_a_theme_of_its_own(two):
    two.site.edit("syndicate.toml", 'language = "de"', 'theme = { accent = "#7a1f5f" }')
    two.send(MONDAY)
    assert "#7a1f5f" not in two.message().html
    two.send(MONDAY, "digest")
    assert "#7a1f5f" in two.message().html
    two.site.edit("syndicate.toml", "#7a1f5f", "red")
    ended = two.site.run("list", "--newsletter", "weekly")
    assert ended.code == 2
    assert "[newsletters.digest] theme" in ended.err


def test_what_stops_one_newsletter_does_not_stop_the_others(two):
    two.site.edit("syndicate.toml", 'audience = "people.csv"\ndue', 'audience = "gone.csv"\ndue')
    ends = [(issue and issue.newsletter, code) for issue, code in all_due(two, MONDAY)]
    assert sorted(ends, key=str) == [("weekly", Exit.DONE), (None, Exit.CHECK)]


def test_a_machine_that_woke_up_late_sends_nothing_and_says_so(editor, capsys):
    assert all_due(editor, MONDAY + timedelta(hours=7)) == [(None, Exit.BUSY)]
    assert "syndicate send weekly" in capsys.readouterr().err
    assert editor.site.emails() == []


def test_without_a_due_time_nothing_can_be_due(small_site):
    ended = small_site.run("send", "--all-due", "--yes")
    assert ended.code == 2
    assert 'due = "Monday 09:30"' in ended.err
    assert small_site.run("send", "weekly", "--all-due", "--yes").code == 2


def test_a_note_is_used_once_and_filed_with_its_issue(editor):
    editor.site.write("notes/next.md", "Frost is **forecast**.\n")
    issue, _ = editor.send(MONDAY)
    assert "<strong" in editor.message().html
    assert "Frost is" in editor.message().text
    assert not editor.site.path("notes/next.md").exists()
    assert editor.site.path(f"notes/{issue.id}.md").read_text() == "Frost is **forecast**.\n"
    editor.site.article()
    editor.send(MONDAY + WEEK)
    assert "Frost" not in editor.message().html


def test_a_note_stays_when_nothing_is_sent(editor):
    editor.site.write("notes/next.md", "Frost.")
    editor.send(MONDAY, dry_run=True)
    assert [path.name for path in editor.site.path("notes").iterdir()] == ["next.md"]


def test_a_crash_between_freezing_and_filing_uses_no_note_twice(editor, capsys):
    editor.site.write("notes/next.md", "Frost.")
    issue, _ = editor.send(MONDAY)
    # As if the power had gone before the file did:
    editor.site.write("notes/next.md", "Frost.")
    editor.site.article()
    editor.send(MONDAY + WEEK)
    assert "counts as used" in capsys.readouterr().err
    assert "Frost" not in editor.message().html
    assert [path.stem for path in editor.site.path("notes").iterdir()] == [issue.id]


def test_a_crash_between_filing_and_freezing_keeps_the_note(editor):
    editor.site.write("notes/next.md", "Frost.")
    note = notes.waiting(editor.desk(MONDAY).config, "weekly", None)
    notes.keep(editor.desk(MONDAY).config, note, "weekly-2026-W48")
    editor.send(MONDAY)
    assert "Frost" in editor.message().html


def test_a_note_on_the_command_line_goes_before_the_one_that_waits(editor, capsys):
    editor.site.write("notes/next.md", "Frost.")
    editor.send(MONDAY, note="Sun.", subject="Only this: {{ lead.title }}")
    assert "Sun." in editor.message().html
    assert "waits for a later issue" in capsys.readouterr().err
    assert editor.site.path("notes/next.md").exists()
    assert editor.message().subject == "Only this: The first article"


def test_each_of_several_newsletters_has_its_own_note(two):
    two.site.write("notes/next.md", "For whom?")
    with pytest.raises(ConfigError, match=r"notes/next\.md: for which newsletter\?"):
        two.send(MONDAY)
    two.site.path("notes/next.md").rename(two.site.path("notes/next-digest.md"))
    two.send(MONDAY)
    assert "For whom" not in two.message().html
    two.send(MONDAY, "digest")
    assert "For whom" in two.message().html


def test_a_note_that_is_no_text_is_said(editor):
    editor.site.write("notes/next.md", "")
    editor.site.path("notes/next.md").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="not UTF-8"):
        editor.send(MONDAY)


def test_closing_and_call_to_action_come_from_the_configuration(editor):
    editor.site.edit(
        "syndicate.toml",
        "audience =",
        'closing = "Until **next** week."\n'
        'cta = { title = "Come", text = "On Friday.", label = "Join", '
        'url = "https://a.example/" }\n'
        "audience =",
    )
    editor.send(MONDAY)
    html = editor.message().html
    assert all(text in html for text in ("Until <strong", "On Friday.", "https://a.example/"))
    editor.site.edit("syndicate.toml", "https://a.example/", "javascript:x")
    ended = editor.site.run("list")
    assert ended.code == 2
    assert "where a button can lead" in ended.err


def test_sections_have_headings_and_the_rest_has_the_one_of_choice(editor):
    editor.site.edit(
        "syndicate.toml", "audience =", 'sections = ["at-work"]\nrest = "More"\naudience ='
    )
    editor.site.article("two", "The second", "2026-11-19", "tags: [at-work]\n")
    editor.site.article("three", "The third", "2026-11-18")
    editor.send(MONDAY)
    text = editor.message().text
    places = [text.index(part) for part in ("The first", "At work", "The second", "More", "The t")]
    assert places == sorted(places)
    assert (
        "at-work"
        in editor.site.run("list", "--all", "--include", "second", "--include", "first").out
    )


SEGMENT = "email,name,country,plan\na@x.example,A,SE,pro\nb@x.example,B,se, Team\nc@x.example,C,SE,\nd@x.example,D,NO,pro\n"  # noqa: E501


def test_a_segment_gets_the_issue_and_the_others_are_counted(editor, capsys):
    editor.site.write("people.csv", SEGMENT)
    editor.site.edit(
        "syndicate.toml",
        "audience =",
        'where = { country = "SE", plan = ["pro", "team"] }\naudience =',
    )
    issue, _ = editor.send(MONDAY)
    assert issue.counts.frozen == 2
    assert issue.excluded == {}
    talk = capsys.readouterr().err
    assert "people.csv: 2 people" in talk
    assert "where country is SE and plan is pro or team; 2 others" in talk


def test_a_segment_names_columns_that_there_are(editor):
    editor.site.write("people.csv", SEGMENT)
    editor.site.edit("syndicate.toml", "audience =", "where = { contry = 1 }\naudience =")
    with pytest.raises(
        AudienceError, match=r'no column "contry" for where\. Did you mean "country"'
    ):
        editor.send(MONDAY)
    editor.site.edit("syndicate.toml", "contry", "country")
    with pytest.raises(AudienceError, match="nobody where country is 1 is left"):
        editor.send(MONDAY)


def test_subjects_against_each_other_are_refused_in_words(editor):
    editor.site.edit("syndicate.toml", "audience =", 'subjects = ["A", "B"]\naudience =')
    ended = editor.site.run("list")
    assert ended.code == 2
    assert "one subject for everybody" in ended.err


def test_a_due_time_is_an_english_day_and_a_time(editor):
    editor.site.edit("syndicate.toml", "Monday 09:30", "Montag 9 Uhr")
    ended = editor.site.run("list")
    assert ended.code == 2
    assert 'Write it like "Monday 09:30"' in ended.err


def test_a_change_of_more_than_a_fifth_is_pointed_out(editor, capsys):
    people = [f"p{n}@x.example" for n in range(10)]
    editor.site.write("people.csv", "\n".join(["email", *people]))
    editor.send(MONDAY)
    assert "Look" not in capsys.readouterr().err
    for count, expected in ((12, False), (13, True), (7, True)):
        people = [f"p{n}@x.example" for n in range(count)]
        editor.site.write("people.csv", "\n".join(["email", *people]))
        editor.site.article()
        editor.send(MONDAY + WEEK, dry_run=True)
        talk = capsys.readouterr().err
        assert f"{count} people   (issue 1: 10)" in talk
        assert ("people more than issue 1" in talk or "people fewer" in talk) is expected
        assert "Monday 30 November 2026, 09:30 UTC" in talk


def test_a_test_is_remembered_until_something_changes(editor):
    assert editor.site.run("test", "me@x.example").code == 0
    ended = editor.site.run("send", "--dry-run")
    assert ", tested " in ended.err
    assert "no longer" not in ended.err
    ended = editor.site.run("send", "--yes", "--note", "Frost.")
    assert "not tested since it changed" in ended.err
    assert "This is no longer what was tested: " in ended.err
    assert "me@x.example" not in "".join(editor.log())


def test_an_issue_that_needs_a_yes_waits_for_one_bound_to_its_content(editor):
    editor.site.edit("syndicate.toml", "audience =", "approval = true\naudience =")
    ended = editor.site.run("send", "--yes")
    assert ended.code == 1
    assert "not approved" in ended.err
    assert editor.site.run("approve", "--by", "Tom", "--note", "Fine").code == 0
    editor.site.edit("articles/first.md", "The first article", "The very first article")
    ended = editor.site.run("send", "--yes")
    assert ended.code == 1
    assert "This is no longer what was approved: " in ended.err
    assert editor.site.run("approve", "weekly", "--by", "Tom").code == 0
    ended = editor.site.run("send", "--yes")
    assert ended.code == 0
    assert "approved " in ended.err
    assert next(one for one in editor.log() if one.startswith("Tom approved")).endswith("Fine")


def test_what_was_tested_with_a_note_is_approved_by_its_digits(editor):
    editor.site.edit("syndicate.toml", "audience =", "approval = true\naudience =")
    tested = editor.site.run("test", "me@x.example", "--note", "Frost.").err
    digits = tested.partition("(")[2][:6]
    assert "It was tested" in editor.site.run("approve", digits, "--by", "Tom").err
    assert editor.site.run("send", "--yes").code == 1
    assert editor.site.run("send", "--yes", "--note", "Frost.").code == 0


def test_the_date_in_an_issue_is_part_of_what_is_approved(editor, capsys):
    editor.site.edit("syndicate.toml", "audience =", "approval = true\naudience =")
    desk = editor.desk(MONDAY)
    with desk.ledger(write=True) as ledger:
        ledger.secret(None)
        source = desk.source()
        draft = desk.draft(ledger, "weekly", source, desk.choice(ledger, "weekly", source.read()))
        ledger.note(LogEntry(MONDAY, "tom", "yes", draft.id, APPROVED, draft.content_hash))
        assert vouched(ledger, draft, APPROVED).now is not None
    assert editor.send(MONDAY + timedelta(days=1)) == (None, Exit.CHECK)
    assert (
        "The date that stands in it is another one: it was approved on Monday 23 November 2026"
        in capsys.readouterr().err
    )
    assert editor.send(MONDAY + timedelta(hours=3))[1] is Exit.DONE


def test_only_the_next_issue_can_be_approved(small_site):
    for wrong in ("weekly-1999-W01", "nonsense"):
        ended = small_site.run("approve", wrong, "--by", "Tom")
        assert ended.code == 2
        assert wrong in ended.err


def test_an_unfinished_issue_takes_no_wishes(editor):
    editor.site.edit("syndicate.toml", "[newsletters", 'publish = "exit 7"\n[newsletters')
    assert editor.site.run("send", "--yes").code == 2
    ended = editor.site.run("send", "--yes", "--note", "Frost.")
    assert ended.code == 2
    assert "nothing in it changes any more" in ended.err
