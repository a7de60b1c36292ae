"""How long something takes, as people write it in the configuration: 90s, 10m, 2h, 180d."""

import re

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
#: how a duration is written, as a pattern for configuration keys
PATTERN = r"^(0|[1-9][0-9]{0,5} ?[smhd])\Z"


def parse(text: str) -> float:
    """Read a duration such as `10m` or `180d`, in seconds; `0` is none at all.

    Raises ValueError with the end of a sentence that quotes the text.
    """
    plain = text.strip()
    if not re.fullmatch(PATTERN, plain):
        raise ValueError(f'is not a length of time: "{plain[:40]}". Write it like 90s, 10m or 2h')
    return 0.0 if plain == "0" else float(int(plain[:-1]) * _SECONDS[plain[-1]])


def text(seconds: float) -> str:
    """Write a duration in words, such as `2 hours` or `1 minute 30 seconds`."""
    left = round(seconds)
    parts = []
    for size, word in ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        number, left = divmod(left, size)
        if number:
            parts.append(f"{number} {word}{'' if number == 1 else 's'}")
    return " ".join(parts[:2]) or "0 seconds"
