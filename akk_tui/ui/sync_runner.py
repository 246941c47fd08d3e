"""The background sync: each round is a child process; a thread reads its lines and posts messages.

The app never imports the HTTP client, so its memory stays small, and a round that hangs cannot stop the screen.
"""

from __future__ import annotations

import json
import random
import subprocess
import threading
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from math import ceil, inf
from time import monotonic
from typing import Any, cast, TYPE_CHECKING

from textual.message import Message

from akk_tui import i18n
from akk_tui.contract.errors import CLOCK_WORDS, system_words
from akk_tui.contract.limits import SKEW_SECONDS
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext
from akk_tui.ui import commands
from akk_tui.ui.handover import key_pipe
from akk_tui.ui.linked import is_fast, PROGRESS_SECONDS
from akk_tui.ui.widgets.values import about_seconds

if TYPE_CHECKING:
    from textual.timer import Timer

    from akk_tui.sync.backoff import Backoff
    from akk_tui.sync.handed import Keeper
    from akk_tui.ui.app import AkkApp

INTERRUPTED = 130
UNREACHABLE = 3
SIGNED_OUT = 4
WAITING = 5
GRAVE = ("not_trusted", "wrong_pin")
"""The codes of errors that may mean that somebody listens in: told also where nobody asked for the round."""
WIPED = "wiped"
"""The code of the error that a destroyed profile is told with."""
PORTAL = "login_page"
"""The code of the error that a login page in the server's place is."""
_OVER = ("signed_out", "not_signed_in")
"""The codes of errors that signing in again mends."""
AGAIN_SECONDS = 30.0
"""The history of a row is not fetched again sooner."""
HISTORY_SECONDS = 60


class SyncStep(Message):
    """One progress line of the child: ``stage``, ``rows``, ``rows_total``, ``bytes``, ``bytes_total_est``, ``rate``."""

    def __init__(self, progress: dict[str, Any]) -> None:
        super().__init__()
        self.progress = progress


class SyncEnded(Message):
    """The child ended with ``code``: its result document, or the last words it said."""

    def __init__(self, code: int, result: dict[str, Any], words: str) -> None:
        super().__init__()
        self.code, self.result, self.words = code, result, words


class SyncRunner:
    """Runs at most one round at a time: at start, every ``minutes`` while online, when asked, and again after one that
    failed for what passes by itself, at growing distances (``design: sync``, client rule 11)."""

    def __init__(self, app: AkkApp, command: Sequence[str] | None, minutes: int) -> None:
        self.app = app
        self.command = tuple(command) if command else None
        self.minutes = minutes
        self.online: bool | None = None
        self.progress: dict[str, Any] | None = None
        """The newest progress line of the round that runs; empty before the first; None when none runs."""
        self.other: dict[str, Any] | None = None
        """The newest progress of a round of another process of this profile; None when none runs."""
        self.result: dict[str, Any] | None = None
        """The result of the last round."""
        self.asked = False
        """Whether the officer asked for the round that runs (its end is then told)."""
        self.portal = False
        """Whether the last round met a Wi-Fi that wants to be signed in to."""
        self.wiped = False
        """Whether the server asked for the data to be destroyed, and it was."""
        self._failure = self._failed_before = ""
        self._skewed = False
        self.signed_out = False
        """Whether the last round said that the session has ended."""
        self._fetched: dict[tuple[str, str], float] = {}
        self._child: subprocess.Popen[str] | None = None
        self._cancelled = False
        """Whether the round was cancelled: perhaps before its child was there."""
        self._readers: set[subprocess.Popen[str]] = set()
        self._timer: Timer | None = None
        self._quiet = False
        """Whether the round that runs only finds out whether the server is there again: nothing is drawn of it."""
        self._passes = False
        """Whether what the round failed for may pass by itself."""
        self._asked_for: float | None = None
        """The seconds that the server then asked to wait."""
        self._again_at = inf
        """When the next try is due, on the monotonic clock."""
        self.again = ""
        """When a failed round is tried again, in words; empty where it is not."""

    @cached_property
    def _backoff(self) -> Backoff:
        from akk_tui.sync.backoff import Backoff

        return Backoff(random.random)

    @cached_property
    def access(self) -> Keeper:
        """The access token of the session, handed from round to round; made for the first one."""
        from akk_tui.sync.handed import Keeper

        return Keeper()

    @property
    def running(self) -> bool:
        """Whether a round runs now."""
        return self.progress is not None

    @property
    def shown(self) -> dict[str, Any] | None:
        """The progress of the round that runs, or of the one that it waits for; None when no process syncs."""
        if self._waits and self.other is not None:
            return self.other
        return None if self._quiet else self.progress

    @property
    def seconds_left(self) -> float | None:
        """How long it is until a failed round is tried again; None where it is not."""
        return None if self._again_at == inf else max(self._again_at - monotonic(), 0.0)

    def try_again(self) -> None:
        """Start the round that follows one that failed, once it is due."""
        if monotonic() >= self._again_at and not self.running:
            self.round(asked=False)
            self._quiet = True

    @property
    def _waits(self) -> bool:
        """Whether no round of this app is at work: none runs, or it waits for another process's."""
        return self.progress is None or self.progress.get("stage") == "wait"

    def look(self) -> bool:
        """Look at what another process's round does, and how long it is until the next try; whether that is news."""
        from akk_tui.sync import others

        left = self.seconds_left
        waited, self.again = self.again, "" if left is None else again_words(left, is_fast(self.app))
        before, step = self.other, others.progress(self.app.store.path.parent)
        # While a round of this app is at work, what is told there is its own.
        self.other = step._asdict() if self._waits and step is not None and step.stage != "done" else None
        return self.other != before or self.again != waited

    def unavailable(self) -> str | None:
        """Why no round can be started now, in words."""
        if self.command is None:
            return _("Belum masuk ke server; jalankan akk-tui login.")
        if self.running and not self._quiet:
            return _("Sinkronisasi sedang berjalan.")
        return None

    def start(self, at_once: bool) -> None:
        """Begin the rhythm after the first paint."""
        if self.command is None:
            return
        if self.minutes > 0:
            self._timer = self.app.set_interval(self.minutes * 60, self._again)
        if at_once:
            self.round(asked=False)

    def set_rhythm(self, minutes: int) -> None:
        """Sync every ``minutes`` from now on; 0: only when asked."""
        self.minutes = minutes
        self._again_at = inf
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self.command is not None and minutes > 0:
            self._timer = self.app.set_interval(minutes * 60, self._again)

    def speak(self, language: str) -> None:
        """Let the next rounds speak ``language``."""
        if self.command is not None and "--lang" in self.command:
            at = self.command.index("--lang") + 1
            self.command = (*self.command[:at], language, *self.command[at + 1 :])

    def _again(self) -> None:
        if self.online and not self.running:
            self.round(asked=False)

    def round(self, *options: str, asked: bool = True) -> None:
        """Start a round in a child process; ``options`` are added to its command line."""
        if self.running and asked and not options:
            # A try that was under way unseen is the one that is asked for now.
            self.asked, self._quiet = True, False
            self.app.renew_lines()
        if self.command is None or self.running:
            return
        self.progress, self._quiet = {}, False
        self._again_at, self._passes, self._asked_for = inf, False, None
        self._cancelled = False
        self.asked = asked
        self._failed_before, self._failure = self._failure, ""
        self.app.renew_lines()
        command = (*self.command, *options)
        self.app.run_worker(lambda: self._run(command), thread=True, group="sync", exclusive=True, exit_on_error=False)

    def fetch_history(self, kind: str, key: str) -> None:
        """See :func:`fetch_history`."""
        row, now = (kind, key), monotonic()
        if self.command is None or self.online is False or now < self._fetched.get(row, -AGAIN_SECONDS) + AGAIN_SECONDS:
            return
        self._fetched[row] = now
        command = (*self.command, "--history", kind, key)
        self.app.run_worker(
            lambda: self._fetch(command, row), thread=True, group=f"history.{kind}.{key}", exit_on_error=False
        )

    def _fetch(self, command: tuple[str, ...], row: tuple[str, str]) -> None:
        """Run the child to its end; nobody asked for it, so that what goes wrong is not told."""
        try:
            with key_pipe(self.app.paths) as (handed, pipe):
                child, ours = self.access.start((*command, *handed), pass_fds=pipe, told=False)
        except OSError:
            self._fetched.pop(row, None)
            return
        self._readers.add(child)
        try:
            code = child.wait(HISTORY_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            code = child.wait()
        self._readers.discard(child)
        self.access.take(ours)
        if code == 0:
            # Also where nothing is new: when it was fetched is shown too.
            self.app.call_later(self.app.data_changed)
        else:
            self._fetched.pop(row, None)
            if code == SIGNED_OUT and not self.signed_out:
                # Signed out, or the data are to be destroyed: a round finds out which, and does it.
                self.app.call_later(self.round, asked=False)

    def cancel(self) -> None:
        """Ask the child to stop; what was sent and received stays."""
        self._cancelled = True
        for child in (self._child, *self._readers):
            if child is not None and child.poll() is None:
                child.terminate()

    def _run(self, command: tuple[str, ...]) -> None:
        words: list[str] = []
        try:
            with key_pipe(self.app.paths) as (handed, pipe):
                child, ours = self.access.start((*command, *handed), pass_fds=pipe)
        except OSError as cause:
            self.app.post_message(SyncEnded(1, {}, _(system_words(str(cause.strerror or cause)))))
            return
        self._child = child
        if self._cancelled:
            child.terminate()
        out: list[str] = []
        reader = threading.Thread(target=lambda: out.append(child.stdout.read() if child.stdout else ""), daemon=True)
        reader.start()
        stage, told = "", -inf
        for line in child.stderr or ():
            progress = _document(line)
            if "stage" in progress:
                now = monotonic()
                if progress["stage"] != stage or now - told >= PROGRESS_SECONDS[is_fast(self.app)]:
                    stage, told = progress["stage"], now
                    self.app.post_message(SyncStep(progress))
            elif line.strip():
                words.append(line.strip())
        code = child.wait()
        reader.join()
        for pipe in (child.stdout, child.stderr):
            if pipe is not None:
                pipe.close()
        self._child = None
        self.access.take(ours)
        self.app.post_message(SyncEnded(code, _document(out[0] if out else ""), words[-1] if words else ""))

    def stepped(self, message: SyncStep) -> None:
        """Keep the newest progress."""
        if message.progress.get("stage") == "failed":
            self._failure = str(message.progress.get("code") or "")
            self._passes = message.progress.get("passing") is True
            asked = message.progress.get("retry_after")
            self._asked_for = float(asked) if isinstance(asked, (int, float)) else None
        elif self.running:
            self.progress = message.progress
            if message.progress.get("stage") in ("push", "reference", "pull", "log"):
                self.online, self._quiet = True, False

    def ended(self, message: SyncEnded) -> str:
        """Keep the result; the words to tell, if any."""
        asked, self.asked = self.asked, False
        self.progress = None
        code = INTERRUPTED if message.code in (-15, INTERRUPTED) else message.code
        if self._failure == WIPED:
            self.wiped = True
            return message.words
        before, self.portal = self.portal, self._failure == PORTAL
        if code in (0, WAITING):
            self.online = True
            self.result = message.result
            self._backoff.after_success()
        elif code in (UNREACHABLE, SIGNED_OUT):
            self.online = False
        self.signed_out, told = code == SIGNED_OUT and self._failure in _OVER, self.signed_out
        if self.signed_out:
            # Only the officer can mend it: it is said unasked too, but once; when it was asked for the window opens.
            if (asked and self.app.paths is not None) or (told and not asked):
                return ""
            return signed_out_words(commands.key_of("sync.sign_in", self.app.keymap))
        if code in (0, WAITING) and message.result.get("prepared"):
            ready = _ready(message.result["prepared"], self.app.zone)
            return ready if code == 0 else ready + " " + _waiting()
        merged = _merged(message.result)
        if code == 0:
            return " ".join(part for part in (_done(message.result) if asked else "", merged) if part)
        if code == INTERRUPTED:
            return _("Sinkronisasi dibatalkan; tidak ada yang hilang.") if asked else ""
        if self._passes and self.minutes > 0 and code != INTERRUPTED:
            self._again_at = monotonic() + self._backoff.after_failure(self._asked_for)
        if self.portal:
            # Only the officer can end this, so that it is said unasked too, but once.
            return "" if before and not asked else portal_words(commands.key_of("sync.now", self.app.keymap))
        same = bool(self._failure) and self._failure == self._failed_before
        if not asked and (same or (code == UNREACHABLE and self._failure not in GRAVE)):
            return ""
        if code == WAITING:
            return f"{_waiting()} {merged}".strip()
        return message.words or _("Sinkronisasi gagal (kode {code}).").format(code=code)

    def clock_words(self, message: SyncEnded) -> str:
        """What is to be told of this computer's clock, once; empty while it goes right."""
        skew = abs(int(message.result.get("clock_skew") or 0))
        before, self._skewed = self._skewed, skew > SKEW_SECONDS
        return _(CLOCK_WORDS).format(minutes=round(skew / 60)) if self._skewed and not before else ""

    def signed_in(self) -> None:
        """Another session has begun: what was known of the one before is void, and a round follows."""
        self.access.forget()
        self.signed_out = False
        if self.command is None and self.app.paths is not None:
            from akk_tui.ui.launch import sync_command

            self.command = sync_command(self.app.paths)
            self.start(at_once=False)
        self.round()

    def words(self) -> str | None:
        """What the round that runs is doing, here or in another process; None when none runs."""
        shown = self.shown
        if shown is None:
            return None
        stage = shown.get("stage")
        rows = int(shown.get("rows") or 0)
        if stage == "push":
            return _("mengirim {n}").format(n=_thousands(rows))
        if stage == "pull":
            total = int(shown.get("rows_total") or 0)
            if total:
                return _("mengambil {n} dari {total}").format(n=_thousands(rows), total=_thousands(total))
            return _("mengambil {n}").format(n=_thousands(rows))
        if stage == "log":
            total = int(shown.get("rows_total") or 0)
            return _("mengambil riwayat {n} dari {total}").format(n=rows, total=total)
        if stage == "wait":
            return _("menunggu sinkron lain")
        return _("menyambung")


def again_words(seconds: float, fast: bool) -> str:
    """``dicoba lagi dalam 40 detik``; not ``fast``: in steps of ten seconds, for each change is drawn."""
    seconds = max(seconds, 1.0)
    if not fast and seconds < 90:
        seconds = ceil(seconds / 10) * 10
    return _("dicoba lagi dalam {time}").format(time=about_seconds(seconds))


def signed_out_words(key: str) -> str:
    """What to do when the session has ended; ``key`` opens the window."""
    return _("Sesi sudah berakhir; pekerjaan Anda tersimpan. Tekan {key} untuk masuk lagi.").format(key=key)


def portal_words(key: str) -> str:
    """What to do on a Wi-Fi that wants to be signed in to; ``key`` then starts a round."""
    return _("Wi-Fi meminta masuk lewat peramban; buka peramban, lalu tekan {key}.").format(key=key)


def _thousands(value: int) -> str:
    text = f"{value:,}"
    return text.replace(",", ".") if i18n.language() == "id" else text


def _done(result: dict[str, Any]) -> str:
    pushed, pulled = int(result.get("pushed") or 0), int(result.get("pulled") or 0)
    return _("Sinkron selesai: {pushed} terkirim, {pulled} diterima.").format(pushed=pushed, pulled=pulled)


def _merged(result: dict[str, Any]) -> str:
    """That edits of the officer were merged without a question; empty where none was."""
    n = int(result.get("merged") or 0)
    words = ngettext(
        "{n} isian Anda digabung dengan isian rekan; aslinya ada di layar 6, tab Dilepas.",
        "{n} isian Anda digabung dengan isian rekan; aslinya ada di layar 6, tab Dilepas.",
        n,
    )
    return words.format(n=n) if n else ""


def _waiting() -> str:
    return _("Sinkron selesai; ada yang menunggu jawaban (layar 6).")


def _ready(prepared: Sequence[dict[str, Any]], zone: str) -> str:
    """``Siap luring: 3 daerah, data per 6 Okt 2025 09.14 WIB.``"""
    until = [datetime.fromisoformat(one["until"]) for one in prepared if one.get("until")]
    if not until:
        return _("Daerah yang dipilih tidak punya baris pada siklus yang terbuka.")
    words = i18n.ngettext(
        "Siap luring: {n} daerah, data per {when}.", "Siap luring: {n} daerah, data per {when}.", len(until)
    )
    return words.format(n=len(until), when=i18n.moment(min(until), zone))


def fetch_history(app: AkkApp, kind: str, key: str) -> None:
    """Fetch the server's log of one row in the background; the screen that is shown is renewed when it came.

    Does nothing, and says nothing, offline, without a server, and where it was fetched within the last half minute.
    """
    app.sync.fetch_history(kind, key)


def _document(text: str) -> dict[str, Any]:
    try:
        found: Any = json.loads(text)
    except ValueError:
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}
