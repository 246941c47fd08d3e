"""``sync``: one round with the server, push then pull; with ``--watch`` one after the other."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, Final, TYPE_CHECKING

from akk_tui import i18n
from akk_tui.cli import output, table
from akk_tui.cli.entry import INTERRUPTED
from akk_tui.cli.parser import UsageError
from akk_tui.contract.errors import AkkError, CLOCK_WORDS
from akk_tui.contract.limits import SKEW_SECONDS
from akk_tui.i18n import gettext as _

if TYPE_CHECKING:
    from akk_tui.cli.context import Context
    from akk_tui.sync.handed import Handed
    from akk_tui.sync.progress import Progress
    from akk_tui.sync.runner import PrepareResult, RoundResult

WAITING: Final = 5
KEYS: Final = (
    "pushed",
    "pulled",
    "conflicts",
    "refused",
    "merged",
    "recovered",
    "bytes_up",
    "bytes_down",
    "requests",
    "seconds",
    "clock_skew",
)
_BAR: Final = 20


def arguments(parser: argparse.ArgumentParser) -> None:
    """What a round covers and how it tells."""
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument("--watch", action="store_true", help=_("terus-menerus, sampai dihentikan"))
    kinds.add_argument(
        "--prepare",
        nargs="+",
        metavar="R",
        help=_("siap luring: semua baris, lalu riwayat daerah-daerah ini"),
    )
    kinds.add_argument("--history", nargs=2, metavar=("KIND", "KEY"), help=argparse.SUPPRESS)
    parser.add_argument(
        "--region",
        action="append",
        metavar="R",
        help=_("hanya daerah ini; boleh berulang"),
    )
    parser.add_argument("--accept-deletions", action="store_true", help=_("setuju bila server menghapus banyak baris"))
    parser.add_argument("--progress", action="store_true", help=_("kemajuan sebagai baris JSON di stderr"))
    parser.add_argument("--handed", action="store_true", help=argparse.SUPPRESS)


class Stop:
    """Set by the first SIGTERM or SIGINT while it is open; a second one interrupts at once."""

    def __init__(self) -> None:
        self.asked = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Stop:
        self._before = {number: signal.signal(number, self._signalled) for number in (signal.SIGTERM, signal.SIGINT)}
        return self

    def __exit__(self, *_: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)

    def _signalled(self, _number: int, _frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True

    def __call__(self) -> bool:
        return self.asked


def run(context: Context, args: argparse.Namespace) -> int:
    """Do it; 0, or 5 when something waits for an answer."""
    if args.prepare and args.region:
        raise UsageError(reason=_("--prepare selalu mengambil semua baris; --region tidak dapat bersamanya."))
    with Stop() as stop:
        try:
            if args.history:
                return _history(context, args, stop)
            return _watch(context, args, stop) if args.watch else _round(context, args, stop)
        except AkkError as error:
            if args.progress:
                passing, asked = getattr(error, "passing", False), getattr(error, "retry_after", None)
                output.say_json({"stage": "failed", "code": error.code, "passing": passing, "retry_after": asked})
            else:
                _tell_under_way(context)
            raise


def _watch(context: Context, args: argparse.Namespace, stop: Stop) -> int:
    """Round after round until stopped; what passes by itself (no network) is told and waited for."""
    import random

    from akk_tui.cli.context import sentence
    from akk_tui.sync.backoff import Backoff
    from akk_tui.sync.runner import pause_after

    backoff = Backoff(random.random)
    while not stop():
        failed: AkkError | None = None
        try:
            _round(context, args, stop)
        except AkkError as error:
            failed = error
        pause = pause_after(failed, backoff, context.settings().sync.every_minutes)
        if failed is not None:
            output.say(sentence(failed))
            output.say(_("Dicoba lagi dalam {seconds} detik.").format(seconds=round(pause)))
        until = time.monotonic() + pause
        while time.monotonic() < until and not stop():
            time.sleep(0.2)
    return INTERRUPTED


def _round(context: Context, args: argparse.Namespace, stop: Stop) -> int:
    from akk_tui.sync import runner

    account = context.account()
    report = _report(context, args)
    if args.prepare:
        made = runner.prepare(
            context.paths,
            account,
            context.settings(),
            args.prepare,
            progress=report,
            cancelled=stop,
            accept_deletions=args.accept_deletions,
            access=_handed(args),
        )
        return _told(context, made.round, made)
    regions = _regions(context, args.region) if args.region else None
    result = runner.sync_once(
        context.paths,
        account,
        context.settings(),
        progress=report,
        cancelled=stop,
        accept_deletions=args.accept_deletions,
        regions=regions,
        access=_handed(args),
    )
    return _told(context, result, None)


def _history(context: Context, args: argparse.Namespace, stop: Stop) -> int:
    """The log of one row, for the app that shows it."""
    from akk_tui.sync import runner

    kind, key = args.history
    new = runner.fetch_history(
        context.paths, context.account(), context.settings(), kind, key, cancelled=stop, access=_handed(args)
    )
    output.document({"log_entries": new})
    return 0


def _handed(args: argparse.Namespace) -> Handed | None:
    """The access token that the app has, and the way back to it; None for a command of its own."""
    if not args.handed:
        return None
    from akk_tui.sync.handed import Handed

    return Handed()


def _told(context: Context, result: RoundResult, made: PrepareResult | None) -> int:
    """Say what was done; 0, or 5 when something waits for an answer."""
    ready = None if made is None else _ready(context, made)
    if context.json:
        output.document(_document(result) | (ready or {}))
    else:
        output.line(_summary(result))
        if ready is not None:
            output.line(_ready_words(context, ready))
    if result.recovered:
        _tell_recovered(context)
    if abs(result.clock_skew) > SKEW_SECONDS:
        output.say(_(CLOCK_WORDS).format(minutes=round(abs(result.clock_skew) / 60)))
    if result.merged:
        output.say(_("Digabung dengan isian rekan: akk-tui conflicts merged"))
    if result.conflicts:
        output.say(_("Beda isian menunggu jawaban: akk-tui conflicts"))
    if result.refused:
        output.say(_("Ada isian yang ditolak server: akk-tui outbox list"))
        _tell_lifted(context)
    return WAITING if result.conflicts or result.refused else 0


def _tell_lifted(context: Context) -> None:
    """Say it when something was refused for what holds no longer: it is sent again only when asked."""
    from akk_tui.cli import words

    with context.store(read_only=True) as store:
        if any(row.lifted for row in store.views.outbox()):
            output.say(_(words.LIFTED))


def _tell_under_way(context: Context) -> None:
    """Say it when a server that was restored is still being read anew."""
    from contextlib import suppress
    from pathlib import Path

    from akk_tui.store import restored

    with suppress(AkkError):
        # What is gone, with the data that the server asked to destroy, is not made anew to be asked.
        if not Path(context.account().store).exists():
            return
        with context.store(read_only=True) as store:
            if restored.active(store):
                output.say(_(restored.UNDER_WAY_WORDS))


def _tell_recovered(context: Context) -> None:
    """Say that the server was restored, and where the data as they were before are."""
    from akk_tui.store import restored

    output.say(_(restored.WORDS))
    with context.store(read_only=True) as store:
        last = restored.last(store)
    if last is not None and last.copy is not None:
        output.say(_(restored.COPY_WORDS).format(path=last.copy))


def _ready(context: Context, made: PrepareResult) -> dict[str, Any]:
    """What is ready for work without a network: ``prepared`` regions with the time of their data, ``log_entries``."""
    from akk_tui.store.clock import stamp

    with context.store(read_only=True) as store:
        found = {one.region: one for one in store.views.prepared(context.settings().sync.cycles)}
    known = [found[code] for code in made.regions if code in found]
    return {
        "log_entries": made.entries,
        "prepared": [
            {"region": one.region, "name": one.name, "until": None if one.until is None else stamp(one.until)}
            for one in known
        ],
    }


def _ready_words(context: Context, ready: dict[str, Any]) -> str:
    from datetime import datetime

    until = [datetime.fromisoformat(one["until"]) for one in ready["prepared"] if one["until"]]
    if not until:
        return _("Daerah yang disebut tidak punya baris pada siklus yang terbuka; tidak ada riwayat yang diambil.")
    with context.store(read_only=True) as store:
        when = i18n.moment(min(until), store.meta.get("zone") or "WIB")
    words = i18n.ngettext(
        "Siap luring: {n} daerah, data per {when}.", "Siap luring: {n} daerah, data per {when}.", len(until)
    )
    return words.format(n=len(until), when=when)


def _regions(context: Context, names: list[str]) -> list[str]:
    with context.store() as store:
        return [store.views.find_region(name) for name in names]


def _document(result: RoundResult) -> dict[str, Any]:
    return {name: getattr(result, name) for name in KEYS}


def _summary(result: RoundResult) -> str:
    parts = [
        i18n.ngettext("{n} terkirim", "{n} terkirim", result.pushed).format(n=result.pushed),
        i18n.ngettext("{n} baris diterima", "{n} baris diterima", result.pulled).format(n=result.pulled),
    ]
    if result.merged:
        parts.append(i18n.ngettext("{n} digabung", "{n} digabung", result.merged).format(n=result.merged))
    if result.conflicts:
        parts.append(i18n.ngettext("{n} beda isian", "{n} beda isian", result.conflicts).format(n=result.conflicts))
    if result.refused:
        parts.append(i18n.ngettext("{n} ditolak", "{n} ditolak", result.refused).format(n=result.refused))
    parts.append(_("naik {up}, turun {down}").format(up=size(result.bytes_up), down=size(result.bytes_down)))
    parts.append(_("{seconds} detik").format(seconds=i18n.number(result.seconds, 1)))
    return " · ".join(parts)


def size(count: float) -> str:
    """``812 B``, ``17 kB``, ``2,3 MB``."""
    if count < 1_000:
        return f"{count:.0f} B"
    return f"{count / 1_000:.0f} kB" if count < 1_000_000 else f"{i18n.number(count / 1_000_000, 1)} MB"


def _report(context: Context, args: argparse.Namespace) -> Callable[[Progress], None]:
    """How progress is told: JSON lines when asked for, a bar on a terminal, else not at all."""
    from akk_tui.sync import progress

    if args.progress:
        return lambda step: output.say_json(step._asdict())
    if context.json or not sys.stderr.isatty():
        return progress.silent
    return _bar


def _bar(step: Progress) -> None:
    words = {
        "wait": _("menunggu proses lain yang sedang sinkron"),
        "connect": _("menyambung"),
        "push": _("mengirim"),
        "reference": _("mengambil acuan"),
        "pull": _("mengambil"),
        "log": _("mengambil riwayat daerah"),
    }
    if step.stage not in words:
        output.over("")
        return
    text = words[step.stage]
    if step.rows_total:
        filled = min(_BAR, _BAR * step.rows // step.rows_total)
        text += f" [{'#' * filled}{'.' * (_BAR - filled)}] {step.rows}/{step.rows_total}"
    if step.bytes:
        text += f" · {size(step.bytes)}"
    if step.rate:
        text += f" · {size(step.rate)}/s"
    output.over(table.fit(text, output.width() - 1))
