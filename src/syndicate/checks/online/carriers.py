"""What providers ask senders to write into their domain's records.

SendGrid's, Mailgun's, Mailchimp's and Amazon's were read in public set-up guides in November 2026;
the others are common knowledge and not verified. Any of them may change, so a finding says what was
looked for. Where the DKIM selector differs by account there is none here.
"""

from typing import NamedTuple


class Records(NamedTuple):
    """What a provider's customers have in their records."""

    title: str
    #: for an SPF record; "" where the provider needs none
    include: str = ""
    #: selectors under which its DKIM keys lie; empty where nobody can guess them
    selectors: tuple[str, ...] = ()


RECORDS = {
    "brevo": Records("Brevo", "spf.brevo.com", ("brevo1", "brevo2", "mail")),
    "buttondown": Records("Buttondown"),
    "kit": Records("Kit", "", ("cka", "ckespa")),
    "listmonk": Records("your mail server"),
    "mailchimp": Records("Mailchimp", "", ("k1", "k2", "k3")),
    "mailerlite": Records("MailerLite", "_spf.mlsend.com", ("ml", "litesrv")),
    "mailersend": Records("MailerSend", "_spf.mailersend.net", ("mlsend", "mlsend2")),
    "mailgun": Records("Mailgun", "mailgun.org", ("mx", "k1", "smtp", "pic", "mailo", "krs")),
    "mailjet": Records("Mailjet", "spf.mailjet.com", ("mailjet",)),
    "mandrill": Records("Mandrill", "spf.mandrillapp.com", ("mte1", "mte2", "mandrill")),
    "postmark": Records("Postmark", "spf.mtasv.net"),
    "resend": Records("Resend", "amazonses.com", ("resend",)),
    "sendgrid": Records("SendGrid", "sendgrid.net", ("s1", "s2")),
    "ses": Records("Amazon SES", "amazonses.com"),
    "sparkpost": Records("SparkPost", "sparkpostmail.com"),
}


def records_of(provider: str) -> Records:
    """Give what is known of a provider, also of its second name, such as brevo-campaigns."""
    return RECORDS.get(provider) or RECORDS.get(provider.partition("-")[0]) or Records(provider)
