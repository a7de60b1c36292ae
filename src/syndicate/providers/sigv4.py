"""AWS Signature Version 4: who calls, and that nobody changed the call.

Rules are from "Create a signed AWS API request" (AWS IAM User Guide, read 2026-11-22). A few lines
of our own, as the smallest package that signs brings an SDK with it.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, quote, urlsplit

from syndicate.transport import Secret

ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What AWS knows an account by."""

    key_id: str
    secret: Secret
    #: of temporary credentials; "" for others
    token: str = ""


def sign(
    credentials: Credentials,
    region: str,
    service: str,
    call: tuple[str, str, bytes],
    now: datetime,
) -> Mapping[str, str]:
    """Give the headers of a signed call: its method, whole address and body.

    `now` is in UTC. The host is signed too, and whoever makes the call adds its header.
    """
    method, url, body = call
    parts = urlsplit(url)
    stamp = f"{now:%Y%m%dT%H%M%SZ}"
    headers = {"host": parts.netloc, "x-amz-date": stamp}
    if credentials.token:
        headers["x-amz-security-token"] = credentials.token
    names = ";".join(sorted(headers))
    request = "\n".join(
        (
            method,
            quote(parts.path or "/", safe="/-_.~"),
            _query(parts.query),
            *(f"{name}:{headers[name]}" for name in sorted(headers)),
            "",
            names,
            hashlib.sha256(body).hexdigest(),
        )
    )
    scope = f"{now:%Y%m%d}/{region}/{service}/aws4_request"
    digest = hashlib.sha256(request.encode()).hexdigest()
    text = f"{ALGORITHM}\n{stamp}\n{scope}\n{digest}"
    key = f"AWS4{credentials.secret.value}".encode()
    for part in (f"{now:%Y%m%d}", region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    named = f"Credential={credentials.key_id}/{scope}, SignedHeaders={names}"
    shown = {name: value for name, value in headers.items() if name != "host"}
    return {**shown, "Authorization": f"{ALGORITHM} {named}, Signature={signature}"}


def _query(query: str) -> str:
    pairs = sorted(parse_qsl(query, keep_blank_values=True))
    return "&".join(
        f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in pairs
    )
