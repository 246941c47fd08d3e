"""The list of notes: what each column shows, which fall away where it is narrow, and hits that stand out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import cast, Final, NamedTuple, TYPE_CHECKING

from rich.text import Text

from akk_tui import i18n
from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.store.shapes import NoteRow
from akk_tui.store.views import fold
from akk_tui.ui.terminal.safe import cell
from akk_tui.ui.widgets.table import AkkTable, Column
from akk_tui.ui.widgets.values import note_state, outbox_tone

if TYPE_CHECKING:
    from akk_tui.ui.app import AkkApp

PRIVATE_WORDS: Final = ("pribadi", "private")
"""What is written like a tag and means the notes that are never sent."""


class Query(NamedTuple):
    """A typed filter: words that must occur, tags that a note must have, and whether it must be a private one."""

    words: str = ""
    tags: tuple[str, ...] = ()
    private: bool = False
    open: tuple[str, ...] = ()
    """What was typed of a tag that may become several: it does not narrow yet."""

    @property
    def empty(self) -> bool:
        """Whether it keeps everything."""
        return not (self.words or self.tags or self.private)

    @property
    def shown(self) -> str:
        """What it asks for, in words."""
        parts = [f"“{self.words}”"] if self.words else []
        parts += [f"#{tag}" for tag in self.tags]
        return " ".join([*parts, _("pribadi")] if self.private else parts)


def parse(typed: str, tags: Sequence[str]) -> Query:
    """The filter that ``typed`` means, where notes have ``tags``: ``rapat #lhkpn``."""
    words: list[str] = []
    found: list[str] = []
    unsure: list[str] = []
    private = False
    for part in typed.split():
        tag = part[1:].casefold() if part.startswith("#") else ""
        if not tag:
            words += [] if part == "#" else [part]
            continue
        exact = next((one for one in tags if one.casefold() == tag), None)
        if exact is not None:
            found.append(exact)
        elif tag in PRIVATE_WORDS:
            private = True
        elif any(one.casefold().startswith(tag) for one in (*tags, *PRIVATE_WORDS)):
            unsure.append(tag)
        else:
            found.append(part[1:])
    return Query(" ".join(words), tuple(found), private, tuple(unsure))


def complete(typed: str, tags: Sequence[str]) -> str | None:
    """``typed`` with the tag at its end completed, or None."""
    before, mark, last = typed.rpartition("#")
    if not mark or " " in last or (before and not before.endswith(" ")):
        return None
    for tag in (*tags, _(N_("pribadi"))):
        if tag.casefold().startswith(last.casefold()) and len(tag) > len(last):
            return f"{before}#{last}{tag[len(last) :]}"
    return None


class NoteList(AkkTable):
    """Notes, newest first. While something is searched the text around the hit stands beside the title."""

    HELP = N_(
        "Enter membaca catatan; {key:notes.new} menulis yang baru. {key:notes.filter} mencari di judul, isi, "
        "tanda, dan nama daerah: rapat #lhkpn. ↑ belum terkirim, ≠ beda isian, ⌂ pribadi (tidak pernah dikirim)."
    )

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as Textual names it
        super().__init__(id=id)
        self.rows_by_id: dict[str, NoteRow] = {}

    @property
    def here(self) -> NoteRow | None:
        """The note under the cursor."""
        return self.rows_by_id.get(self.cursor_key or "")

    def show_notes(
        self, rows: Sequence[NoteRow], titles: Mapping[str, str], found: re.Pattern[str] | None, width: int
    ) -> None:
        """Show ``rows`` in ``width`` cells; ``titles`` are those of indicators, ``found`` what was searched."""
        self.rows_by_id = {row.id: row for row in rows}
        columns = _columns(width, searching=found is not None)
        tall = found is not None and not any(column.key == "excerpt" for column in columns)
        self.fill(
            columns,
            [(row.id, partial(self._cells, row, columns, titles, found, tall)) for row in rows],
            height=2 if tall else 1,
        )

    def _cells(
        self,
        row: NoteRow,
        columns: Sequence[Column],
        titles: Mapping[str, str],
        found: re.Pattern[str] | None,
        tall: bool,
    ) -> list[Text]:
        return [self._cell(row, column, titles, found, tall) for column in columns]

    def _cell(
        self, row: NoteRow, column: Column, titles: Mapping[str, str], found: re.Pattern[str] | None, tall: bool
    ) -> Text:
        app = cast("AkkApp", self.app)
        width = (column.width or 2) - 1
        if column.key == "when":
            return cell(when(row, app.zone, short=width < 10), app.tone("muted"), width=width)
        if column.key == "title":
            title = self._hits(row.title or row.excerpt, found, width)
            if tall:
                title.append("\n")
                title.append_text(self._hits(_around(_met(row, found), found, width), found, width, "muted"))
                title.no_wrap = True
            return title
        if column.key == "excerpt":
            return self._hits(_around(_met(row, found), found, width), found, width, "muted")
        if column.key == "about":
            return cell(about(row, titles), width=width)
        if column.key == "tags":
            return self._hits(" ".join(f"#{tag}" for tag in row.tags), found, width, "accent")
        if column.key == "author":
            return cell(row.author, width=width)
        return self._state(row, width)

    def _state(self, row: NoteRow, width: int) -> Text:
        if row.state == "sent":
            return cell("")
        glyph = {"conflict": "≠", "private": "⌂"}.get(row.state, "↑")
        words = f"{glyph} {note_state(row.state)}" if width > 2 else glyph
        return cell(words, cast("AkkApp", self.app).tone(outbox_tone(row.state) or "muted"), width=width)

    def _hits(self, text: str, found: re.Pattern[str] | None, width: int, tone: str = "") -> Text:
        """``text`` in ``width`` cells with the searched words standing out."""
        app = cast("AkkApp", self.app)
        made = cell(text, app.tone(tone) if tone else "", width=width)
        if found is not None:
            for start, end in fold.ranges(made.plain, found):
                made.stylize(f"bold underline {app.tone('accent')}".strip(), start, end)
        return made


def _met(row: NoteRow, found: re.Pattern[str] | None) -> str:
    """What of a note shows why it was found: its excerpt, behind its region's name where that alone was meant."""
    if found is None or found.search(fold.fold(row.excerpt)) or not found.search(fold.fold(row.region_name)):
        return row.excerpt
    return f"{row.region_name} · {row.excerpt}"


def _around(excerpt: str, found: re.Pattern[str] | None, width: int) -> str:
    """``excerpt`` cut so that the first hit is seen."""
    first = found.search(fold.fold(excerpt)) if found is not None else None
    if first is None or first.end() <= width - 1:
        return excerpt
    start = max(0, min(first.start() - width // 3, len(excerpt) - width + 1))
    # From the beginning of a word, so far as one begins before the hit.
    space = excerpt.find(" ", start, first.start())
    return "…" + excerpt[(space if space >= 0 else start) + 1 :].lstrip("… ")


def about(row: NoteRow, titles: Mapping[str, str]) -> str:
    """``Kota Blitar``, or the region with the indicator or activity."""
    indicator = row.subject.partition(":")[2]
    title = titles.get(indicator, row.subject_title)
    if row.subject == row.region or title in ("", row.region_name):
        return row.region_name
    return " ".join(part for part in (row.region_name, "·", indicator, title) if part)


def when(row: NoteRow, zone: str, *, short: bool = False) -> str:
    """The day the note was made."""
    if row.at is None:
        return "–"
    day = i18n.in_zone(row.at, zone).date()
    return i18n.day(day, year=False) if short else i18n.day(day)


def _columns(width: int, *, searching: bool) -> tuple[Column, ...]:
    """Where it is narrow tags fall away first, then the author, the words of the state, what it is about, the year."""
    day = 13 if width >= 60 and not (searching and width < 90) else 7
    state = 20 if width >= 90 else 3
    if searching:
        title = max((width - day - state) * 2 // 5, 20)
        excerpt = width - day - state - title
        if excerpt < 16:
            title, excerpt = width - day - state, 0
        wanted = (("when", _("Dibuat"), day), ("title", _("Judul"), title), ("excerpt", _("Ditemukan"), excerpt))
    else:
        about_width = 26 if width >= 90 else 20 if width >= 60 else 0
        author = 12 if width >= 76 else 0
        tags = 18 if width >= 104 else 0
        title = max(width - about_width - day - state - author - tags, 14)
        wanted = (
            ("when", _("Dibuat"), day),
            ("title", _("Judul"), title),
            ("about", _("Tentang"), about_width),
            ("tags", _("Tanda"), tags),
            ("author", _("Penulis"), author),
        )
    columns = [Column(key, title, cells) for key, title, cells in wanted if cells]
    return (*columns, Column("state", _("Keadaan") if state > 3 else "", state))
