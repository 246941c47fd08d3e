"""Activities: opening their page, the form that makes and changes one, and when writing is off."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final, NamedTuple, TYPE_CHECKING

from akk_tui import i18n
from akk_tui.contract.states import EVENT_KINDS
from akk_tui.i18n import gettext as _
from akk_tui.ui import event_words
from akk_tui.ui.forms import Form, FormField
from akk_tui.ui.widgets.subject import Choice, SearchChooser

if TYPE_CHECKING:
    from akk_tui.store.shapes import Edit, EventDetail, EventRow, RegionRow
    from akk_tui.ui.app import AkkApp
    from akk_tui.ui.screens.base import AkkScreen

_CLOCK: Final = r"(\d{1,2})(?:[.:](\d{2}))?"
_CLOCKS: Final = re.compile(rf"{_CLOCK}(?:\s*(?:-|–|—|s\.?d\.?|sampai|to)\s*{_CLOCK})?(?:\s*(?:wib|wita|wit))?\Z", re.I)
_KIND_OF_STAGE: Final = {
    "observasi": "observasi",
    "bimtek": "bimtek",
    "pendampingan": "monev",
    "penilaian": "penilaian",
}


async def show_event(app: AkkApp, id: str) -> None:  # noqa: A002 - the row's own word
    """Show the page of the activity ``id``; raises UnknownEvent."""
    from akk_tui.ui.screens.event import EventScreen

    await app.push_screen(EventScreen(app.store.views.event(id)))


def writing_off(app: AkkApp, region: str | None = None, *, kind: str = "event") -> str | None:
    """Why no activity (or with ``kind`` follow-up) can be written in ``region`` (None: anywhere), or None."""
    status = app.status
    if not app.cycle or status is None:
        return app.keyed(_("Belum ada data di sini. Tekan {key:sync.now} untuk sinkronisasi pertama."))
    if status.cycle_state != "open":
        return _("Siklus {cycle} sudah ditutup; isiannya tidak dapat diubah.").format(cycle=app.cycle)
    if kind == "event" and status.role == "verifikator":
        return _("Verifikator tidak dapat menulis kegiatan.")
    if region is None:
        return None
    row = region_row(app, region)
    return None if row is None or row.writable else read_only(row.name)


def read_only(region_name: str) -> str:
    """The sentence that refuses an edit of a region that the officer only reads."""
    return _("{region} hanya dapat dibaca oleh Anda.").format(region=region_name)


def changing_off(app: AkkApp, row: EventRow) -> str | None:
    """Why the activity ``row`` cannot be changed, or None."""
    return writing_off(app) or (None if row.writable else read_only(row.region_name))


def region_row(app: AkkApp, region: str) -> RegionRow | None:
    """The region in the cycle that is shown."""
    return next((row for row in app.store.views.regions(app.cycle) if row.code == region), None)


def choose_region(screen: AkkScreen, title: str, chosen: Callable[[str], None], first: str | None = None) -> None:
    """Ask for a region that may be written; the only one is taken at once."""
    app = screen.akk
    rows = [row for row in app.store.views.regions(app.cycle) if row.writable] if app.cycle else []
    if not rows:
        app.tell(_("Tidak ada daerah yang boleh Anda ubah pada siklus ini."), "warning")
    elif len(rows) == 1:
        chosen(rows[0].code)
    else:
        choices = [Choice(row.code, row.code, f"{row.name} · {row.province}") for row in rows]
        ranks = app.store.search.nearness.ranks(app.cycle)
        app.push_screen(SearchChooser(title, choices, first, ranks), lambda code: chosen(code) if code else None)


def write_event(screen: AkkScreen, region: str | None = None, day: date | None = None) -> None:
    """Open the form of a new activity in ``region`` (None: ask for one) on ``day`` (None: today)."""
    app = screen.akk
    reason = writing_off(app, region)
    if reason is not None:
        app.tell(reason, "warning")
        return
    if region is None:
        choose_region(screen, _("Kegiatan baru: daerah"), lambda code: write_event(screen, code, day))
        return
    here = region_row(app, region)
    if here is None:
        app.tell(_("Pilih dulu sebuah daerah."), "warning")
        return
    kind = _KIND_OF_STAGE.get(here.stage or "", "rapat")
    first = Head(kind=kind, start=(day or app.store.today()).isoformat())

    def save(texts: dict[str, str]) -> Edit | str:
        made = made_of(texts, here.zone)
        if isinstance(made, str):
            return made
        return app.store.create("event", {"cycle": here.cycle, "region": here.code, **made})

    title = _("Kegiatan baru · {region}").format(region=here.name)
    open_form(screen, title, fields(first), save, note=_zone_note(here.zone), new=True)


def edit_event(screen: AkkScreen, detail: EventDetail) -> None:
    """Open the form with the head of an activity; what it shows is what the officer has seen."""
    app, row = screen.akk, detail.row
    reason = changing_off(app, row)
    if reason is not None:
        app.tell(reason, "warning")
        return
    zone = row.zone or zone_of(app, row)

    def save(texts: dict[str, str]) -> Edit | str:
        made = made_of(texts, zone)
        if isinstance(made, str):
            return made
        return app.store.edit("event", row.id, made, seen=detail.seen, answers=row.state == "conflict")

    title = _("Kegiatan · {region}").format(region=row.region_name)
    open_form(screen, title, fields(head_of(row)), save, note=_zone_note(zone))


def delete_event(screen: AkkScreen, row: EventRow) -> bool:
    """Delete an activity and say how it comes back; False when it was refused."""
    app = screen.akk
    reason = changing_off(app, row)
    if reason is not None:
        app.tell(reason, "warning")
        return False
    app.store.outbox.delete("event", row.id)
    app.tell(app.keyed(_("Kegiatan “{title}” dihapus; {key:edit.undo} mengurungkannya.")).format(title=row.title))
    return True


def open_form(
    screen: AkkScreen,
    title: str,
    asked: Sequence[FormField],
    save: Callable[[dict[str, str]], Edit | str],
    *,
    note: str = "",
    first: str | None = None,
    new: bool = False,
) -> None:
    """Open a form whose ``save`` gets the texts and answers the edit it made, or why there is none.

    With ``new`` that edit makes a row, and the screen puts its cursor there.
    """
    app = screen.akk
    made: list[Edit] = []

    def keep(texts: dict[str, str]) -> str | None:
        edit = save(texts)
        if isinstance(edit, str):
            return edit
        made.append(edit)
        return None

    def closed(texts: dict[str, str] | None) -> None:
        if texts is None:
            return
        if made and made[-1].op is not None:
            app.edited()
            if new:
                screen.seek(made[-1].key)
        else:
            app.tell(_("Tidak ada yang berubah."))

    app.push_screen(Form(title, asked, save=keep, note=note, first=first), closed)


def zone_of(app: AkkApp, row: EventRow) -> str:
    """The zone of the activity's region."""
    reference = app.store.reference()
    regions = reference.regions if reference is not None else ()
    return next((str(region.zone) for region in regions if region.code == row.region), "WIB")


def _zone_note(zone: str) -> str:
    return _("Jam menurut waktu daerahnya ({zone}).").format(zone=zone)


# --- the form's fields


class Head(NamedTuple):
    """What the form shows of an activity, as text in its file form."""

    title: str = ""
    kind: str = ""
    start: str = ""
    end: str = ""
    clock: str = ""
    place: str = ""
    participants: str = ""
    institutions: str = ""


def head_of(row: EventRow) -> Head:
    """What the form shows of ``row``."""
    clock = event_words.clocks(row).removesuffix(row.zone or "").strip()
    return Head(
        title=row.title,
        kind=row.kind or "",
        start=row.start_day.isoformat() if row.start_day else "",
        end=row.end_day.isoformat() if row.end_day and row.end_day != row.start_day else "",
        clock=clock,
        place=row.place or "",
        participants="" if row.participants is None else str(row.participants),
        institutions=", ".join(row.institutions),
    )


def fields(head: Head) -> list[FormField]:
    """The fields of the form, with what ``head`` holds."""
    kinds: list[str] = list(EVENT_KINDS)
    if head.kind and head.kind not in kinds:
        kinds.append(head.kind)
    known = tuple((kind, event_words.kind_word(kind)) for kind in kinds)
    offered = tuple((name, name) for name in event_words.SOURCES)
    return [
        FormField("title", _("Judul"), head.title, required=True),
        FormField("kind", _("Jenis"), head.kind or "lainnya", kind="choice", choices=known),
        FormField("start", _("Hari pertama"), head.start, kind="date"),
        FormField("end", _("Hari terakhir"), head.end, kind="date", hint=_("kosong: satu hari saja")),
        FormField("clock", _("Jam"), head.clock, check=_clock_trouble, hint=_("09.00 atau 09.00–12.00; boleh kosong")),
        FormField("place", _("Tempat"), head.place),
        FormField("participants", _("Peserta"), head.participants, check=_count_trouble, hint=_("jumlah orang")),
        FormField("institutions", _("Lembaga"), head.institutions, kind="set", choices=offered, hint=_("dipisah koma")),
    ]


def _clock_trouble(text: str) -> str | None:
    return None if clock_times(text) is not None else _("jam ditulis 09.00 atau 09.00–12.00")


def _count_trouble(text: str) -> str | None:
    return None if text.isdecimal() and int(text) <= 1_000_000 else _("harus bilangan bulat")


def clock_times(text: str) -> tuple[str, str | None] | None:
    """``("09:00", "12:00")`` of ``9–12``; None when it is no clock or pair of clocks."""
    found = _CLOCKS.match(" ".join(text.split()))
    if found is None:
        return None
    hour, minute, last_hour, last_minute = found.groups()
    start = _clock(hour, minute)
    end = _clock(last_hour, last_minute) if last_hour is not None else None
    if start is None or (last_hour is not None and end is None):
        return None
    return start, end


def _clock(hour: str, minute: str | None) -> str | None:
    return f"{int(hour):02}:{minute or '00'}" if int(hour) < 24 and int(minute or 0) < 60 else None


def made_of(texts: dict[str, str], zone: str) -> dict[str, Any] | str:
    """The fields of the activity that the form's ``texts`` mean, or the sentence that says what cannot be."""
    start, end = texts["start"], texts["end"]
    times = clock_times(texts["clock"]) if texts["clock"] else None
    if not start and (end or times):
        return _("Isi dulu hari pertamanya.")
    if end and end < start:
        first, last = date.fromisoformat(start), date.fromisoformat(end)
        return _("Hari terakhir ({last}) sebelum hari pertama ({first}).").format(
            last=i18n.day(last), first=i18n.day(first)
        )
    last = end or start
    if times is not None and times[1] is not None and last == start and times[1] < times[0]:
        return _("Jam selesai sebelum jam mulai.")
    first_moment, last_moment = start, end if end != start else ""
    if times is not None:
        first_moment = f"{start}T{times[0]}"
        last_moment = f"{last}T{times[1]}" if times[1] is not None else last_moment
    return {
        "title": texts["title"].strip(),
        "kind": texts["kind"] or None,
        "start": first_moment or None,
        "end": last_moment or None,
        "zone": zone if start else None,
        "place": texts["place"].strip() or None,
        "participants": int(texts["participants"]) if texts["participants"] else None,
        "institutions": [part.strip() for part in texts["institutions"].split(",") if part.strip()] or None,
    }
