"""The APIs of the providers, as a server understands them: whom a call mails, and with what.

Each tongue merges as its provider documents it, so that what a recipient gets can be compared with
what was meant, and answers in the provider's shapes. They are written from the documents, not from
the adapters.
"""

# ruff: noqa: RUF012 -- what a tongue says never changes

import email
import email.policy
import json
import re
from dataclasses import dataclass
from email.header import decode_header, make_header
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Mail:
    """What one recipient gets."""

    issue: str
    batch: str
    address: str
    name: str
    subject: str
    html: str
    text: str
    headers: dict[str, str]
    #: where answers go, as names and addresses
    answers: tuple[tuple[str, str], ...]


class Tongue:
    """What most of them share."""

    settings: dict = {}
    env: dict = {}
    #: whether a call may be taken for some recipients and refused for others
    mixes = False
    #: whether an answer without sense is noticed: some answer with nothing but a status
    reads_answers = True

    def key(self, _headers, _body):
        return None

    def asks(self, _path):
        """Whether a POST there is a question."""
        return False

    def told(self, _path, _server):
        """What a question is answered; None for 404."""
        return

    def answers(self, _question, _server):
        """What a question is answered that was posted."""
        return

    def again(self):
        """What a call is answered whose key is known; None for what it was answered before."""
        return


def parted(text):
    """Read `"Name" <address>` as mail software does."""
    box = email.policy.default.header_factory("To", text).addresses[0]
    return box.display_name, box.addr_spec


def plain(text):
    """Read `"Name" <address>`, whatever letters the name has."""
    found = re.fullmatch(r'"((?:[^"\\]|\\.)*)" <([^<>]+)>', text, re.DOTALL)
    return (re.sub(r"\\(.)", r"\1", found[1]), found[2]) if found else ("", text)


def several(header):
    """Read the mailboxes of a header, which may hold no letters beyond ASCII."""
    assert header.isascii(), "raw letters"
    boxes = email.policy.default.header_factory("Reply-To", header).addresses
    return tuple((box.display_name, box.addr_spec) for box in boxes)


def listed(text):
    """Read `"Name" <address>` with commas between, whatever letters the names have."""
    one = r'(?:"(?:[^"\\]|\\.)*" <[^<>]+>|[^\s,"<>]+)'
    assert re.fullmatch(f"(?:{one}(?:, {one})*)?", text)
    return tuple(plain(found) for found in re.findall(one, text))


def boxed(boxes, name="name", address="email"):
    """Read mailboxes as most APIs take them."""
    return tuple((box.get(name, ""), box[address]) for box in boxes)


class MailgunTongue(Tongue):
    settings = {"domain": "mg.example.org"}
    env = {"MAILGUN_API_KEY": "mailgun-key"}

    def mails(self, path, headers, body):
        assert path == "/v3/mg.example.org/messages"
        kind = headers["Content-Type"]
        parsed = email.message_from_bytes(
            b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body, policy=email.policy.HTTP
        )
        fields = [
            (part.get_param("name", header="content-disposition"), part.get_payload(decode=True))
            for part in parsed.iter_parts()
        ]
        form = {}
        for name, value in fields:
            form.setdefault(name, []).append(value.decode())
        variables = json.loads(form["recipient-variables"][0])
        boxes = [box for to in form["to"] for box in listed(to)]
        assert {address for _, address in boxes} == set(variables), "everybody sees everybody"
        assert len(boxes) <= 1000
        for name, address in boxes:

            def merged(text, own=variables[address]):
                return re.sub(r"%recipient\.(\w+)%", lambda found: own[found[1]], text)

            yield Mail(
                form["v:issue"][0],
                form["v:batch"][0],
                address,
                name,
                merged(form["subject"][0]),
                merged(form["html"][0]),
                merged(form["text"][0]),
                {n[2:]: merged(v[0]) for n, v in form.items() if n.startswith("h:")},
                several(form.get("h:Reply-To", [""])[0]),
            )

    def answer(self, _outcomes):
        return 200, {}, b'{"id": "<2026.1@mg.example.org>", "message": "Queued. Thank you."}'

    def told(self, path, server):
        asked = urlsplit(path)
        if asked.path.endswith("/events"):
            tag = parse_qs(asked.query)["tags"][0]
            assert parse_qs(asked.query)["ascending"] == ["no"], "no end is named"
            seen = [{"event": "accepted", "tags": [one.batch.lower()]} for one in server.mailed]
            items = [one for one in seen if one["tags"] == [tag.lower()]]
            return json.dumps({"items": items, "paging": {}}).encode()
        return None

    def asks(self, path):
        return path == "/v1/analytics/metrics"

    def answers(self, question, server):
        tag = next(one for one in question["filter"]["AND"] if one["attribute"] == "tag")
        sent = sum(one.issue == tag["values"][0]["value"] for one in server.mailed)
        assert "accepted_count" in question["metrics"]
        sums = {"accepted_count": sent, "delivered_count": sent, "permanent_failed_count": 0}
        return json.dumps({"items": [], "aggregates": {"metrics": sums}}).encode()


class SendgridTongue(Tongue):
    env = {"SENDGRID_API_KEY": "sendgrid-key"}
    reads_answers = False

    def mails(self, path, _headers, body):
        assert path == "/v3/mail/send"
        call = json.loads(body)
        assert 1 <= len(call["personalizations"]) <= 1000
        content = {part["type"]: part["value"] for part in call["content"]}
        assert list(content) == ["text/plain", "text/html"], "plain text comes first"
        for one in call["personalizations"]:
            (to,) = one["to"]

            def merged(text, own=one["substitutions"]):
                if not own:
                    return text
                return re.sub("|".join(map(re.escape, own)), lambda found: own[found[0]], text)

            yield Mail(
                one["custom_args"]["issue"],
                one["custom_args"]["batch"],
                to["email"],
                to.get("name", ""),
                merged(call["subject"]),
                merged(content["text/html"]),
                merged(content["text/plain"]),
                one["headers"],
                boxed(call.get("reply_to_list", ())),
            )

    def answer(self, _outcomes):
        return 202, {"X-Message-Id": "14c5d75ce93"}, b""

    def told(self, path, server):
        if path.startswith("/v3/messages"):
            query = parse_qs(urlsplit(path).query)["query"][0]
            found = [{"msg_id": "1"} for one in server.mailed if f'="{one.batch}"' in query]
            return json.dumps({"messages": found}).encode()
        if path.startswith("/v3/categories/stats"):
            query = parse_qs(urlsplit(path).query)
            sent = sum(one.issue == query["categories"][0] for one in server.mailed)
            sums = {"requests": sent, "delivered": sent, "bounces": 0, "unique_clicks": 0}
            stats = [{"name": query["categories"][0], "metrics": sums, "type": "category"}]
            return json.dumps([{"date": "2026-11-01", "stats": stats}]).encode()
        return None


class PostmarkTongue(Tongue):
    env = {"POSTMARK_SERVER_TOKEN": "postmark-token"}
    mixes = True

    def mails(self, path, _headers, body):
        assert path == "/email/batch"
        mails = json.loads(body)
        assert 1 <= len(mails) <= 500
        for one in mails:
            assert one["MessageStream"] == "broadcast"
            name, address = plain(one["To"])
            yield Mail(
                one["Metadata"]["issue"],
                one["Metadata"]["batch"],
                address,
                name,
                one["Subject"],
                one["HtmlBody"],
                one["TextBody"],
                {header["Name"]: header["Value"] for header in one["Headers"]},
                listed(one.get("ReplyTo", "")),
            )

    def answer(self, outcomes):
        results = [
            {"ErrorCode": 406, "Message": f"You tried to send to inactive: {why}"}
            if why
            else {"ErrorCode": 0, "Message": "OK", "MessageID": f"b7bc-{place}", "To": "x"}
            for place, why in enumerate(outcomes)
        ]
        return 200, {}, json.dumps(results).encode()

    def told(self, path, server):
        if path.startswith("/messages/outbound"):
            sent = [
                {"Recipients": [one.address], "Tag": one.issue, "Metadata": {"batch": one.batch}}
                for one in server.mailed
            ]
            return json.dumps({"TotalCount": len(sent), "Messages": sent}).encode()
        if path.startswith("/stats/outbound"):
            query = parse_qs(urlsplit(path).query)
            assert query["messagestream"] == ["broadcast"]
            sent = sum([one.issue] == query["tag"] for one in server.mailed)
            return json.dumps({"Sent": sent, "Bounced": 1, "SpamComplaints": 0}).encode()
        return None


class ResendTongue(Tongue):
    env = {"RESEND_API_KEY": "re_key"}

    def key(self, headers, _body):
        key = headers["Idempotency-Key"]
        assert 1 <= len(key) <= 256
        return key

    def mails(self, path, _headers, body):
        assert path == "/emails/batch"
        mails = json.loads(body)
        assert 1 <= len(mails) <= 100
        for one in mails:
            (to,) = one["to"]
            name, address = plain(to)
            tags = {tag["name"]: tag["value"] for tag in one["tags"]}
            assert all(re.fullmatch("[A-Za-z0-9_-]+", value) for value in tags.values())
            yield Mail(
                tags["issue"],
                tags["batch"],
                address,
                name,
                one["subject"],
                one["html"],
                one["text"],
                one["headers"],
                tuple(map(plain, one.get("reply_to", ()))),
            )

    def answer(self, outcomes):
        return (
            200,
            {},
            json.dumps(
                {"data": [{"id": f"ae2014de-{n}"} for n, _ in enumerate(outcomes)]}
            ).encode(),
        )


def brevo_answers(box):
    """Read the one mailbox that Brevo takes, whose name may be encoded."""
    return ((str(make_header(decode_header(box.get("name", "")))), box["email"]),) if box else ()


class BrevoTongue(Tongue):
    env = {"BREVO_API_KEY": "brevo-key"}

    def key(self, _headers, body):
        key = json.loads(body)["headers"]["idempotencyKey"]
        assert re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", key)
        return key

    def mails(self, path, _headers, body):
        assert path == "/v3/smtp/email"
        call = json.loads(body)
        assert "to" not in call, "an outer To is not allowed beside versions"
        assert 1 <= len(call["messageVersions"]) <= 1000
        for one in call["messageVersions"]:
            (to,) = one["to"]

            name = to.get("name", "")
            assert name.isascii() or not re.search(r'[()<>\[\]:;@\\,."]', name), "it is not shown"
            assert len(name) <= 70
            assert all(value.isascii() for value in one["headers"].values()), "raw letters"
            own = one.get("params", {})

            def merged(text, own=own):
                done = re.sub(r"\{\{params\.(\w+)\}\}", lambda found: f"\0{own[found[1]]}\0", text)
                parts = done.split("\0")
                assert not any(re.search(r"\{[{%#]", part) for part in parts[::2]), "its language"
                return "".join(parts)

            yield Mail(
                call["tags"][0],
                call["tags"][1],
                to["email"],
                str(make_header(decode_header(name))),
                merged(one["subject"]),
                merged(one["htmlContent"]),
                merged(one["textContent"]),
                one["headers"],
                brevo_answers(call.get("replyTo")),
            )

    def answer(self, outcomes):
        return (
            201,
            {},
            json.dumps(
                {"messageIds": [f"<{n}@smtp-relay>" for n, _ in enumerate(outcomes)]}
            ).encode(),
        )

    def told(self, path, server):
        if path.startswith("/v3/smtp/statistics/events"):
            events = [
                {"email": one.address, "event": "requests", "tag": f'["{one.issue}","{one.batch}"]'}
                for one in server.mailed
            ]
            return json.dumps({"events": events}).encode()
        if path.startswith("/v3/smtp/statistics/aggregatedReport"):
            tag = parse_qs(urlsplit(path).query)["tag"][0]
            sent = sum(one.issue == tag for one in server.mailed)
            return json.dumps({"requests": sent, "delivered": sent, "hardBounces": 0}).encode()
        return None

    def again(self):
        """What a call is answered whose key is known: it mails nobody."""
        message = "this idempotency key was used"
        return 400, {}, json.dumps({"code": "duplicate_parameter", "message": message}).encode()


def braces(text, own, number=3):
    """Merge as Handlebars does with values that are not escaped, in so many braces."""
    pattern = r"\{" * number + r"(\w+)" + r"\}" * number
    return re.sub(pattern, lambda found: own[found[1]], text)


class SesTongue(Tongue):
    settings = {"region": "eu-west-1"}
    env = {"AWS_SECRET_ACCESS_KEY": "aws-secret", "AWS_ACCESS_KEY_ID": "AKID"}
    mixes = True

    def mails(self, path, _headers, body):
        assert path == "/v2/email/outbound-bulk-emails"
        call = json.loads(body)
        template = call["DefaultContent"]["Template"]
        content = template["TemplateContent"]
        tags = {tag["Name"]: tag["Value"] for tag in call["DefaultEmailTags"]}
        assert 1 <= len(call["BulkEmailEntries"]) <= 50
        for one in call["BulkEmailEntries"]:
            (to,) = one["Destination"]["ToAddresses"]
            assert (to + call["FromEmailAddress"]).isascii(), "letters beyond ASCII are refused"
            name, address = parted(to)
            replaced = one["ReplacementEmailContent"]["ReplacementTemplate"]
            own = {
                **json.loads(template["TemplateData"]),
                **json.loads(replaced["ReplacementTemplateData"]),
            }
            yield Mail(
                tags["issue"],
                tags["batch"],
                address,
                name,
                braces(content["Subject"], own, 2),
                braces(content["Html"], own, 2),
                braces(content["Text"], own, 2),
                {header["Name"]: header["Value"] for header in one["ReplacementHeaders"]},
                tuple(several(one)[0] for one in call.get("ReplyToAddresses", ())),
            )

    def answer(self, outcomes):
        results = [
            {"Status": "ACCOUNT_THROTTLED", "Error": why}
            if why
            else {"Status": "SUCCESS", "MessageId": f"0102-{place}"}
            for place, why in enumerate(outcomes)
        ]
        return 200, {}, json.dumps({"BulkEmailEntryResults": results}).encode()


class MandrillTongue(Tongue):
    settings = {"unsubscribe_page": "https://example.org/gone"}
    env = {"MANDRILL_API_KEY": "md-key"}
    mixes = True

    def mails(self, path, _headers, body):
        assert path == "/api/1.4/messages/send"
        call = json.loads(body)
        message = call["message"]
        assert call.get("key", "md-key") == "md-key"
        assert message["preserve_recipients"] is False
        shared = {one["name"]: one["content"] for one in message["global_merge_vars"]}
        own = {
            one["rcpt"]: {var["name"]: var["content"] for var in one["vars"]}
            for one in message["merge_vars"]
        }
        # Merge tags are filled in within names, subjects and texts, and in no header.
        assert "*|" not in json.dumps(message["headers"])
        for to in message["to"]:

            def merged(text, values={**shared, **own[to["email"]]}):  # noqa: B006 -- only read
                return re.sub(r"\*\|(\w+)\|\*", lambda found: values[found[1]], text)

            yield Mail(
                message["metadata"]["issue"],
                message["metadata"]["batch"],
                to["email"],
                to["name"],
                merged(message["subject"]),
                merged(message["html"]),
                merged(message["text"]),
                message["headers"],
                several(message["headers"].get("Reply-To", "")),
            )
        self.asked = [to["email"] for to in message["to"]]

    def answer(self, outcomes):
        results = [
            {"email": address, "status": "rejected", "reject_reason": why, "_id": "1"}
            if why
            else {"email": address, "status": "queued", "reject_reason": None, "_id": "1"}
            for address, why in zip(self.asked, outcomes, strict=False)
        ]
        return 200, {}, json.dumps(results).encode()

    def asks(self, path):
        return path.endswith(("/search", "/search-time-series"))

    def answers(self, question, server):
        assert question["key"] == "md-key"
        if "limit" not in question:
            sent = sum(f"u_issue:{one.issue}" == question["query"] for one in server.mailed)
            hour = {"time": "2026-11-23 09:00:00", "sent": sent, "hard_bounces": 0, "complaints": 0}
            return json.dumps([hour] if sent else []).encode()
        found = [
            {"email": one.address, "state": "sent", "metadata": {"batch": one.batch}}
            for one in server.mailed
        ]
        return json.dumps(found).encode()


class SparkpostTongue(Tongue):
    env = {"SPARKPOST_API_KEY": "sp-key"}

    def key(self, headers, _body):
        key = headers["Idempotency-Key"]
        assert re.fullmatch(r"[A-Za-z0-9._-]{1,255}", key)
        return key

    def mails(self, path, _headers, body):
        assert path == "/api/v1/transmissions"
        call = json.loads(body)
        assert len(call["campaign_id"]) <= 64
        content = call["content"]
        for one in call["recipients"]:
            own = {**call["substitution_data"], **one["substitution_data"]}
            yield Mail(
                call["metadata"]["issue"],
                call["metadata"]["batch"],
                one["address"]["email"],
                one["address"]["name"],
                braces(content["subject"], own),
                braces(content["html"], own),
                braces(content["text"], own),
                {name: braces(value, own) for name, value in content["headers"].items()},
                listed(content.get("reply_to", "")),
            )

    def answer(self, outcomes):
        counts = {
            "id": "1102",
            "total_accepted_recipients": len(outcomes),
            "total_rejected_recipients": 0,
        }
        return 200, {}, json.dumps({"results": counts}).encode()

    def told(self, path, server):
        if path.startswith("/api/v1/events/message"):
            events = [
                {"type": "injection", "rcpt_to": one.address, "campaign_id": one.batch}
                for one in server.mailed
            ]
            return json.dumps({"results": events}).encode()
        return None


class MailjetTongue(Tongue):
    env = {"MAILJET_API_SECRET": "mj-secret", "MAILJET_API_KEY": "mj-public"}
    mixes = True

    def mails(self, path, _headers, body):
        assert path == "/v3.1/send"
        mails = json.loads(body)["Messages"]
        assert 1 <= len(mails) <= 50
        for one in mails:
            (to,) = one["To"]
            assert "TemplateLanguage" not in one
            yield Mail(
                one["EventPayload"],
                one["CustomID"],
                to["Email"],
                to.get("Name", ""),
                one["Subject"],
                one["HTMLPart"],
                one["TextPart"],
                one["Headers"],
                boxed([one["ReplyTo"]] if "ReplyTo" in one else [], "Name", "Email"),
            )

    def answer(self, outcomes):
        results = [
            {"Status": "error", "Errors": [{"ErrorMessage": why}]}
            if why
            else {"Status": "success", "To": [{"Email": "x", "MessageUUID": f"u{place}"}]}
            for place, why in enumerate(outcomes)
        ]
        status = 400 if any(outcomes) else 200
        return status, {}, json.dumps({"Messages": results}).encode()

    def told(self, path, server):
        if path.startswith("/v3/REST/message"):
            sent = [{"ContactAlt": one.address, "CustomID": one.batch} for one in server.mailed]
            return json.dumps({"Count": len(sent), "Data": sent}).encode()
        return None


class MailersendTongue(Tongue):
    env = {"MAILERSEND_API_KEY": "ms-key"}

    def mails(self, path, _headers, body):
        assert path == "/v1/bulk-email"
        mails = json.loads(body)
        assert 1 <= len(mails) <= 500

        def shown(text, *, in_html=False):
            assert not re.search(r"\{[{%#$]", text), "its variables"
            return text.replace("&#123;", "{") if in_html else text.replace("\N{WORD JOINER}", "")

        for one in mails:
            (to,) = one["to"]
            headers = {
                "List-Unsubscribe": one["list_unsubscribe"],
                # Not told: it adds the other one itself, and List-Id cannot be set.
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "List-Id": "Weekly <weekly.example.org>",
            }
            yield Mail(
                one["tags"][0],
                one["tags"][1],
                to["email"],
                to.get("name", ""),
                shown(one["subject"]),
                shown(one["html"], in_html=True),
                shown(one["text"]),
                headers,
                boxed([one["reply_to"]] if "reply_to" in one else []),
            )

    def answer(self, _outcomes):
        return 202, {}, b'{"message": "The bulk email is being processed.", "bulk_email_id": "614"}'


class PigeonTongue(Tongue):
    env = {"PIGEON_KEY": "coo"}
    mixes = True

    def mails(self, path, _headers, body):
        assert path == "/v1/flights"
        call = json.loads(body)
        for one in call["to"]:

            def merged(text, own=one["values"]):
                return re.sub(r"<<(\w+)>>", lambda found: own[found[1]], text)

            yield Mail(
                call["tags"]["issue"],
                call["tags"]["batch"],
                one["address"],
                one["name"],
                merged(call["subject"]),
                merged(call["html"]),
                merged(call["text"]),
                {name: merged(value) for name, value in call["headers"].items()},
                boxed(call["answers"], "name", "address"),
            )

    def answer(self, outcomes):
        results = [{"taken": not why, "why": why or ""} for why in outcomes]
        return 200, {}, json.dumps({"flight": "f1", "results": results}).encode()


TONGUES = {
    "mailgun": MailgunTongue(),
    "sendgrid": SendgridTongue(),
    "postmark": PostmarkTongue(),
    "resend": ResendTongue(),
    "brevo": BrevoTongue(),
    "ses": SesTongue(),
    "mandrill": MandrillTongue(),
    "sparkpost": SparkpostTongue(),
    "mailjet": MailjetTongue(),
    "mailersend": MailersendTongue(),
    "pigeon": PigeonTongue(),
}
