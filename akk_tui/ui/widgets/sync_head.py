"""The lines above the sync screen's tabs: what the next round would send, what is wrong, what is ready offline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, TYPE_CHECKING

from rich.cells import cell_len

from akk_tui import i18n
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext
from akk_tui.store import restored
from akk_tui.ui.sync_runner import portal_words
from akk_tui.ui.widgets import values
from akk_tui.ui.widgets.lines import last_sync

if TYPE_CHECKING:
    from akk_tui.store.shapes import Sending, SyncRun
    from akk_tui.store.views.history import Prepared

_STOPPED = "cancelled"
_NO_NETWORK = ("unreachable", "cut", "silent", "login_page")
_RESTORED_SHOWN = timedelta(days=7)


class Said(NamedTuple):
    """Words and the tone they are drawn in."""

    words: str
    tone: str = ""


def idle(
    off: str | None,
    synced: datetime | None,
    sending: Sending | None,
    zone: str,
    now: datetime,
    now_key: str,
    width: int,
    carry_key: str = "",
) -> str:
    """``Sinkron terakhir 09.14 WIB · menunggu 3 perubahan, 17 kB, kira-kira 1 detik · s menyinkronkan``.

    Where it is narrow the key falls away first, then the time of the last sync. ``off``: why no round can be started.
    ``carry_key``: the key that writes what waits to a file, where the network is of no use now.
    """
    when = last_sync(synced, zone, now)
    when = when[:1].upper() + when[1:]
    waits = ""
    if sending is not None and sending.operations:
        waits = _("menunggu {what}").format(what=values.sending_words(sending))
    key = _("{key} menyinkronkan").format(key=now_key)
    forms = ((when, waits, key), (waits, key), (when, waits), (waits,)) if waits else ((when, key), (key,))
    if off:
        forms = ((off.rstrip("."), waits), (off,)) if waits else ((off,),)
    if waits and carry_key:
        carry = _("{key} ke berkas").format(key=carry_key)
        forms = (*((*form, carry) for form in forms[:2] if waits in form), (waits, carry), *forms)
    lines = [" · ".join(part for part in form if part) for form in forms]
    return next((line for line in lines if cell_len(line) <= width), lines[-1])


def no_network(runs: Sequence[SyncRun]) -> bool:
    """Whether the last round did not get through to the server."""
    return bool(runs) and runs[0].outcome in _NO_NETWORK


def of_restore(under_way: bool, last: restored.Recovery | None, zone: str, now: datetime, width: int) -> Said | None:
    """That the server was restored from a backup: while its rows come in, and for a week; None otherwise.

    Where it is narrow it is shorter, at last without what is shown meanwhile, or the name of the copy.
    """
    if under_way:
        forms = (_(restored.UNDER_WAY_WORDS), _("Server dipulihkan dari cadangan; data dibaca ulang."))
    elif last is None or now - last.at > _RESTORED_SHOWN:
        return None
    else:
        when = i18n.moment(last.at, zone)
        words = _("Server dipulihkan dari cadangan; dibaca ulang {when}.").format(when=when)
        forms = (words,)
        if last.copy is not None:
            name = last.copy.name
            short = _("Server dipulihkan, dibaca ulang {when}. Salinan sebelumnya: {name}").format(when=when, name=name)
            forms = (f"{words} {_(restored.COPY_WORDS).format(path=name)}", short, words)
    return Said(next((form for form in forms if cell_len(form) <= width), forms[-1]), "warn")


def trouble(portal: bool, runs: Sequence[SyncRun], zone: str, now_key: str, room: int, again: str = "") -> Said | None:
    """A Wi-Fi that wants to be signed in to, or why the last round failed; None after one that was completed.

    ``again``: when it is tried again, in words. Where the round's own sentence does not fit ``room`` cells, a short one
    says it.
    """
    if portal or (runs and runs[0].outcome == "login_page"):
        return Said(portal_words(now_key), "warn")
    if not runs or runs[0].outcome in ("done", _STOPPED):
        return None
    when = i18n.moment(runs[0].started, zone)
    failed = _("Sinkron {when} gagal, {again}: {why}") if again else _("Sinkron {when} gagal: {why}")
    forms = [
        failed.format(when=when, again=again, why=values.failure_words(runs[0].outcome, words))
        for words in (runs[0].words, None)
    ]
    if again:
        why = values.failure_words(runs[0].outcome, None)
        forms.append(_("Sinkron gagal, {again}: {why}").format(again=again, why=why))
    return Said(next((form for form in forms if cell_len(form) <= room), forms[-1]), "bad")


def offline_words(prepared: Sequence[Prepared], zone: str, key: str) -> str:
    """``Siap luring: 2 dari 3 daerah, data per 6 Okt 2025 09.14 WIB``."""
    until = [one.until for one in prepared if one.until is not None]
    if not prepared:
        return ""
    if not until:
        return _("Belum ada daerah yang disiapkan luring; {key} menyiapkannya.").format(key=key)
    words = ngettext(
        "Siap luring: {n} dari {total} daerah, data per {when} · {key} memilih",
        "Siap luring: {n} dari {total} daerah, data per {when} · {key} memilih",
        len(prepared),
    )
    return words.format(n=len(until), total=len(prepared), when=i18n.moment(min(until), zone), key=key)
