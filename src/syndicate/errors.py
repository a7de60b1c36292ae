"""Everything that can go wrong in a way a person can mend, as a tree of errors.

Each message says what happened, where, and what to do next.
It never holds a key or a recipient's address.

    SyndicateError
    ├── ConfigError              syndicate.toml or a command-line value is wrong
    ├── ContentError             articles, templates or audience files are wrong
    │   ├── ArticleError
    │   ├── TemplateError
    │   └── AudienceError
    ├── LedgerError              the ledger cannot be used
    │   ├── LedgerBusy           another run or program holds it
    │   ├── LedgerLost           the connection to it was lost on the way
    │   └── LedgerTooNew         a newer Syndicate wrote it
    └── ProviderError            sorted by one question: could mail have left?
        ├── Unsupported          no: the provider cannot be told this at all
        ├── Misconfigured        no: key, address or permission is wrong; the run stops
        ├── Refused              no: the provider took nothing of this batch
        ├── Unavailable          no: not one byte left, or a question got no answer
        ├── Throttled            no: the provider says "later"
        └── Uncertain            perhaps: nothing is repeated by itself
"""


class SyndicateError(Exception):
    """Something a person can mend; the text says how."""


class ConfigError(SyndicateError):
    """The configuration or the command line is wrong."""


class ContentError(SyndicateError):
    """Something that people wrote cannot be used as it is."""


class ArticleError(ContentError):
    """An article cannot be read."""


class TemplateError(ContentError):
    """A template cannot be rendered; the text names file and line."""


class AudienceError(ContentError):
    """An audience file cannot be read."""


class LedgerError(SyndicateError):
    """The ledger cannot be used."""


class LedgerBusy(LedgerError):  # noqa: N818 -- the words of the design
    """Another run or program holds the ledger."""


class LedgerLost(LedgerError):  # noqa: N818
    """The connection to the ledger was lost; whether the last change was made is not known."""


class LedgerTooNew(LedgerError):  # noqa: N818
    """A newer Syndicate wrote this ledger."""


class ProviderError(SyndicateError):
    """A provider did not simply take a batch."""


class Unsupported(ProviderError):  # noqa: N818
    """The provider cannot be told this at all; nothing was sent."""


class Misconfigured(ProviderError):  # noqa: N818
    """The provider will take nothing until the configuration is mended; nothing was sent."""


class Refused(ProviderError):  # noqa: N818
    """The provider said no to the whole call and took nothing."""


class Unavailable(ProviderError):  # noqa: N818
    """Not one byte of a call was handed over, or a question got no answer; nothing was sent."""


class Throttled(ProviderError):  # noqa: N818
    """The provider took nothing and asks to come back later."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        """Keep how many seconds the provider asks to wait; None when it did not say."""
        super().__init__(message)
        self.wait = wait


class Uncertain(ProviderError):  # noqa: N818
    """The provider may or may not have taken the batch."""
