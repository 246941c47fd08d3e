"""One line of the page that ``doctor`` prints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from akk_tui.cli.context import sentence
from akk_tui.contract.errors import AkkError

Level = Literal["ok", "warn", "fail"]


class Check(NamedTuple):
    """One line of the page; ``cure`` is empty where nothing needs to be done."""

    id: str
    title: str
    level: Level
    detail: str
    cure: str = ""


def guarded(id_: str, title: str, look: Callable[[], Check], cure: str = "") -> Check:
    """What ``look`` finds; an error in words is a check that failed."""
    try:
        return look()
    except AkkError as error:
        return Check(id_, title, "fail", sentence(error), cure)
