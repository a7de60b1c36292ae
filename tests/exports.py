"""Exports of people as the systems write them, for tests; the people are made up."""

import csv
import io
import zipfile

#: by system: its columns, and a row for each standing that it tells
MAILCHIMP = (
    "Email Address,First Name,Last Name,Company,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,"
    "CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,{},LEID,EUID,NOTES,TAGS"
)
MAILCHIMP_SEGMENTS = {
    "subscribed": "LAST_CHANGED",
    "unsubscribed": (
        "UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_REASON_OTHER"
    ),
    "cleaned": "CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,CLEAN_CAMPAIGN_ID",
    "nonsubscribed": "LAST_CHANGED",
}


def table(header, *rows, delimiter=","):
    """Write a table as a machine does."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return out.getvalue()


def mailchimp(segment, *people):
    """Write one segment; a person is an address, or an address, names and tags."""
    header = MAILCHIMP.format(MAILCHIMP_SEGMENTS[segment])
    width = header.count(",") + 1
    rows = []
    for person in people:
        address, first, last, tags = (person, "", "", "") if isinstance(person, str) else person
        row = [address, first, last, *[""] * (width - 4), tags]
        row[5], row[16] = "2024-01-01 09:00:00", "2026-01-01 09:00:00"
        rows.append(row)
    return table(header, *rows)


def mailchimp_zip(path, **segments):
    """Write the zip that Mailchimp gives."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for segment, people in segments.items():
            name = f"{segment}_email_audience_export_1a2b3c.csv"
            archive.writestr(name, mailchimp(segment, *people))
    return path


#: an export of each system, with who is to come in, who is gone, and the words left out
OTHERS = {
    "Brevo": (
        table(
            "EMAIL,LASTNAME,FIRSTNAME,SMS,_BLOCKLISTED,_SUBSCRIBED,_listIds,ADDED_TIME,MODIFIED_TIME",
            ["in@b.example", "Day", "Zoë", "", "", "email_marketing", "[3]", "1", "1"],
            ["out@b.example", "", "", "", "sms_marketing|email_marketing", "", "", "1", "1"],
            ["sms@b.example", "", "", "44", "sms_marketing", "email_marketing", "", "1", "1"],
            delimiter=";",
        ),
        {"in@b.example": "Zoë Day", "sms@b.example": ""},
        {"out@b.example"},
        {},
    ),
    "Kit": (
        table(
            "first_name,email_address,state,created_at,tags",
            ["Zoë", "in@k.example", "active", "2025-03-03", "VIP"],
            ["", "out@k.example", "cancelled", "", ""],
            ["", "back@k.example", "bounced", "", ""],
            ["", "spam@k.example", "complained", "", ""],
            ["", "soon@k.example", "inactive", "", ""],
        ),
        {"in@k.example": "Zoë"},
        {"out@k.example", "back@k.example", "spam@k.example"},
        {},
    ),
    "Buttondown": (
        table(
            "id,secondary_id,email,notes,subscriber_type,referrer_url,utm_source,utm_medium,"
            "utm_campaign,creation_date,ip_address,subscription_date,unsubscription_date,tags,metadata",
            ["1", "1", "in@d.example", "", "regular", *[""] * 8, "a;b", "{'x': 'y'}"],
            ["2", "2", "paid@d.example", "", "premium", *[""] * 10],
            ["3", "3", "out@d.example", "", "unsubscribed", *[""] * 10],
            ["4", "4", "removed@d.example", "", "removed", *[""] * 10],
            ["5", "5", "back@d.example", "", "undeliverable", *[""] * 10],
            ["6", "6", "soon@d.example", "", "unactivated", *[""] * 10],
            ["7", "7", "once@d.example", "", "churned", *[""] * 10],
        ),
        {"in@d.example": "", "paid@d.example": ""},
        {"out@d.example", "removed@d.example", "back@d.example"},
        {"churned": 1},
    ),
    "Ghost": (
        table(
            "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,"
            "created_at,deleted_at,labels,tiers,gift_id",
            ["1", "in@g.example", "'+Zoë", "", "true", "false", "", "2024", "", "vip", "", ""],
            ["2", "out@g.example", "", "", "false", "false", "", "2024", "", "", "", ""],
            ["3", "del@g.example", "", "", "true", "false", "", "2024", "2025", "", "", ""],
        ),
        {"in@g.example": "+Zoë"},
        {"out@g.example"},
        {"a deleted_at": 1},
    ),
    "listmonk": (
        table(
            "uuid,email,name,attributes,status,created_at,updated_at",
            ["1", "in@l.example", "Zoë", '{"city": "Ely"}', "enabled", "", ""],
            ["2", "out@l.example", "", "{}", "blocklisted", "", ""],
            ["3", "off@l.example", "", "{}", "disabled", "", ""],
        ),
        {"in@l.example": "Zoë"},
        {"out@l.example"},
        {"disabled": 1},
    ),
    "MailerLite": (
        table(
            "Subscriber,Status,Sent,Opens,Clicks,Subscribed,Location,Name,Last name,Groups",
            ["in@m.example", "Active", "1", "1", "0", "2025", "UK", "Zoë", "Day", "Weekly"],
            ["out@m.example", "Unsubscribed", "1", "1", "0", "2025", "UK", "", "", ""],
            ["back@m.example", "Bounced", "1", "1", "0", "2025", "UK", "", "", ""],
            ["spam@m.example", "Junk", "1", "1", "0", "2025", "UK", "", "", ""],
            ["soon@m.example", "Unconfirmed", "0", "0", "0", "2025", "UK", "", "", ""],
        ),
        {"in@m.example": "Zoë Day"},
        {"out@m.example", "back@m.example", "spam@m.example"},
        {},
    ),
    "Substack": (
        table(
            "email,active_subscription,expiry,plan,email_disabled,created_at,first_payment_at",
            ["in@s.example", "false", "", "other", "false", "2025", ""],
            ["out@s.example", "true", "2027", "yearly", "true", "2025", "2025"],
        ),
        {"in@s.example": ""},
        {"out@s.example"},
        {},
    ),
}
