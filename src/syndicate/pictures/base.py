"""The noun of the pictures room."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """How a picture is made to fit, in pixels of the file."""

    #: "fit" keeps all of it; "crop" fills the box and cuts off what is outside
    kind: str
    width: int
    height: int
