"""Which part of the preview a finding is about, so that it can be shown beside it."""

from collections.abc import Iterable
from dataclasses import dataclass

from syndicate.models import Finding, Level

#: parts of the names of checks by view; the first that fits decides
_ABOUT = (
    ("feeds", ("feed",)),
    ("inbox", ("subject", "preheader", "sender", "reply")),
    ("links", ("link", "url", "utm", "href")),
    ("text", ("text-part", "plain")),
    (
        "issue",
        (
            "alt",
            "picture",
            "image",
            "clipped",
            "heavy",
            "contrast",
            "style",
            "unsubscribe",
            "address",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Told:
    """Findings, parted by how much they matter."""

    must_fix: tuple[Finding, ...]
    advice: tuple[Finding, ...]

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.must_fix or self.advice)


def told(findings: Iterable[Finding]) -> Told:
    """Part findings by how much they matter."""
    found = tuple(findings)
    return Told(
        tuple(one for one in found if one.level is Level.MUST_FIX),
        tuple(one for one in found if one.level is not Level.MUST_FIX),
    )


def about(finding: Finding) -> str:
    """Name the view that a finding belongs beside; "" where it belongs to none."""
    return next((view for view, names in _ABOUT if any(n in finding.name for n in names)), "")


def beside(view: str, findings: Iterable[Finding]) -> Told:
    """Choose the findings that belong beside a view."""
    return told(one for one in findings if about(one) == view)


def of_file(path: str, findings: Iterable[Finding]) -> Told:
    """Choose the findings that are about one file."""
    return told(one for one in findings if one.where is not None and one.where.path == path)


def of_others(paths: Iterable[str], findings: Iterable[Finding]) -> Told:
    """Choose the findings that are about other files than these."""
    known = set(paths)
    return told(one for one in findings if one.where is not None and one.where.path not in known)
