"""The progress of a sync as one line of text: drawn two to four times a second, and only when it changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from rich.cells import cell_len
from textual.timer import Timer
from textual.widgets import Static

from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext
from akk_tui.ui.linked import is_fast, PROGRESS_SECONDS
from akk_tui.ui.terminal.safe import content, cut
from akk_tui.ui.widgets.values import grouped, rows_words, size_words


def bar(share: float, width: int) -> str:
    """``██████░░░░``."""
    full = round(max(0.0, min(1.0, share)) * width)
    return "█" * full + "░" * (width - full)


def progress_words(progress: Mapping[str, Any], width: int) -> str:
    """One line about a running round: what it does, a bar where the whole is known, rows, bytes, rate."""
    stage = str(progress.get("stage") or "connect")
    rows, total = int(progress.get("rows") or 0), int(progress.get("rows_total") or 0)
    size, rate = float(progress.get("bytes") or 0), float(progress.get("rate") or 0)
    verb = {
        "push": _("mengirim"),
        "pull": _("mengambil"),
        "reference": _("mengambil acuan"),
        "log": _("mengambil riwayat"),
        "wait": _("menunggu sinkron lain"),
        "done": _("selesai"),
    }.get(stage, _("menyambung ke server"))
    parts = [verb]
    if total and stage == "log":
        parts.append(ngettext("{n} dari {total} daerah", "{n} dari {total} daerah", total).format(n=rows, total=total))
    elif total:
        parts.append(_("{n} dari {total}").format(n=grouped(rows), total=rows_words(total)))
    elif rows:
        parts.append(rows_words(rows))
    if size:
        parts.append(size_words(size))
    if rate:
        parts.append(_("{size}/dtk").format(size=size_words(rate)))
    share = f"{min(100, rows * 100 // total):3d} %  " if total and width >= 50 else ""
    while len(parts) > 2 and cell_len(share + " · ".join(parts)) > width:
        parts.pop()
    words = share + " · ".join(parts)
    room = min(24, width - cell_len(words) - 1)
    return f"{bar(rows / total, room)} {words}" if share and room >= 8 else cut(words.lstrip(), width)


class SyncProgress(Static):
    """Shows the newest progress line it was given, or the words for when nothing runs."""

    DEFAULT_CSS = "SyncProgress { height: 1; width: 1fr; padding: 0 1; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as Textual names it
        super().__init__(id=id)
        self._progress: Mapping[str, Any] | None = None
        self._idle = ""
        self._stop = ""
        self._drawn: str | None = None
        self._timer: Timer | None = None

    def show(self, progress: Mapping[str, Any] | None, idle: str, stop: str = "") -> None:
        """``progress`` of the round that runs (None: none runs, ``idle`` is shown); ``stop``: the key that ends it."""
        running = progress is not None
        started = running and self._progress is None
        self._progress, self._idle, self._stop = progress, idle, stop
        if running and self._timer is None:
            self._timer = self.set_interval(PROGRESS_SECONDS[is_fast(cast("Any", self).app)], self.redraw)
        elif not running and self._timer is not None:
            self._timer.stop()
            self._timer = None
        if not running or started:
            self.redraw()

    def redraw(self) -> None:
        """Draw the newest line if it differs from what stands."""
        width = max(self.size.width, 20)
        words = self._idle
        if self._progress is not None:
            ends = "  " + _("{key} membatalkan").format(key=self._stop) if self._stop else ""
            room = width - cell_len(ends)
            words = progress_words(self._progress, room) + ends if room >= 40 else progress_words(self._progress, width)
        if words != self._drawn:
            self._drawn = words
            self.update(content(cut(words, width)), layout=False)

    def on_resize(self) -> None:
        self._drawn = None
        self.redraw()
