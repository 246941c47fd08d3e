"""Follow-ups: the form that makes and changes one, the menu of its status, deleting; each an edit with undo."""

from __future__ import annotations

from typing import Any, Final, TYPE_CHECKING

from akk_tui.contract.errors import AkkError
from akk_tui.contract.states import FOLLOWUP_STATES
from akk_tui.i18n import gettext as _
from akk_tui.ui import event_words
from akk_tui.ui.chooser import Chooser, Option
from akk_tui.ui.events import open_form, read_only, region_row, writing_off
from akk_tui.ui.forms import FormField
from akk_tui.ui.terminal.safe import cut

if TYPE_CHECKING:
    from akk_tui.store.shapes import Edit, FollowupRow
    from akk_tui.ui.app import AkkApp
    from akk_tui.ui.screens.base import AkkScreen

_DONE: Final = "selesai"


def write_followup(
    screen: AkkScreen,
    *,
    region: str,
    subject: str | None = None,
    event: str | None = None,
    text: str = "",
    source: str | None = None,
) -> None:
    """Open the form of a new follow-up in ``region``.

    ``subject`` is what it is about (None: the activity ``event``, else the region); ``text`` and ``source`` stand in
    the form at the start.
    """
    app = screen.akk
    reason = writing_off(app, region, kind="followup")
    if reason is not None:
        app.tell(reason, "warning")
        return
    here = region_row(app, region)
    name = here.name if here is not None else region
    cycle = app.cycle

    def save(texts: dict[str, str]) -> Edit | str:
        about = subject or event or region
        made = {"cycle": cycle, "region": region, "subject": about, "event": event, "status": FOLLOWUP_STATES[0]}
        return app.store.create("followup", {**made, **_texts(texts, ("text", "source", "owner", "due"))})

    title = _("Tindak lanjut baru · {region}").format(region=name)
    asked = _fields(app, region, text, source or "", "", "")
    open_form(screen, title, asked, save, first="owner" if text else None, new=True)


def change_followup(screen: AkkScreen, id: str) -> None:  # noqa: A002 - the row's own word
    """Open the form with everything of the follow-up ``id``; raises UnknownFollowup."""
    app = screen.akk
    row = app.store.views.followup(id)
    reason = changing_off(app, row)
    if reason is not None:
        app.tell(reason, "warning")
        return
    states = tuple((state, event_words.status_word(state)) for state in FOLLOWUP_STATES)
    due, done = _iso(row.due), _iso(row.done_at)
    fields = [
        *_fields(app, row.region, row.text, row.source or "", row.owner or "", due),
        FormField("status", _("Status"), row.status, kind="choice", choices=states),
        FormField("done_at", _("Selesai pada"), done, kind="date", hint=_("kosong: hari ini, bila selesai")),
        FormField("response", _("Tanggapan"), row.response or "", kind="text"),
    ]

    def save(texts: dict[str, str]) -> Edit | str:
        if texts["status"] != _DONE and texts["done_at"] and texts["done_at"] != done:
            return _("Hari selesai hanya dicatat bila statusnya selesai.")
        made = _texts(texts, ("text", "source", "owner", "due", "response"))
        made |= _status(app, texts["status"], texts["done_at"])
        return app.store.edit("followup", row.id, made, seen=seen(row), answers=row.conflict)

    open_form(screen, _("Tindak lanjut · {region}").format(region=row.region_name), fields, save)


def set_status(screen: AkkScreen, id: str) -> None:  # noqa: A002
    """Open the small menu of the follow-up's status: 1–4 choose while it is open; raises UnknownFollowup."""
    app = screen.akk
    row = app.store.views.followup(id)
    reason = changing_off(app, row)
    if reason is not None:
        app.tell(reason, "warning")
        return
    options = [
        Option(
            state, event_words.status_word(state), "", event_words.status_glyph(state), event_words.status_tone(state)
        )
        for state in FOLLOWUP_STATES
    ]

    def chosen(status: str | None) -> None:
        if status is None:
            return
        if status == row.status:
            app.tell(_("Tidak ada yang berubah."))
            return
        try:
            made = _status(app, status, _iso(row.done_at))
            app.store.edit("followup", row.id, made, seen=seen(row), answers=row.conflict)
        except AkkError as cause:
            app.tell_error(cause)
        else:
            app.edited()

    app.push_screen(Chooser(cut(row.text.split("\n")[0], 60), options, row.status), chosen)


def delete_followup(screen: AkkScreen, row: FollowupRow) -> bool:
    """Delete a follow-up and say how it comes back; False when it was refused."""
    app = screen.akk
    reason = changing_off(app, row)
    if reason is not None:
        app.tell(reason, "warning")
        return False
    app.store.outbox.delete("followup", row.id)
    words = app.keyed(_("Tindak lanjut “{text}” dihapus; {key:edit.undo} mengurungkannya."))
    app.tell(words.format(text=cut(row.text.split("\n")[0], 40)))
    return True


def changing_off(app: AkkApp, row: FollowupRow) -> str | None:
    """Why the follow-up ``row`` cannot be changed, or None."""
    return writing_off(app, kind="followup") or (None if row.writable else read_only(row.region_name))


def seen(row: FollowupRow) -> dict[str, Any]:
    """The fields of ``row`` as they are shown: what an edit hands back as ``seen``."""
    return {
        "text": row.text or None,
        "source": row.source,
        "owner": row.owner,
        "due": _iso(row.due) or None,
        "status": row.status,
        "response": row.response,
        "done_at": _iso(row.done_at) or None,
    }


def _status(app: AkkApp, status: str, done: str) -> dict[str, Any]:
    """A status with the day it was done: today unless given, none where it is not done."""
    day = (done or app.store.today().isoformat()) if status == _DONE else None
    return {"status": status, "done_at": day}


def _texts(texts: dict[str, str], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: texts[name].strip() or None for name in names}


def _iso(day: Any) -> str:
    return "" if day is None else day.isoformat()


def _fields(app: AkkApp, region: str, text: str, source: str, owner: str, due: str) -> list[FormField]:
    sources = tuple((name, name) for name in event_words.SOURCES)
    owners = tuple((name, name) for name in owners_of(app, region))
    return [
        FormField("text", _("Yang diminta"), text, kind="text", required=True),
        FormField("source", _("Sumber"), source, choices=sources, hint=_("lembaga yang meminta")),
        FormField("owner", _("OPD"), owner, choices=owners, hint=_("penanggung jawab")),
        FormField("due", _("Batas waktu"), due, kind="date"),
    ]


def owners_of(app: AkkApp, region: str) -> tuple[str, ...]:
    """The OPD to offer: those that own something in the region, in the instrument's order."""
    try:
        detail = app.store.views.region(app.cycle, region)
    except AkkError:
        return ()
    found: dict[str, None] = {}
    for component in detail.components:
        for indicator in component.indicators:
            found.update(dict.fromkeys(indicator.owners))
            found.update(dict.fromkeys(item.owner for item in indicator.items if item.owner))
    return tuple(found)
