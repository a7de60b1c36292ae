"""AWS's signature, against the examples that AWS publishes with its test suite for signers."""

from datetime import UTC, datetime

import pytest

from syndicate.providers.sigv4 import Credentials, sign
from syndicate.transport import Secret

#: of the published suite (aws-sig-v4-test-suite)
CREDENTIALS = Credentials("AKIDEXAMPLE", Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"))
AT = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)


@pytest.mark.parametrize(
    ("call", "signature"),
    [
        (
            ("GET", "https://example.amazonaws.com/", b""),
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        ),
        (
            ("POST", "https://example.amazonaws.com/", b""),
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        ),
        (
            ("GET", "https://example.amazonaws.com/?Param2=value2&Param1=value1", b""),
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        ),
    ],
    ids=["get-vanilla", "post-vanilla", "get-vanilla-query-order-key-case"],
)
def test_it_signs_as_the_published_examples_do(call, signature):
    headers = sign(CREDENTIALS, "us-east-1", "service", call, AT)
    assert headers["Authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        f"SignedHeaders=host;x-amz-date, Signature={signature}"
    )


def test_a_temporary_key_brings_its_token_along():
    temporary = Credentials("AKID", Secret("s"), "token")
    headers = sign(temporary, "eu-west-1", "ses", ("GET", "https://x.example/a", b""), AT)
    assert headers["x-amz-security-token"] == "token"
    assert "host;x-amz-date;x-amz-security-token" in headers["Authorization"]


def test_another_body_has_another_signature():
    one, other = (
        sign(CREDENTIALS, "eu-west-1", "ses", ("POST", "https://x.example/", body), AT)
        for body in (b"a", b"b")
    )
    assert one["Authorization"] != other["Authorization"]
