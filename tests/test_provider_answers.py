"""Single providers' own answers, as their documents write them, where they surprise.

What holds for all of them is in test_providers_contract.py.
"""

import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from campaign_servers import DESKS, CampaignServer
from lying_server import LyingServer, said
from syndicate.contracts import CampaignProvider, Provider
from syndicate.errors import Misconfigured, Refused, Throttled, Unavailable, Uncertain
from syndicate.models import Batch, Departure, HeldList, Mailbox, Message, Recipient, Stage
from syndicate.providers import TABLE, open_provider
from syndicate.providers.pieces import when
from tongues import TONGUES
from wild_web import WildWeb

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
MESSAGE = Message(
    "Backs", "", "<p>Backs hurt.</p>", "Backs hurt.", Mailbox("", "me@example.org"), (), ()
)
BATCH = Batch(
    "weekly-2026-W48",
    1,
    "weekly-2026-W48-b0001",
    tuple(
        Recipient(f"{name}@example.org", name.encode().ljust(16), line, {})
        for line, name in enumerate(("ann", "bob", "cas"), 2)
    ),
)
ANN, BOB, CAS = (one.key for one in BATCH.recipients)
ALONE = replace(BATCH, recipients=BATCH.recipients[:1])


@contextmanager
def serving(name, **more):
    tongue = TONGUES[name]
    with LyingServer(tongue) as server:
        settings = {"base_url": server.url, **tongue.settings, **more}
        opened = open_provider(name, settings, folder=Path(), env=tongue.env, clock=lambda: NOW)
        yield opened, server
        opened.close()


def answered(name, answer, batch=BATCH, status=200):
    """Hand a batch to a provider that answers so."""
    with serving(name) as (provider, server):
        server.will(said(json.dumps(answer).encode(), status))
        return provider.submit(provider.compose(MESSAGE, batch), batch)


def composed(name, message=MESSAGE, **more):
    with serving(name, **more) as (provider, _):
        return provider.compose(message, BATCH)


@pytest.mark.parametrize("name", TABLE)
def test_every_provider_can_be_asked_all_that_its_shape_is_asked(name):
    known = TONGUES.get(name) or DESKS.get(name)
    settings = known.settings if known else {}
    opened = open_provider(
        name, {"base_url": "http://127.0.0.1:9", **settings}, folder=Path(), env={},
        clock=lambda: NOW,
    )  # fmt: skip
    shape = CampaignProvider if opened.abilities.holds_list else Provider
    asked = {
        member
        for base in shape.__mro__
        for member in (*vars(base), *vars(base).get("__annotations__", {}))
        if not member.startswith("_")
    }
    assert {"key_names", "check", "patience"} < asked
    assert [member for member in asked if not hasattr(opened, member)] == []


# Postmark

INACTIVE = (
    "Message OK, but will not deliver to these inactive addresses: bob@example.org. Inactive "
    "recipients are ones that have generated a hard bounce or a spam complaint."
)
TAKEN = {"To": "x", "ErrorCode": 0, "Message": "OK", "MessageID": "b7bc2f4a"}


def test_postmark_refuses_one_in_a_success_by_code_or_by_what_it_says():
    odd = {"ErrorCode": 0, "Message": INACTIVE, "MessageID": "b7bc2f4b"}
    bad = {"ErrorCode": 300, "Message": "Invalid 'To' address: 'cas@example.org'."}
    receipt = answered("postmark", [TAKEN, odd, bad])
    assert [one.key for one in receipt.refused] == [BOB, CAS]
    assert not any("@" in one.reason for one in receipt.refused)


def test_postmark_took_what_is_only_delayed():
    late = {"Message": "Message accepted, but delivery may be delayed.", "MessageID": "b7bc2f4c"}
    assert answered("postmark", [TAKEN, late, TAKEN]).refused == ()


def test_postmark_stops_the_run_where_all_have_the_same_fault():
    fault = {"ErrorCode": 400, "Message": "The 'From' address me@example.org is no signature."}
    with pytest.raises(Refused, match="took nothing") as error:
        answered("postmark", [fault] * 3)
    assert "@" not in str(error.value)


def test_postmark_refuses_a_last_recipient_alone_without_stopping_the_run():
    receipt = answered("postmark", [{"ErrorCode": 406, "Message": "inactive"}], ALONE)
    assert [one.key for one in receipt.refused] == [ANN]


# Amazon SES


def results(*statuses):
    told = [{"Status": one} if one != "SUCCESS" else {"Status": one, "MessageId": "1"}
            for one in statuses]  # fmt: skip
    return {"BulkEmailEntryResults": told}


def test_ses_answers_entry_by_entry():
    receipt = answered("ses", results("SUCCESS", "ACCOUNT_THROTTLED", "MESSAGE_REJECTED"))
    assert [one.key for one in receipt.refused] == [BOB, CAS]


def test_ses_that_throttles_everybody_is_waited_for():
    with pytest.raises(Throttled):
        answered("ses", results(*["ACCOUNT_THROTTLED"] * 3))


@pytest.mark.parametrize(("rate", "size", "pace"), [(1, 1, 1), (14, 14, 1), (500, 50, 10)])
def test_ses_is_handed_no_more_in_a_second_than_the_account_may(rate, size, pace):
    with serving("ses", max_send_rate=rate) as (provider, _):
        assert (provider.limits.batch_size, provider.limits.calls_per_second) == (size, pace)


def test_ses_that_refuses_the_account_stops_the_run():
    with pytest.raises(Refused, match="account_sending_paused"):
        answered("ses", results(*["ACCOUNT_SENDING_PAUSED"] * 3))


# Mandrill


def rejected(*reasons):
    return [
        {"email": f"{name}@example.org", "_id": "1", "reject_reason": reason,
         "status": "rejected" if reason else "sent"}
        for name, reason in zip(("ann", "bob", "cas"), reasons, strict=True)
    ]  # fmt: skip


def test_mandrill_rejects_within_a_success():
    receipt = answered("mandrill", rejected(None, "hard-bounce", "unsub"))
    assert [(one.key, one.reason) for one in receipt.refused] == [
        (BOB, "hard-bounce"), (CAS, "unsub"),
    ]  # fmt: skip


def test_mandrill_that_rejects_the_sender_stops_the_run():
    with pytest.raises(Refused, match="unsigned"):
        answered("mandrill", rejected(*["unsigned"] * 3))
    assert len(answered("mandrill", rejected(*["hard-bounce"] * 3)).refused) == 3


# Mailjet


@pytest.mark.parametrize("status", [200, 400, 401, 403])
def test_mailjet_mixes_whatever_the_status(status):
    good = {"Status": "success", "To": [{"Email": "x", "MessageUUID": "u1"}]}
    bad = {"Status": "error", "Errors": [{"ErrorCode": "mj-0013", "ErrorMessage": "bad address"}]}
    receipt = answered("mailjet", {"Messages": [good, bad, good]}, status=status)
    assert [(one.key, one.reason) for one in receipt.refused] == [(BOB, "bad address")]


def test_mailjet_that_refuses_the_call_takes_nothing():
    with pytest.raises(Refused, match="Malformed"):
        answered("mailjet", {"ErrorCode": "mj-0002", "ErrorMessage": "Malformed JSON"}, status=400)


# SparkPost


def counted(accepted, rejected):
    return {
        "results": {
            "id": "11668787484950529",
            "total_accepted_recipients": accepted,
            "total_rejected_recipients": rejected,
        }
    }


def test_sparkpost_counts_and_names_nobody():
    assert answered("sparkpost", counted(3, 0)).doubtful == ()
    assert answered("sparkpost", counted(2, 1)).doubtful == (ANN, BOB, CAS)
    assert len(answered("sparkpost", counted(0, 3)).refused) == 3
    with pytest.raises(Uncertain):
        answered("sparkpost", counted(1, 1))


# Brevo


def test_brevo_knows_a_key_again_without_saying_what_became_of_the_first_call():
    with serving("brevo") as (provider, server):
        call = provider.compose(MESSAGE, BATCH)
        provider.submit(call, BATCH)
        with pytest.raises(Uncertain, match="settle"):
            provider.submit(call, BATCH)
        assert not server.twice()
        assert len(server.taken) == 3


def test_brevo_drops_everything_where_a_test_asks_for_it():
    headers = json.loads(composed("brevo", sandbox=True).body)["headers"]
    assert headers["X-Sib-Sandbox"] == "drop"
    assert "X-Sib-Sandbox" not in json.loads(composed("brevo").body)["headers"]


# Test modes of the others


def test_mailgun_and_sendgrid_and_mailjet_deliver_nothing_in_their_test_modes():
    assert b'name="o:testmode"\r\n\r\nyes' in composed("mailgun", test_mode=True).body
    sandbox = json.loads(composed("sendgrid", sandbox=True).body)["mail_settings"]
    assert sandbox == {"sandbox_mode": {"enable": True}}
    assert json.loads(composed("mailjet", sandbox=True).body)["SandboxMode"] is True


# Who a draft goes to, as the provider itself shows it


@contextmanager
def desk(name):
    desk = DESKS[name]()
    with CampaignServer(desk) as server:
        settings = {"base_url": server.url, **desk.settings}
        opened = open_provider(name, settings, folder=Path(), env=desk.env, clock=lambda: NOW)
        yield opened, desk
        opened.close()


MARK = "small.example/weekly-2026-W48/" + "c" * 64
EVERYBODY = {
    "kit": {"subscriber_filter": [{"all": [{"type": "all_subscribers"}]}]},
    "sendgrid-singlesends": {"send_to": {"list_ids": [], "segment_ids": [], "all": True}},
    "buttondown": {"filters": {"filters": [], "groups": [], "predicate": "and"}},
}


@pytest.mark.parametrize("name", EVERYBODY)
def test_a_draft_that_somebody_turned_to_everybody_is_told_apart(name):
    with desk(name) as (opened, kept):
        sender = replace(MESSAGE, sender=Mailbox("", "hello@example.org"))
        tag = getattr(kept, "segment_id", kept.audience) if name == "buttondown" else kept.audience
        made = opened.create(sender, HeldList(tag, "Weekly readers", 42), MARK)
        assert opened.read(made.reference).audience == tag
        kept.kept[int(made.reference)]["body"] |= EVERYBODY[name]
        assert opened.read(made.reference).audience != tag


def test_buttondown_mails_only_the_newsletter_whose_key_it_is_given():
    with desk("buttondown") as (opened, _), pytest.raises(Misconfigured, match="Another"):
        opened.audience("Another", "")


def test_kit_shows_no_state_so_a_time_to_go_tells():
    with desk("kit") as (opened, kept):
        made = opened.create(MESSAGE, HeldList("7", "Weekly readers", 42), MARK)
        assert "status" not in kept.shown(made.reference)
        assert opened.read(made.reference).stage is Stage.DRAFT
        opened.flip(made.reference, None)
        assert opened.read(made.reference).stage is Stage.GONE


def test_resend_stops_a_broadcast_on_its_way_which_is_too_late():
    with desk("resend-broadcasts") as (opened, _):
        made = opened.create(MESSAGE, HeldList("seg1", "Weekly readers", 142), MARK)
        opened.flip(made.reference, None)
        opened.take_back(made.reference)
        assert opened.read(made.reference).stage is Stage.STOPPED


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        f"Mon, {'9' * 20} Jan 2024 00:00:00 GMT",
        f"Mon, 01 Jan {'9' * 20} 00:00:00 GMT",
        f"Mon, 01 Jan 2024 00:00:00 +{'9' * 20}",
    ],
)
def test_a_time_that_makes_no_sense_is_none(text):
    assert when(text) is None


@contextmanager
def browsing(name, pages):
    """Open a provider whose questions are answered by these pages, and by 404 beside them."""
    known = TONGUES.get(name) or DESKS[name]
    with WildWeb() as web:
        web.pages = {path: (200, {}, json.dumps(page).encode()) for path, page in pages.items()}
        settings = {**known.settings, "base_url": web.url()}
        opened = open_provider(
            name, settings, folder=Path(), env=known.env, clock=lambda: NOW, pause=lambda _: None
        )
        yield opened
        opened.close()


def test_a_next_page_that_is_no_address_is_no_end_of_a_list():
    page = {"items": [{"address": "ann@example.org"}], "paging": {"next": "https://[x/"}}
    with browsing("mailgun", {"/v3/mg.example.org/unsubscribes?limit=1000": page}) as provider:
        left = iter(provider.departures(NOW))
        assert next(left).address == "ann@example.org"
        with pytest.raises(Unavailable, match="makes no sense"):
            next(left)


def test_a_time_beyond_all_calendars_hides_nobody_who_left():
    path = f"/v3/suppression/bounces?start_time={int(NOW.timestamp())}&limit=500&offset=0"
    page = [{"email": "ann@example.org", "created": 10**17}]
    with browsing("sendgrid", {path: page}) as provider:
        assert list(provider.departures(NOW)) == [Departure("ann@example.org", "bounced", None)]


def test_campaigns_whose_ids_are_no_numbers_are_found_all_the_same():
    found = [
        {"id": id_, "name": "a/b/c", "status": "draft", "emails": [{"subject": "Backs"}]}
        for id_ in ("10", "9", "draft-1")
    ]
    pages = {f"/api/campaigns/{one['id']}": {"data": one} for one in found}
    pages["/api/campaigns?filter%5Bstatus%5D=draft&limit=25&page=1"] = {"data": found}
    with browsing("mailerlite", pages) as provider:
        assert [one.reference for one in provider.find("a/b/c")] == ["9", "10", "draft-1"]


def test_a_list_whose_pages_are_all_the_same_comes_to_an_end():
    page = [{"email": f"p{n}@example.org", "created": 1} for n in range(500)]
    path = "/v3/suppression/unsubscribes?start_time={}&limit=500&offset={}"
    pages = {path.format(int(NOW.timestamp()), offset): page for offset in (0, 500)}
    left = []
    with (
        browsing("sendgrid", pages) as provider,
        pytest.raises(Unavailable, match="makes no sense"),
    ):
        left.extend(provider.departures(NOW))
    path = "/v3/mg.example.org/unsubscribes?limit=1000"
    page = {"items": [{"address": "ann@example.org"}], "paging": {"next": f"https://x.org{path}"}}
    with browsing("mailgun", {path: page}) as provider, pytest.raises(Unavailable):
        left.extend(provider.departures(NOW))


def test_a_list_that_goes_on_with_the_same_token_comes_to_an_end():
    path = "/v2/email/suppression/addresses?StartDate=2026-11-23T09%3A00%3A00Z&PageSize=1000"
    page = {"SuppressedDestinationSummaries": [{"EmailAddress": "ann@example.org"}]}
    again = {**page, "NextToken": "more"}
    pages = {path: again, f"{path}&NextToken=more": again}
    with browsing("ses", pages) as provider, pytest.raises(Unavailable, match="makes no sense"):
        list(provider.departures(NOW))
