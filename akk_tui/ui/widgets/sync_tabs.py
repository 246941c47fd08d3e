"""The tabs of the sync screen: what each holds, its name, its commands, and what it says when it is empty."""

from __future__ import annotations

from typing import Final, NamedTuple, TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content

from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.store.shapes import Conflict, DiscardedRow, OutboxRow, Sending, SentRow, SyncRun
from akk_tui.ui.terminal.safe import content
from akk_tui.ui.widgets.lines import clickable

if TYPE_CHECKING:
    from akk_tui.store.restored import Recovery
    from akk_tui.store.store import Store
    from akk_tui.store.views.history import Prepared

TABS: Final = ("outbox", "conflicts", "sent", "discarded", "runs")
_TITLES: Final = {
    "outbox": N_("Belum terkirim"),
    "conflicts": N_("Beda isian"),
    "sent": N_("Terkirim"),
    "discarded": N_("Dilepas"),
    "runs": N_("Riwayat"),
}
_EMPTY: Final = {
    "outbox": N_("Semua sudah terkirim. Perubahan berikutnya menunggu di sini sampai disinkronkan."),
    "conflicts": N_(
        "Tidak ada beda isian. Bila rekan mengubah isian yang sama, di sini Anda memilih isian yang dipakai."
    ),
    "sent": N_("Belum ada yang terkirim dalam 90 hari terakhir. {now} mengirim yang menunggu."),
    "discarded": N_(
        "Tidak ada isian yang dilepas dalam 90 hari terakhir. Isian yang kalah pada beda isian, ditolak server lalu "
        "dilepas, atau diurungkan tersimpan di sini dan dapat dipulihkan."
    ),
    "runs": N_("Belum pernah sinkron. Tekan {now} untuk menyinkronkan."),
}
OWN: Final = {
    "sync.mine": "conflicts",
    "sync.theirs": "conflicts",
    "sync.value": "conflicts",
    "sync.mine_region": "conflicts",
    "sync.theirs_region": "conflicts",
    "sync.retry": "outbox",
    "sync.discard": "outbox",
    "sync.restore": "discarded",
}
"""Commands that belong to one tab: the footer of another does not show them."""
_MOST: Final = 200


class Work(NamedTuple):
    """What the screen shows, read at one time."""

    outbox: tuple[OutboxRow, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    sent: tuple[SentRow, ...] = ()
    discarded: tuple[DiscardedRow, ...] = ()
    runs: tuple[SyncRun, ...] = ()
    sending: Sending | None = None
    prepared: tuple[Prepared, ...] = ()
    recovering: bool = False
    """Whether the rows of a server that was restored are still coming in."""
    recovered: Recovery | None = None


def read(store: Store) -> Work:
    """Read all of it; in a worker thread."""
    from akk_tui.store import restored

    see = store.views
    return Work(
        see.outbox(),
        see.conflicts(),
        see.sent(_MOST),
        see.discarded(_MOST),
        store.runs.list(_MOST),
        see.sending(),
        see.prepared(sizes=False),
        restored.active(store),
        restored.last(store),
    )


def empty(tab: str, now: str) -> str:
    """What stands in an empty tab; ``now`` is the key that syncs."""
    return _(_EMPTY[tab]).format(now=now)


def line(tab: str, work: Work, width: int) -> Content:
    """The names of the tabs in ``width`` cells; where they do not fit, only that of ``tab`` and its place."""
    counts = {"outbox": len(work.outbox), "conflicts": len(work.conflicts)}
    titles = {name: _(_TITLES[name]) + (f" {counts[name]}" if counts.get(name, 0) else "") for name in TABS}
    hint = _("tab berpindah")
    room = width - sum(cell_len(title) + 3 for title in titles.values())
    if room < 0:
        place = content(f" {TABS.index(tab) + 1}/{len(TABS)} · {hint}")
        return clickable(Content.assemble(content(f"[{titles[tab]}]", "bold reverse"), place), "tab(1)")
    parts: list[Content] = []
    for name, title in titles.items():
        shown = content(f"[{title}]", "bold reverse") if name == tab else content(f" {title} ")
        parts.append(clickable(shown, f"show_tab('{name}')"))
        parts.append(content(" "))
    if room >= cell_len(hint):
        parts.append(content(hint, "$text-muted"))
    return Content.assemble(*parts)
