"""Which regions a list shows, in what order: filters, sorts and the fuzzy search of the portfolio. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple, TYPE_CHECKING

from akk_tui.contract.errors import N_
from akk_tui.contract.states import EXITS, STAGES
from akk_tui.ui import words

if TYPE_CHECKING:
    from akk_tui.store.shapes import RegionRow

FILTERS: Final[dict[str, tuple[str, Callable[[Any], bool]]]] = {
    "all": (N_("semua daerah"), lambda row: True),
    "mine": (N_("daerah saya (boleh mengubah)"), lambda row: row.writable),
    "ready": (N_("siap"), lambda row: row.readiness == "ready"),
    "nearly": (N_("hampir siap"), lambda row: row.readiness == "nearly"),
    "behind": (N_("perlu percepatan"), lambda row: row.readiness == "behind"),
    "overdue": (N_("ada yang terlambat"), lambda row: row.overdue > 0),
    "waiting": (N_("belum terkirim atau beda isian"), lambda row: row.pending > 0 or row.conflicts > 0),
}
REASONS: Final = {
    "conflict": N_("beda isian"),
    "criterion": N_("kriteria belum terpenuhi"),
    "overdue": N_("butir terlambat"),
    "followup": N_("tindak lanjut terlambat"),
    "late_forecast": N_("proyeksi sesudah penilaian"),
    "dropped": N_("komponen turun"),
    "needs_work": N_("perlu perbaikan"),
    "stale": N_("lama tanpa perubahan"),
}
"""Why something needs attention, the heaviest first."""
_FAR: Final = date.max


def _best(row: RegionRow) -> float:
    best = row.official if row.official is not None else row.estimate
    return -1.0 if best is None else best


def _name(row: RegionRow) -> str:
    """The name without its kind, so that Kota Blitar stands beside Kab. Blitar."""
    return row.name.split(" ", 1)[-1].casefold()


def _stage(row: RegionRow) -> float:
    """How far the region has come; one on a way out stands behind those of its furthest stage."""
    if row.stage in EXITS:
        return STAGES.index(EXITS[row.stage]) - 0.5
    return STAGES.index(row.stage) if row.stage in STAGES else -1


def _forecast_day(row: RegionRow) -> date:
    if row.forecast.kind == "passed":
        return date.min
    return row.forecast.day or _FAR


def _gap(row: RegionRow) -> float:
    return 101.0 if row.gap is None else row.gap


SORTS: Final[dict[str, tuple[str, Callable[[Any], Any]]]] = {
    "stage": (N_("tahapan (terjauh dahulu)"), lambda row: (-_stage(row), _name(row))),
    "name": (N_("nama"), _name),
    "low": (N_("nilai (terendah dahulu)"), _best),
    "high": (N_("nilai (tertinggi dahulu)"), lambda row: -_best(row)),
    "forecast": (N_("proyeksi (tercepat dahulu)"), _forecast_day),
    "overdue": (N_("terlambat (terbanyak dahulu)"), lambda row: -row.overdue),
    "province": (N_("provinsi"), lambda row: (row.province, row.name)),
    "gap": (N_("kurang (terdekat ke lulus dahulu)"), _gap),
    "stale": (N_("tanpa perubahan (terlama dahulu)"), lambda row: -(row.stale_days or 0)),
}


@lru_cache(4096)
def _folded(text: str) -> tuple[str, str]:
    """``text`` without regard to case, and its words with one space before each: the same texts are asked every key."""
    folded = text.casefold()
    return folded, " " + " ".join(folded.split())


_FAR_OFF: Final = 3
"""The rank of a text that holds the letters of a word in their order only."""


def _exact(word: str, folded: tuple[str, str]) -> int:
    """How badly a text matches ``word``: 0 begins with it, 1 a word does, 2 holds it, 3 does not."""
    text, begins = folded
    if word not in text:
        return _FAR_OFF
    return 0 if text.startswith(word) else 1 if f" {word}" in begins else 2


def _in_order(word: str, text: str) -> bool:
    """Whether the letters of ``word`` stand in ``text`` in their order."""
    letters = iter(text)
    return all(letter in letters for letter in word)


def fuzzy(wanted: str, text: str) -> int | None:
    """How badly ``text`` matches: 0 begins with it, 1 a word does, 2 holds it, 3 its letters in order; None not."""
    wanted = wanted.casefold()
    folded = _folded(text)
    rank = _exact(wanted, folded)
    if rank < _FAR_OFF:
        # Several words are no beginning of one.
        return 2 if rank == 1 and " " in wanted else rank
    return rank if len(wanted) > 2 and _in_order(wanted.replace(" ", ""), folded[0]) else None


class _Sought(NamedTuple):
    """What is searched of a region, each text without regard to case, see :func:`_folded`."""

    name: tuple[str, str]
    others: tuple[tuple[str, str], ...]
    """Province, code, stage and officers."""


@lru_cache(4096)
def _sought(name: str, *others: str) -> _Sought:
    return _Sought(_folded(name), tuple(_folded(text) for text in others))


def _rank(sought: _Sought, wanted: Sequence[str]) -> int | None:
    """The worst rank of the words asked for; each must match name, province, code, stage or officer."""
    worst = 0
    for word in wanted:
        best = _FAR_OFF
        for folded in sought.others:
            best = min(best, _exact(word, folded))
        best = min(best, _exact(word, sought.name))
        if (
            best == _FAR_OFF
            and not (
                (len(word) > 2 and _in_order(word, sought.name[0]))
                # ``jateng``, ``sulsel``: the letters of a province in their order.
                or (len(word) > 3 and sought.others[0][0][:1] == word[0] and _in_order(word, sought.others[0][0]))
            )
        ):
            return None
        worst = max(worst, best)
    return worst


def hits(search: str) -> Callable[[str], Sequence[tuple[int, int]]] | None:
    """For marking what was searched for: the (start, end) of each hit of its words in a text; None without a search.

    A text that holds no word as it is has the letters of a longer word marked, where they stand in order.
    """
    wanted = [word.casefold() for word in search.split()]
    if not wanted:
        return None

    def found(text: str) -> list[tuple[int, int]]:
        low = text.casefold()
        if len(low) != len(text):
            return []
        spans: list[tuple[int, int]] = []
        for word in wanted:
            at = _begin(low, word)
            if at >= 0:
                spans.append((at, at + len(word)))
            elif len(word) > 2 and not word.isdigit():
                spans += _letters(low, word)
        return spans

    return found


def _begin(text: str, word: str) -> int:
    """Where ``word`` stands in ``text``: at the beginning of a word before anywhere else; -1 not at all."""
    if text.startswith(word):
        return 0
    at = text.find(f" {word}")
    return at + 1 if at >= 0 else text.find(word)


def _letters(text: str, word: str) -> list[tuple[int, int]]:
    """The places of the letters of ``word`` in their order, from a word's beginning; none when some are missing."""
    spans: list[tuple[int, int]] = []
    at = _begin(text, word[0]) - 1
    if at >= 0 and text[at] != " ":
        return []
    for letter in word:
        at = text.find(letter, at + 1)
        if at < 0:
            return []
        spans.append((at, at + 1))
    return spans


def arrange(rows: Sequence[RegionRow], kind: str = "all", order: str = "stage", search: str = "") -> list[RegionRow]:
    """The rows that pass filter and search, in order; with a search the better matches come first."""
    keep = FILTERS[kind][1]
    found = sorted((row for row in rows if keep(row)), key=SORTS[order][1])
    if not search.strip():
        return found
    wanted = search.casefold().split()
    stage_word = cache(words.stage_word)
    ranked = [
        (rank, row)
        for row in found
        if (rank := _rank(_sought(row.name, row.province, row.code, stage_word(row.stage), *row.team), wanted))
        is not None
    ]
    ranked.sort(key=lambda pair: pair[0])
    return [row for _rank_of, row in ranked]
