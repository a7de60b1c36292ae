"""The exports of other systems: recognised by their columns, and what stands in each of them.

Where a set of columns comes from, and when it was read, stands beside it.
"""

from dataclasses import dataclass

from syndicate.audience.standing import (
    BUTTONDOWN,
    COMMON,
    GHOST,
    KIT,
    LEAVING,
    LEFT,
    LISTMONK,
    MAILERLITE,
    SUBSTACK,
    Clue,
    Standing,
)

#: what their columns of addresses are called
ADDRESSES = ("email", "email_address", "subscriber")
#: columns that are the same thing under other names; Brevo names them in the account's language
SAME = {
    "firstname": "first_name",
    "fname": "first_name",
    "given_name": "first_name",
    "vorname": "first_name",
    "prenom": "first_name",
    "nombre": "first_name",
    "nome": "first_name",
    "lastname": "last_name",
    "lname": "last_name",
    "surname": "last_name",
    "family_name": "last_name",
    "nachname": "last_name",
    "nom": "last_name",
    "apellidos": "last_name",
    "cognome": "last_name",
    "full_name": "name",
    "fullname": "name",
    "labels": "tags",
    "groups": "tags",
}


@dataclass(frozen=True, slots=True)
class Export:
    """What the exports of one system look like. Columns are written as tokens."""

    #: as people call the system
    name: str
    #: sets of columns, of which one must be there whole
    marks: tuple[frozenset[str], ...]
    #: where it says who is subscribed, the surest first
    clues: tuple[Clue, ...] = ()
    #: columns that are its own business, and never come along
    bookkeeping: frozenset[str] = frozenset()
    #: whether people are told apart by files with names of their own
    by_file: bool = False
    #: what to know where it does not say who is subscribed
    silent: str = ""
    #: what to know in any case
    caution: str = ""


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Columns: TryGhost/migrate, packages/mg-mailchimp-members/src/test/fixtures (2026);
# segments: mailchimp.com/help/export-and-back-up-account-data (read 2026-11-24).
MAILCHIMP = Export(
    "Mailchimp",
    (_set("member_rating last_changed"), _set("optin_time confirm_time"), _set("leid euid")),
    clues=(
        Clue("clean_time", filled=Standing.BOUNCED, empty=Standing.UNCLEAR),
        Clue("unsub_time", filled=Standing.UNSUBSCRIBED, empty=Standing.UNCLEAR),
        Clue("status", COMMON),
    ),
    bookkeeping=_set(
        "member_rating optin_time optin_ip confirm_time confirm_ip latitude longitude gmtoff "
        "dstoff timezone cc region last_changed leid euid notes unsub_time unsub_campaign_title "
        "unsub_campaign_id unsub_reason unsub_reason_other clean_time clean_campaign_title "
        "clean_campaign_id"
    ),
    by_file=True,
    silent="Mailchimp writes one file for each segment: import the whole zip.",
)

# Columns: the export of contacts, POST /contacts/export (developers.brevo.com, read 2026-11-24),
# as programs that read it find them: EMAIL;…;_BLOCKLISTED;_SUBSCRIBED;_listIds;ADDED_TIME;…
# _BLOCKLISTED lists ways such as email_marketing; the older EMAIL_BLACKLISTED holds Yes or No.
BREVO = Export(
    "Brevo",
    (
        _set("added_time modified_time"),
        _set("blocklisted subscribed"),
        _set("email_blacklisted"),
        _set("email_blocklisted"),
    ),
    clues=(
        Clue("blocklisted", {"email_marketing": Standing.UNSUBSCRIBED}, parts=True, within=True),
        Clue("email_blacklisted", LEAVING, within=True),
        Clue("email_blocklisted", LEAVING, within=True),
        Clue("double_opt_in", {"no": Standing.PENDING, "2": Standing.PENDING}, within=True),
    ),
    bookkeeping=_set(
        "contact_id blocklisted subscribed email_blacklisted email_blocklisted sms_blacklisted "
        "sms_blocklisted sms sms_marketing whatsapp whatsapp_blocklisted landline_number listids "
        "list_ids added_time modified_time double_opt_in opt_in ext_id unsubscribed"
    ),
    silent="It does not say who is blocklisted. Export it with the subscription status.",
)

# Columns: TryGhost/Ghost, services/members (2026-11): id,email,name,note,subscribed_to_emails,
# complimentary_plan,stripe_customer_id,created_at,deleted_at,labels,tiers,gift_id
GHOST_MEMBERS = Export(
    "Ghost",
    (_set("subscribed_to_emails"),),
    clues=(
        Clue("deleted_at", filled=Standing.UNCLEAR),
        Clue("subscribed_to_emails", GHOST, empty=Standing.UNCLEAR),
    ),
    bookkeeping=_set(
        "id note subscribed_to_emails complimentary_plan stripe_customer_id created_at deleted_at "
        "products tiers gift_id import_tier"
    ),
)

# Columns: knadh/listmonk, cmd/subscribers.go (2026): uuid,email,name,attributes,status,created_at,
# updated_at. The status is that of the person, not of a subscription to one list.
LISTMONK_SUBSCRIBERS = Export(
    "listmonk",
    (_set("uuid attributes status"),),
    clues=(Clue("status", LISTMONK),),
    bookkeeping=_set("uuid attributes status created_at updated_at"),
    caution=(
        "It tells who is blocklisted, but not who left a single list: choose the list and the "
        "subscription status when you export."
    ),
)

# Columns: buttondown/docs, content/pages/data-exports-subscriber.mdoc (read 2026-11-24)
BUTTONDOWN_SUBSCRIBERS = Export(
    "Buttondown",
    (_set("subscriber_type"),),
    clues=(Clue("subscriber_type", BUTTONDOWN),),
    bookkeeping=_set(
        "id secondary_id notes subscriber_type referrer_url source utm_source utm_medium "
        "utm_campaign creation_date ip_address subscription_date unsubscription_date metadata"
    ),
)

# Columns: TryGhost/migrate, packages/mg-substack-members-csv (2026), and later exports:
# email,active_subscription,expiry,plan,email_disabled,created_at,first_payment_at
SUBSTACK_LIST = Export(
    "Substack",
    (_set("active_subscription email_disabled"), _set("email_disabled expiry")),
    clues=(Clue("email_disabled", SUBSTACK),),
    bookkeeping=_set(
        "active_subscription expiry plan email_disabled prefer_digests digest_enabled created_at "
        "first_payment_at stripe_customer_id"
    ),
)

# Columns: programs that read its export (2026) find Subscriber,Sent,Opens,Clicks,Subscribed,
# Location, then fields such as Name and Last name, and Groups; MailerLite's help names none.
MAILERLITE_SUBSCRIBERS = Export(
    "MailerLite",
    (_set("subscriber subscribed"), _set("subscriber status"), _set("subscriber opens clicks")),
    clues=(
        Clue("status", MAILERLITE),
        Clue("unsubscribed", filled=Standing.UNSUBSCRIBED),
    ),
    bookkeeping=_set(
        "status sent opens clicks opened clicked open_rate click_rate subscribed unsubscribed "
        "location opted_in opt_in_time source ip_address signup_ip"
    ),
    by_file=True,
    silent=(
        "MailerLite writes a file for each status: make sure that this one was of active people."
    ),
)

# Columns: programs that read its export (2026) find first_name,email or email_address,created_at,
# and state or status; Kit's help names none. States: developers.kit.com, v4 (read 2026-11-24).
KIT_SUBSCRIBERS = Export(
    "Kit",
    (_set("first_name created_at state"), _set("first_name created_at status")),
    clues=(Clue("state", KIT), Clue("status", KIT)),
    bookkeeping=_set(
        "id subscriber_id state status created_at subscribed_at referrer utm_source utm_medium "
        "utm_campaign utm_term utm_content"
    ),
    by_file=True,
)

#: every export that we know, those with the surest marks first
EXPORTS = (
    MAILCHIMP,
    GHOST_MEMBERS,
    BUTTONDOWN_SUBSCRIBERS,
    SUBSTACK_LIST,
    LISTMONK_SUBSCRIBERS,
    BREVO,
    MAILERLITE_SUBSCRIBERS,
    KIT_SUBSCRIBERS,
)

#: any other table: whoever keeps one calls such columns so
UNKNOWN = Export(
    "",
    (),
    clues=(
        *(Clue(name, COMMON) for name in ("status", "subscription_status", "email_status")),
        Clue("subscribed", LEFT, within=True),
        Clue("unsubscribed", LEAVING, within=True),
        Clue("unsubscribed_at", filled=Standing.UNSUBSCRIBED),
        Clue("bounced_at", filled=Standing.BOUNCED),
    ),
    by_file=True,
)


def recognised(columns: frozenset[str]) -> Export:
    """Tell whose export has these columns, written as tokens; UNKNOWN for nobody's we know."""
    for export in EXPORTS:
        if any(marks <= columns for marks in export.marks):
            return export
    return UNKNOWN
