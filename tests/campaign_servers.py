"""Providers that hold the list, small: they keep drafts, let them go once, and lose calls if told.

    with CampaignServer(BrevoDesk()) as server:
        server.will("cut after")  # one for each changing call; then it does what it is asked
        ...
        server.desk.kept, server.desk.gone

Each desk speaks one provider's API, written from its document, not from the adapter.
"""

# ruff: noqa: RUF012 -- what a desk is set up with never changes

import json
import re
import threading
from collections import Counter, deque
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from tongues import plain, several

#: what may happen to a call that changes something, beside being done
TROUBLES = ("cut after", "cut before", "500 after", "500 before", "429", "422")


class AbsentError(Exception):
    """There is nothing at that path."""


class Desk:
    """What the desks share: campaigns by their number, and how often each mark was let go."""

    settings: dict = {}
    env: dict = {}
    #: what marks who a campaign goes to, as the adapter shows it
    audience = "1"
    list_name, people = "Weekly readers", 42
    tested: list

    def __init__(self):
        self.kept, self.gone, self.tested, self.keys = {}, Counter(), [], {}

    def add(self, campaign):
        number = len(self.kept) + 1
        self.kept[number] = {"stage": "draft", **campaign}
        return number

    def one(self, number):
        if int(number) not in self.kept:
            raise AbsentError
        return self.kept[int(number)]

    def let_go(self, number, stage="gone"):
        """Let a draft go; anything else is refused, as the providers do."""
        one = self.one(number)
        if one["stage"] != "draft":
            return 400, {"message": "this campaign is not a draft"}
        one["stage"] = stage
        if stage == "gone":
            self.gone[one["marker"]] += 1
        return 200, {}

    def handle(self, method, path, query, body):
        for verb, pattern, name in self.routes:
            found = re.fullmatch(pattern, path)
            if found and verb == method:
                return getattr(self, name)(*found.groups(), query=query, body=body)
        raise AbsentError


class BrevoDesk(Desk):
    env = {"BREVO_API_KEY": "brevo-key"}
    routes = (
        ("GET", "/v3/contacts/lists", "lists"),
        ("POST", "/v3/emailCampaigns", "create"),
        ("GET", "/v3/emailCampaigns", "all"),
        ("GET", r"/v3/emailCampaigns/(\d+)", "show"),
        ("PUT", r"/v3/emailCampaigns/(\d+)", "change"),
        ("DELETE", r"/v3/emailCampaigns/(\d+)", "delete"),
        ("POST", r"/v3/emailCampaigns/(\d+)/sendNow", "send"),
        ("POST", r"/v3/emailCampaigns/(\d+)/sendTest", "test"),
    )

    def answers(self, body):
        return (("", body["replyTo"]),)

    def lists(self, **_):
        names = ((1, self.list_name, self.people), (2, "Twice", 1), (3, "Twice", 2))
        return 200, {
            "lists": [{"id": n, "name": name, "uniqueSubscribers": p} for n, name, p in names]
        }

    def create(self, body, **_):
        assert "scheduledAt" not in body
        return 201, {"id": self.add(self.taken(body))}

    def taken(self, body):
        assert {"name", "subject", "sender", "htmlContent", "recipients"} <= set(body)
        (list_,) = body["recipients"]["listIds"]
        return {
            "marker": body["name"],
            "audience": list_,
            "subject": body["subject"],
            "html": body["htmlContent"],
            "body": body,
        }

    def shown(self, number):
        one = self.one(number)
        status = {"draft": "draft", "gone": "in_process", "stopped": "suspended"}[one["stage"]]
        return {
            "id": int(number),
            "name": one["marker"],
            "status": status,
            "subject": one["subject"],
            "htmlContent": one["html"],
            "recipients": {"lists": [one["audience"]], "exclusionLists": []},
            "statistics": {"globalStats": {"sent": 42, "delivered": 41, "hardBounces": 1}},
        }

    def all(self, query, **_):
        assert query["sort"] == ["desc"]
        rows = [self.shown(number) for number in reversed(self.kept)]
        return 200, {"campaigns": rows, "count": len(rows)}

    def show(self, number, **_):
        return 200, self.shown(number)

    def change(self, number, body, **_):
        self.one(number).update(self.taken(body))
        return 204, None

    def delete(self, number, **_):
        del self.kept[int(number)]
        return 204, None

    def send(self, number, **_):
        status, answer = self.let_go(number)
        return (204, None) if status == 200 else (status, answer)

    def test(self, number, body, **_):
        self.one(number)
        self.tested += body["emailTo"]
        return 204, None


class MailchimpDesk(Desk):
    env = {"MAILCHIMP_API_KEY": "chimp-us21"}
    audience = "abc1"
    segment_id = "abc1/7"
    routes = (
        ("GET", "/3.0/lists", "lists"),
        ("GET", "/3.0/lists/abc1/segments", "segments"),
        ("GET", "/3.0/campaigns", "all"),
        ("POST", "/3.0/campaigns", "create"),
        ("GET", r"/3.0/campaigns/(\d+)", "show"),
        ("PATCH", r"/3.0/campaigns/(\d+)", "change"),
        ("DELETE", r"/3.0/campaigns/(\d+)", "delete"),
        ("GET", r"/3.0/campaigns/(\d+)/content", "content"),
        ("PUT", r"/3.0/campaigns/(\d+)/content", "put_content"),
        ("POST", r"/3.0/campaigns/(\d+)/actions/(\w+)", "act"),
        ("GET", r"/3.0/reports/(\d+)", "report"),
    )

    def lists(self, query, **_):
        assert query["fields"], "whole lists are megabytes"
        names = (("abc1", self.list_name, self.people), ("x", "Twice", 1), ("y", "Twice", 2))
        return 200, {
            "lists": [{"id": i, "name": n, "stats": {"member_count": p}} for i, n, p in names]
        }

    def segments(self, **_):
        return 200, {"segments": [{"id": 7, "name": "Germany", "member_count": 5}]}

    def taken(self, body):
        to, settings = body["recipients"], body["settings"]
        part = to.get("segment_opts", {}).get("saved_segment_id")
        return {
            "marker": settings["title"],
            "audience": to["list_id"],
            "segment": part,
            "subject": settings["subject_line"],
            "body": body,
        }

    def create(self, body, **_):
        assert body["type"] == "regular"
        return 200, self.shown(self.add({"html": "", **self.taken(body)}))

    def shown(self, number):
        one = self.one(number)
        status = {
            "draft": "save", "gone": "sending", "scheduled": "schedule", "stopped": "paused",
        }[one["stage"]]  # fmt: skip
        options = {"segment_opts": {"saved_segment_id": one["segment"]}} if one["segment"] else {}
        return {
            "id": str(number),
            "status": status,
            "settings": {"title": one["marker"], "subject_line": one["subject"]},
            "recipients": {"list_id": one["audience"], "recipient_count": 42, **options},
        }

    def all(self, query, **_):
        assert "campaigns.settings.title" in query["fields"][0].split(",")
        return 200, {"campaigns": [self.shown(number) for number in reversed(self.kept)]}

    def show(self, number, **_):
        return 200, self.shown(number)

    def change(self, number, body, **_):
        assert "type" not in body
        self.one(number).update(self.taken(body))
        return 200, self.shown(number)

    def delete(self, number, **_):
        del self.kept[int(number)]
        return 204, None

    def content(self, number, **_):
        html = self.one(number)["html"]
        return 200, {"html": html + "<p>Sent by Mailchimp</p>" if html else ""}

    def put_content(self, number, body, **_):
        self.one(number)["html"] = body["html"]
        return 200, {}

    def act(self, number, action, body, **_):
        one = self.one(number)
        if action == "test":
            self.tested += body["test_emails"]
        elif action == "send":
            status, answer = self.let_go(number)
            return (204, None) if status == 200 else (status, answer)
        elif action == "schedule":
            assert re.fullmatch(
                r"\d{4}-\d\d-\d\dT\d\d:(00|15|30|45):00\+00:00", body["schedule_time"]
            )
            return self.let_go(number, "scheduled")
        elif action == "unschedule":
            one["stage"] = "draft"
        return 204, None

    def report(self, _number, **_):
        return 200, {
            "emails_sent": 42,
            "abuse_reports": 0,
            "unsubscribed": 2,
            "bounces": {"hard_bounces": 1, "soft_bounces": 3},
            "clicks": {"clicks_total": 9, "unique_subscriber_clicks": 7},
        }


class ButtondownDesk(Desk):
    env = {"BUTTONDOWN_API_KEY": "bd-key"}
    audience, segment_id = "everybody", "tag7"
    routes = (
        ("GET", "/v1/newsletters", "lists"),
        ("GET", "/v1/tags", "segments"),
        ("GET", "/v1/subscribers", "subscribers"),
        ("GET", "/v1/emails", "all"),
        ("POST", "/v1/emails", "create"),
        ("GET", r"/v1/emails/(\d+)", "show"),
        ("PATCH", r"/v1/emails/(\d+)", "change"),
        ("DELETE", r"/v1/emails/(\d+)", "delete"),
        ("POST", r"/v1/emails/(\d+)/publish", "send"),
        ("POST", r"/v1/emails/(\d+)/send-draft", "test"),
        ("GET", r"/v1/emails/(\d+)/analytics", "report"),
    )

    def lists(self, **_):
        names = (("n1", self.list_name), ("n2", "Twice"), ("n3", "Twice"), ("n4", "Another"))
        keys = dict.fromkeys(("n1", "n2", "n3"), "bd-key") | {"n4": "another-key"}
        rows = [{"id": i, "name": n, "api_key": keys[i]} for i, n in names]
        return 200, {"results": rows, "count": len(rows)}

    def segments(self, **_):
        return 200, {"results": [{"id": "tag7", "name": "Germany"}], "count": 1}

    def subscribers(self, query, **_):
        assert "regular" in query["type"]
        return 200, {"count": 5 if query.get("tag") == ["tag7"] else self.people, "results": []}

    def create(self, body, **_):
        assert body["status"] == "draft"
        return 201, self.shown(self.add({"body": body}))

    def shown(self, number):
        one = self.one(number)
        status = {"gone": "about_to_send", "stopped": "errored"}.get(one["stage"], one["stage"])
        body = one["body"]
        one["marker"], one["html"] = body["metadata"]["syndicate"], body["body"]
        one["subject"] = body["subject"]
        rules = body["filters"]["filters"]
        one["audience"] = rules[0]["value"] if rules else "everybody"
        return {
            "id": str(number),
            "status": status,
            "subject": body["subject"],
            "body": body["body"],
            "metadata": body["metadata"],
            "filters": {**body["filters"], "id": "f1"},
        }

    def all(self, query, **_):
        assert query["ordering"] == ["-creation_date"]
        rows = [self.shown(number) for number in reversed(self.kept)]
        return 200, {"results": [{**row, "body": None} for row in rows], "next": None, "count": 1}

    def show(self, number, **_):
        return 200, self.shown(number)

    def change(self, number, body, **_):
        one = self.one(number)
        if "status" in body:
            one["stage"] = body["status"]
        else:
            one["body"] = body
        return 200, self.shown(number)

    def delete(self, number, **_):
        del self.kept[int(number)]
        return 204, None

    def send(self, number, **_):
        self.shown(number)
        return self.let_go(number)

    def test(self, _number, body, **_):
        self.tested += body["recipients"]
        return 200, {}

    def report(self, _number, **_):
        return 200, {"recipients": 42, "deliveries": 40, "permanent_failures": 1, "clicks": 7}


class ListmonkDesk(Desk):
    settings, env = {"user": "api"}, {"LISTMONK_TOKEN": "lm-token"}
    routes = (
        ("GET", "/api/lists", "lists"),
        ("GET", "/api/templates", "templates"),
        ("GET", "/api/campaigns", "all"),
        ("POST", "/api/campaigns", "create"),
        ("GET", r"/api/campaigns/(\d+)", "show"),
        ("PUT", r"/api/campaigns/(\d+)", "change"),
        ("DELETE", r"/api/campaigns/(\d+)", "delete"),
        ("PUT", r"/api/campaigns/(\d+)/status", "status"),
        ("POST", r"/api/campaigns/(\d+)/test", "test"),
    )

    def answers(self, body):
        (header,) = body["headers"]
        return several(header["Reply-To"])

    def lists(self, **_):
        names = ((1, self.list_name, self.people), (2, "Twice", 1), (3, "Twice", 2))
        rows = [{"id": n, "name": name, "subscriber_count": p} for n, name, p in names]
        return 200, {"data": {"results": rows, "total": 3}}

    def templates(self, **_):
        return 200, {"data": [{"id": 9, "name": "syndicate"}, {"id": 1, "name": "Default"}]}

    def taken(self, body):
        assert body["template_id"] == 9
        (list_,) = body["lists"]
        return {
            "marker": body["name"],
            "audience": list_,
            "subject": body["subject"],
            "html": body["body"],
            "body": body,
        }

    def create(self, body, **_):
        return 200, {"data": self.shown(self.add(self.taken(body)))}

    def shown(self, number):
        one = self.one(number)
        status = {"gone": "running", "stopped": "cancelled"}.get(one["stage"], one["stage"])
        return {
            "id": int(number),
            "name": one["marker"],
            "status": status,
            "subject": one["subject"],
            "body": one["html"],
            "lists": [{"id": one["audience"], "name": self.list_name}],
            "sent": 42,
            "clicks": 3,
            "bounces": 1,
        }

    def all(self, query, **_):
        tagged = [n for n, one in self.kept.items() if query["tag"][0] in one["body"]["tags"]]
        rows = [{**self.shown(number), "body": ""} for number in tagged]
        return 200, {"data": {"results": rows, "total": len(rows)}}

    def show(self, number, **_):
        return 200, {"data": self.shown(number)}

    def change(self, number, body, **_):
        # Whatever it is not told stays as it was, but for the lists.
        one = self.one(number)
        one.update(self.taken({**one["body"], "lists": [], **body}))
        return 200, {"data": self.shown(number)}

    def delete(self, number, **_):
        del self.kept[int(number)]
        return 200, {"data": True}

    def status(self, number, body, **_):
        one = self.one(number)
        if body == {"status": "draft"} and one["stage"] == "scheduled":
            one["stage"] = "draft"
            return 200, {"data": self.shown(number)}
        if body == {"status": "scheduled"} and one["body"].get("send_at"):
            return self.let_go(number, "scheduled")
        assert body == {"status": "running"}
        return self.let_go(number)

    def test(self, number, body, **_):
        self.one(number)
        self.tested += body["subscribers"]
        return 200, {"data": True}


class SinglesendsDesk(Desk):
    settings, env = {"asm_group": 5}, {"SENDGRID_API_KEY": "sg-key"}
    audience, segment_id = "l1", "/s7"
    routes = (
        ("GET", "/v3/marketing/lists", "lists"),
        ("GET", "/v3/marketing/segments/2.0", "segments"),
        ("GET", "/v3/verified_senders", "senders"),
        ("POST", "/v3/marketing/singlesends", "create"),
        ("POST", "/v3/marketing/singlesends/search", "search"),
        ("GET", r"/v3/marketing/singlesends/(\d+)", "show"),
        ("PATCH", r"/v3/marketing/singlesends/(\d+)", "change"),
        ("DELETE", r"/v3/marketing/singlesends/(\d+)", "delete"),
        ("PUT", r"/v3/marketing/singlesends/(\d+)/schedule", "schedule"),
        ("DELETE", r"/v3/marketing/singlesends/(\d+)/schedule", "unschedule"),
        ("GET", r"/v3/marketing/stats/singlesends/(\d+)", "report"),
        ("POST", "/v3/mail/send", "mail"),
    )

    def lists(self, **_):
        names = (("l1", self.list_name, self.people), ("l2", "Twice", 1), ("l3", "Twice", 2))
        return 200, {"result": [{"id": i, "name": n, "contact_count": p} for i, n, p in names]}

    def segments(self, query, **_):
        assert query["parent_list_ids"] == ["l1"]
        return 200, {"results": [{"id": "s7", "name": "Germany", "contacts_count": 5}]}

    def senders(self, **_):
        return 200, {"results": [{"id": 3, "from_email": "hello@example.org", "verified": True}]}

    def create(self, body, **_):
        assert 1 <= len(body["name"]) <= 100
        assert "send_at" not in body
        return 201, self.shown(self.add({"body": body}))

    def shown(self, number):
        one = self.one(number)
        body = one["body"]
        (one["marker"],) = body["categories"]
        one["audience"] = "".join(body["send_to"].get("list_ids", ["everybody"]))
        one["html"] = body["email_config"]["html_content"]
        one["subject"] = body["email_config"]["subject"]
        status = {"gone": "triggered", "stopped": "triggered"}.get(one["stage"], one["stage"])
        return {"id": str(number), "status": status, **body, "categories": ["blue", one["marker"]]}

    def search(self, body, **_):
        rows = [self.shown(number) for number in self.kept]
        named = [row for row in rows if body["name"] in row["name"]]
        return 200, {"result": [r for r in named if set(body["categories"]) & set(r["categories"])]}

    def show(self, number, **_):
        return 200, self.shown(number)

    def change(self, number, body, **_):
        self.one(number)["body"] = body
        return 200, self.shown(number)

    def delete(self, number, **_):
        del self.kept[int(number)]
        return 204, None

    def schedule(self, number, body, **_):
        self.shown(number)
        status, answer = self.let_go(number, "gone" if body["send_at"] == "now" else "scheduled")
        return (201, {"status": "scheduled"}) if status == 200 else (status, answer)

    def unschedule(self, number, **_):
        self.one(number)["stage"] = "draft"
        return 204, None

    def report(self, _number, **_):
        stats = {"requests": 42, "delivered": 41, "bounces": 1, "unique_clicks": 7}
        return 200, {"results": [{"aggregation": "total", "stats": stats}]}

    def mail(self, body, **_):
        self.tested += [to["email"] for one in body["personalizations"] for to in one["to"]]
        return 202, None


class ResendDesk(Desk):
    env, audience = {"RESEND_API_KEY": "re-key"}, "seg1"
    people = 142
    routes = (
        ("GET", "/segments", "lists"),
        ("GET", "/contacts", "contacts"),
        ("GET", "/broadcasts", "all"),
        ("POST", "/broadcasts", "create"),
        ("GET", r"/broadcasts/(\d+)", "show"),
        ("PATCH", r"/broadcasts/(\d+)", "change"),
        ("DELETE", r"/broadcasts/(\d+)", "delete"),
        ("POST", r"/broadcasts/(\d+)/send", "send"),
        ("POST", r"/broadcasts/(\d+)/cancel", "cancel"),
        ("GET", "/emails/metrics", "report"),
        ("POST", "/emails/batch", "mail"),
    )

    def answers(self, body):
        return tuple(map(plain, body["reply_to"]))

    def lists(self, **_):
        names = (("seg1", self.list_name), ("a", "Twice"), ("b", "Twice"))
        return 200, {"data": [{"id": i, "name": n} for i, n in names], "has_more": False}

    def contacts(self, query, **_):
        assert query["segment_id"] == ["seg1"]
        # The document does not say that contacts come with `has_more`.
        start, size = int(query.get("after", ["-1"])[0]) + 1, int(query["limit"][0])
        end = min(start + size, self.people + 8)
        return 200, {
            "data": [{"id": str(n), "unsubscribed": n >= self.people} for n in range(start, end)]
        }

    def create(self, body, **_):
        assert "send" not in body
        assert "scheduled_at" not in body
        return 201, {"id": str(self.add(self.taken(body)))}

    def taken(self, body):
        return {
            "marker": body["name"],
            "audience": body["segment_id"],
            "subject": body["subject"],
            "html": body["html"],
            "body": body,
        }

    def shown(self, number):
        one = self.one(number)
        status = {"gone": "queued", "stopped": "canceled"}.get(one["stage"], one["stage"])
        return {
            "id": str(number),
            "name": one["marker"],
            "segment_id": one["audience"],
            "subject": one["subject"],
            "html": one["html"],
            "status": status,
            "created_at": "2026-11-23 09:00:00.1+00",
        }

    def all(self, **_):
        rows = [self.shown(number) for number in reversed(self.kept)]
        return 200, {"data": [{"id": r["id"], "name": r["name"]} for r in rows], "has_more": False}

    def show(self, number, **_):
        return 200, self.shown(number)

    def change(self, number, body, **_):
        self.one(number).update(self.taken(body))
        return 200, {"id": str(number)}

    def delete(self, number, **_):
        del self.kept[int(number)]
        return 200, {"deleted": True}

    def send(self, number, body, **_):
        return self.let_go(number, "scheduled" if body.get("scheduled_at") else "gone")

    def cancel(self, number, **_):
        one = self.one(number)
        if one["stage"] not in {"scheduled", "gone"}:
            return 403, {"message": "this broadcast cannot be canceled"}
        one["stage"] = {"scheduled": "draft", "gone": "stopped"}[one["stage"]]
        return 200, {"id": str(number)}

    def report(self, query, **_):
        self.one(query["broadcast_id"][0])
        assert query["start_date"] == ["2026-11-23"]
        return 200, {"totals": {"sent": 42, "delivered": 41, "bounced_permanent": 1}}

    def mail(self, body, **_):
        self.tested += [plain(to)[1] for mail in body for to in mail["to"]]
        return 200, {"data": [{"id": "1"} for _ in body]}


class KitDesk(Desk):
    env, audience = {"KIT_API_KEY": "kit-key"}, "7"
    routes = (
        ("GET", "/v4/tags", "lists"),
        ("GET", "/v4/tags/7/subscribers", "count"),
        ("GET", "/v4/broadcasts", "all"),
        ("POST", "/v4/broadcasts", "create"),
        ("GET", r"/v4/broadcasts/(\d+)", "show"),
        ("PUT", r"/v4/broadcasts/(\d+)", "change"),
        ("DELETE", r"/v4/broadcasts/(\d+)", "delete"),
        ("GET", r"/v4/broadcasts/(\d+)/stats", "report"),
    )

    def lists(self, **_):
        names = ((7, self.list_name), (8, "Twice"), (9, "Twice"))
        return 200, {
            "tags": [{"id": n, "name": name} for n, name in names],
            "pagination": {"has_next_page": False},
        }

    def count(self, **_):
        return 200, {"subscribers": [], "pagination": {"total_count": self.people}}

    def taken(self, body):
        needed = {"content", "description", "public", "published_at", "preview_text", "subject"}
        assert needed <= set(body)
        (filter_,) = body["subscriber_filter"]
        (rule,) = filter_["all"]
        assert rule["type"] == "tag"
        assert rule["ids"]
        return {
            "marker": body["description"],
            "audience": rule["ids"][0],
            "subject": body["subject"],
            "html": body["content"],
            "body": body,
        }

    def create(self, body, **_):
        assert body["send_at"] is None
        return 201, {"broadcast": self.shown(self.add(self.taken(body)))}

    def shown(self, number):
        one = self.one(number)
        # It shows no state, only when it goes or went.
        goes = None if one["stage"] == "draft" else "2026-11-23T09:00:00Z"
        return {**one["body"], "id": int(number), "send_at": goes}

    def report(self, number, **_):
        stats = {"recipients": 42, "unsubscribes": 2, "total_clicks": 9, "status": "completed"}
        return 200, {"broadcast": {"id": int(number), "stats": stats}}

    def all(self, **_):
        rows = [self.shown(number) for number in reversed(self.kept)]
        return 200, {"broadcasts": rows, "pagination": {"has_next_page": False}}

    def show(self, number, **_):
        return 200, {"broadcast": self.shown(number)}

    def change(self, number, body, **_):
        one = self.one(number)
        if one["stage"] != "draft":
            return 422, {"errors": ["it is sent"]}
        one.update(self.taken(body))
        if body["send_at"]:
            self.let_go(number)
        return 200, {"broadcast": self.shown(number)}

    def delete(self, number, **_):
        del self.kept[int(number)]
        return 204, None


class MailerliteDesk(Desk):
    env = {"MAILERLITE_API_KEY": "ml-key"}
    routes = (
        ("GET", "/api/groups", "lists"),
        ("GET", "/api/campaigns", "all"),
        ("POST", "/api/campaigns", "create"),
        ("GET", r"/api/campaigns/(\d+)", "show"),
        ("PUT", r"/api/campaigns/(\d+)", "change"),
        ("DELETE", r"/api/campaigns/(\d+)", "delete"),
        ("POST", r"/api/campaigns/(\d+)/schedule", "send"),
    )

    def answers(self, body):
        return (("", body["emails"][0]["reply_to"]),)

    def lists(self, **_):
        names = (("1", self.list_name, self.people), ("2", "Twice", 1), ("3", "Twice", 2))
        return 200, {"data": [{"id": i, "name": n, "active_count": p} for i, n, p in names]}

    def taken(self, body):
        (email,) = body["emails"]
        (group,) = body["groups"]
        return {
            "marker": body["name"],
            "audience": group,
            "subject": email["subject"],
            "html": email["content"],
            "body": body,
        }

    def create(self, body, **_):
        assert body["type"] == "regular"
        return 201, {"data": self.shown(self.add(self.taken(body)))}

    def shown(self, number):
        one = self.one(number)
        return {
            "id": str(number),
            "name": one["marker"],
            "status": "draft" if one["stage"] == "draft" else "ready",
            "emails": [{"subject": one["subject"], "content": one["html"]}],
            "filter": [[{"operator": "in_any", "args": ["groups", [one["audience"]]]}]],
            "stats": {"sent": 42, "hard_bounces_count": 1, "unique_clicks_count": 3},
        }

    def all(self, query, **_):
        rows = [self.shown(number) for number in self.kept]
        state = query["filter[status]"][0]
        return 200, {"data": [row for row in rows if row["status"] == state]}

    def show(self, number, **_):
        return 200, {"data": self.shown(number)}

    def change(self, number, body, **_):
        self.one(number).update(self.taken(body))
        return 200, {"data": self.shown(number)}

    def delete(self, number, **_):
        del self.kept[int(number)]
        return 204, None

    def send(self, number, body, **_):
        assert body == {"delivery": "instant"}
        return self.let_go(number)


DESKS = {
    "brevo-campaigns": BrevoDesk,
    "mailchimp": MailchimpDesk,
    "buttondown": ButtondownDesk,
    "listmonk": ListmonkDesk,
    "sendgrid-singlesends": SinglesendsDesk,
    "resend-broadcasts": ResendDesk,
    "kit": KitDesk,
    "mailerlite": MailerliteDesk,
}


class _Http(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """Say nothing: a client may hang up."""


class CampaignServer:
    """A desk behind HTTP on the loopback; a context manager."""

    def __init__(self, desk):
        self.desk = desk
        #: (method, path, headers) of every call
        self.calls = []
        self._troubles = deque()
        #: a call (method, pattern of its path) after which it waits before it answers
        self.waits_at = None
        self.reached, self.goes_on = threading.Event(), threading.Event()
        handler = type("Handler", (_Handler,), {"owner": self})
        self._http = _Http(("127.0.0.1", 0), handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def will(self, *troubles):
        self._troubles.extend(troubles)

    def forget_troubles(self):
        self._troubles.clear()

    def trouble(self):
        return self._troubles.popleft() if self._troubles else None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Else each answer waits for an acknowledgement of its headers.
    wbufsize, disable_nagle_algorithm = -1, True
    owner: CampaignServer

    def log_message(self, *_):
        """Say nothing."""

    def serve(self):
        length = int(self.headers.get("Content-Length", 0))
        body = json.loads(self.rfile.read(length) or "null")
        parts = urlsplit(self.path)
        self.owner.calls.append((self.command, parts.path, dict(self.headers)))
        trouble = None if self.command == "GET" else self.owner.trouble()
        if trouble == "cut before":
            self.close_connection = True
            return
        if trouble in ("500 before", "429", "422"):
            self.answer(int(trouble[:3]), {"message": "out of order"})
            return
        try:
            status, answer = self.owner.desk.handle(
                self.command, parts.path, parse_qs(parts.query), body
            )
        except AbsentError:
            status, answer = 404, {"message": "not found"}
        except AssertionError as error:
            status, answer = 418, {"message": f"not as documented: {error!r}"}
        owner = self.owner
        if owner.waits_at and (self.command, True) == (
            owner.waits_at[0], bool(re.fullmatch(owner.waits_at[1], parts.path))
        ):  # fmt: skip
            owner.waits_at = None
            owner.reached.set()
            owner.goes_on.wait(20)
        if trouble == "cut after":
            self.close_connection = True
        elif trouble == "500 after":
            self.answer(500, {})
        else:
            self.answer(status, answer)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = serve  # noqa: N815 -- as it calls them

    def answer(self, status, answer):
        body = b"" if answer is None else json.dumps(answer).encode()
        with suppress(OSError):  # the other side may be dead
            self._answer(status, body)

    def _answer(self, status, body):
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()
