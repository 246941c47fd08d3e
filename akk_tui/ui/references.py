"""References in notes: ``[[35.72]]`` a region, ``[[2.4]]`` an indicator, ``[[2.4.1]]`` an item, ``[[35.72:2.4]]``.

They are plain text in the note, so that every program shows something of use; here they are read with their titles.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple, TYPE_CHECKING

from akk_tui.contract.ids import INDICATOR, ITEM, REGION
from akk_tui.i18n import gettext as _
from akk_tui.i18n import pick
from akk_tui.store.views import fold
from akk_tui.ui.widgets import marks

if TYPE_CHECKING:
    from akk_tui.store.store import Store
    from akk_tui.ui.screens.base import AkkScreen

OFFERS_MOST: Final = 40


class Target(NamedTuple):
    """What a reference names; ``region`` None: in whatever region the note is about."""

    region: str | None
    indicator: str | None = None
    item: str | None = None


class Offer(NamedTuple):
    """One thing to refer to; ``code`` is what stands in the brackets."""

    code: str
    title: str


def titles(store: Store, cycle: str) -> dict[str, str]:
    """Everything that can be referred to in ``cycle``, by code: regions, then indicators and their items."""
    reference = store.reference()
    if reference is None or not cycle:
        return {}
    found = {str(region.code): region.full_name for region in sorted(reference.regions, key=lambda one: one.name)}
    parts = [known for part in store.instrument(cycle).components for known in part.indicators]
    found |= {known.id: pick(known.title, known.title_en) for known in parts}
    return found | {item.id: pick(item.title, item.title_en) for known in parts for item in known.items}


def target(code: str) -> Target | None:
    """What ``code`` names; None when it has no such form."""
    place, colon, tail = code.rpartition(":")
    if REGION.match(code):
        return Target(code)
    if colon and not REGION.match(place):
        return None
    region = place or None
    if ITEM.match(tail):
        return Target(region, tail.rpartition(".")[0], tail)
    return Target(region, tail) if INDICATOR.match(tail) else None


def words(code: str, known: Mapping[str, str]) -> str:
    """``2.4 Kepatuhan LHKPN``; ``Kota Blitar`` for a region; the code alone where it names nothing that is here."""
    place, colon, tail = code.rpartition(":")
    if not colon:
        title = known.get(code, "")
        return title if REGION.match(code) and title else f"{code} {title}".strip()
    return f"{words(place, known)} · {words(tail, known)}"


def spoken(text: str, known: Mapping[str, str]) -> str:
    """``text`` with its references in words."""
    return marks.REFERENCE.sub(lambda match: words(match[1], known), text)


def in_line(line: str) -> list[str]:
    """The codes that a line refers to, each once, in order."""
    return list(dict.fromkeys(match[1] for match in marks.REFERENCE.finditer(line)))


def offers(known: Mapping[str, str], typed: str, near: str | None = None) -> list[Offer]:
    """What to offer for ``typed``: all its words begin words of title or code; what its code begins comes first.

    Indicators come before items and regions; the region ``near`` stands first while nothing is typed.
    """
    wanted = typed.strip().casefold()
    found = fold.words(typed)
    scored: list[tuple[tuple[int, int], Offer]] = []
    for place, (code, title) in enumerate(known.items()):
        points = _points(code, title, wanted, found)
        if points is not None:
            scored.append(((0 if code == near else points, place), Offer(code, title)))
    scored.sort(key=_by_points)
    return [offer for _points_, offer in scored[:OFFERS_MOST]]


def _by_points(scored: tuple[tuple[int, int], Offer]) -> tuple[int, int]:
    return scored[0]


def _points(code: str, title: str, wanted: str, typed: Iterable[str]) -> int | None:
    """How near a thing is, 1 the nearest; None when a typed word is in neither code nor title."""
    if wanted and code.startswith(wanted):
        return 1 if code == wanted else 2
    begins = fold.words(title)
    if not all(any(word.startswith(part) for word in begins) for part in typed):
        return None
    return 5 if ITEM.match(code) else 4 if REGION.match(code) else 3


async def open_reference(screen: AkkScreen, code: str, region: str | None) -> None:
    """Show what ``code`` names; an indicator or item without a region of its own in ``region``."""
    found = target(code)
    place = (found.region or region) if found is not None else None
    if found is None or place is None:
        screen.akk.tell(_("Rujukan {code} tidak menunjuk apa pun di sini.").format(code=code), "warning")
        return
    await screen.akk.open_region(place, indicator=found.indicator, item=found.item)
