"""Names: what a domain says of itself in its TXT records. The only file that knows dnspython."""

from collections.abc import Sequence

from syndicate.errors import SyndicateError

#: seconds for one question, all its name servers and tries included
PATIENCE = 5.0
#: characters of a record that are kept; SPF, DKIM and DMARC need far fewer
LONGEST = 4096


class NoNames(SyndicateError):  # noqa: N818 -- as in `errors`
    """Names cannot be looked up: the library is missing, or no name server answers."""


class Names:
    """Asks the name servers of this computer, or those that are given by their IP addresses."""

    def __init__(self, servers: Sequence[str] = (), port: int = 53) -> None:
        """Raises NoNames where dnspython is not installed, or this computer has no name server."""
        try:
            import dns.exception  # noqa: PLC0415 -- only with the extra `dns`
            import dns.name  # noqa: PLC0415
            import dns.resolver  # noqa: PLC0415
        except ImportError:
            raise NoNames("install what looks names up: pip install 'syndicate[dns]'") from None
        self._nothing = (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer)
        self._error = dns.exception.DNSException
        self._parsed = dns.name.from_text
        try:
            self._resolver = dns.resolver.Resolver(configure=not servers)
        except dns.exception.DNSException:
            raise NoNames("this computer names no name server") from None
        if servers:
            self._resolver.nameservers = list(servers)
            self._resolver.port = port

    def texts(self, name: str) -> tuple[str, ...]:
        """Give the TXT records of a name; none where there is no such name.

        Raises NoNames when nobody answers, or with what makes no sense.
        """
        try:
            whole = self._parsed(name)
        except (self._error, ValueError):
            # What is no name has no records.
            return ()
        try:
            answer = self._resolver.resolve(whole, "TXT", lifetime=PATIENCE, search=False)
        except self._nothing:
            return ()
        except (self._error, OSError, ValueError):
            raise NoNames(f"no name server tells of {name}") from None
        records = (b"".join(one.strings)[:LONGEST] for one in answer)
        return tuple(record.decode("utf-8", "replace") for record in records)
