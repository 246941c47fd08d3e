"""From a profile to the running app: store, settings, sync command, signals, and back to an exit code."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final, TYPE_CHECKING

from akk_tui import process
from akk_tui.contract.errors import AkkError
from akk_tui.i18n import gettext as _
from akk_tui.i18n import language
from akk_tui.sync import account as accounts

if TYPE_CHECKING:
    from akk_tui.config import Settings
    from akk_tui.paths import Paths
    from akk_tui.sync.account import Account
    from akk_tui.ui.messages import Severity

CACHE_KIB: Final = 256
"""SQLite's page cache for the app: what it reads again is in the system's cache, and many apps share a server."""
SWITCH_SECONDS: Final = 0.0005
FEW_COLOURS: Final = "ansi"
"""What ``dark`` means on a terminal of 16 colours, where the tones of the others fall together."""


def terminal_refused(env: Mapping[str, str], *, tty: bool) -> str | None:
    """Why the app cannot run here, in words; None when it can."""
    if not tty:
        return _(
            "Aplikasi memerlukan terminal; dalam skrip pakai baris perintah: akk-tui status --json, akk-tui --help."
        )
    term = env.get("TERM", "")
    if term in ("dumb", "unknown"):
        words = _("Terminal ini (TERM={term}) tidak dapat menampilkan aplikasi; pakai baris perintah: akk-tui status.")
        return words.format(term=term)
    return None


def speak_utf8() -> None:
    """Write UTF-8 to the terminal, whatever the locale: Textual writes to stderr, where Python spells out the rest.

    A locale that is not UTF-8 gets ASCII alone, which is the same in both; who asks for glyphs there gets glyphs.
    """
    out = sys.__stderr__
    if out is not None and (out.encoding or "").lower().replace("_", "-") not in ("utf-8", "utf8"):
        out.reconfigure(encoding="utf-8")


def home_of(paths: Paths) -> Path | None:
    """The one folder that holds the whole profile; None where the platform's folders are used."""
    root = paths.config.parent
    return root if paths == paths.__class__(root / "config", root / "data", root / "state", root / "cache") else None


def sync_command(paths: Paths) -> tuple[str, ...]:
    """The command line of a background round on this profile."""
    return (*_program(paths), "sync", "--json", "--progress", "--handed")


def login_command(paths: Paths, server: str, store: str | None = None, *, expected: bool = False) -> tuple[str, ...]:
    """The command line that signs in to ``server`` by a code; with ``expected`` as the officer named on its input."""
    return (
        *_program(paths),
        "login",
        "--json",
        "--progress",
        "--server",
        server,
        *(("--store-token", store) if store is not None else ()),
        *(("--expect",) if expected else ()),
    )


def _program(paths: Paths) -> tuple[str, ...]:
    home = home_of(paths)
    named = ("--home", str(home)) if home is not None else ()
    # ``-P``: not the folder in which the app was started; what lies there is not ours to run.
    return (sys.executable, "-P", "-m", "akk_tui.cli", *named, "--lang", language())


def run(paths: Paths, settings: Settings, account: Account) -> int:
    """Open the app on the account's store; the exit code. Raises an AkkError in words when the store cannot be used."""
    refused = terminal_refused(os.environ, tty=sys.stdin.isatty() and sys.stderr.isatty())
    if refused is not None:
        sys.stderr.write(refused + "\n")
        return 1
    speak_utf8()
    # Collecting garbage during the start costs a fifth of the time to the first frame and finds nothing: the app turns
    # it on again after the first paint.
    gc.disable()
    process.share_heap()
    # A thread that reads the store gives way to a key at once, not only after 5 ms at each of its steps.
    sys.setswitchinterval(SWITCH_SECONDS)
    said: tuple[str, Severity] | None = None
    try:
        while True:
            done = _run(paths, settings, account, said)
            if isinstance(done, int):
                return done
            said = _between(done)
            account = accounts.load(paths)
    finally:
        gc.enable()


def _between(work: Callable[[], None]) -> tuple[str, Severity]:
    """Do what needs the store closed; what the app that begins again has to say of it."""
    try:
        work()
    except AkkError as cause:
        return cause.words(_), "error"
    return _("Profil ini kini terenkripsi. Frasa sandinya ditanyakan tiap kali aplikasi mulai."), "information"


def _run(
    paths: Paths, settings: Settings, account: Account, said: tuple[str, Severity] | None
) -> int | Callable[[], None]:
    from akk_tui.store.store import Store
    from akk_tui.ui import first_run
    from akk_tui.ui.app import AkkApp
    from akk_tui.ui.ending import Ending
    from akk_tui.ui.glyphs import wants_ascii
    from akk_tui.ui.themes import DEFAULT_THEME

    path = Path(account.store)
    with Store.open(path, cache_kib=CACHE_KIB) as store:
        app = AkkApp(
            store,
            open_reader=partial(Store.open, path, read_only=True, cache_kib=CACHE_KIB, again=True),
            paths=paths,
            theme=settings.ui.theme,
            keymap=settings.keys,
            preset=settings.ui.keymap,
            density=settings.ui.density,
            columns={"dashboard": settings.ui.dashboard_columns, "regions": settings.ui.regions_columns},
            ascii_glyphs=wants_ascii(settings.ui.glyphs),
            sync_command=sync_command(paths),
            sync_at_start=settings.sync.at_start,
            sync_minutes=settings.sync.every_minutes,
            guide=first_run.due(store.meta.get(first_run.SEEN)),
            offer_encryption=first_run.encryption_due(paths, store.meta.get(first_run.OFFERED)),
            lock_minutes=settings.lock.minutes,
            retention_days=settings.retention.days,
            save_setting=_saver(paths),
        )
        app.settings_watch.begin(settings)
        app.copies_out = settings.ui.clipboard
        app.find_link(settings.ui.link, mouse_asked=settings.asked("ui.mouse"))
        if settings.ui.theme == DEFAULT_THEME and app.console.color_system == "standard" and not app.no_color:
            app.wear(FEW_COLOURS)
        app.greeting = said
        with Ending(app, app.journal.flush, app.end, app.sync.cancel):
            try:
                app.run(mouse=settings.ui.mouse)
            except AkkError:
                raise
            except Exception:
                # Textual lets through what falls over while the app is taken down: its words may hold data too.
                from akk_tui.ui.crash import report
                from akk_tui.ui.terminal.safe import printable_lines

                sys.stderr.write(printable_lines(app.fell or report(sys.exc_info(), paths)) + "\n")
                return 1
        done = app.return_code or app.return_value or 0
    return app.after or done


def _saver(paths: Paths) -> Callable[[str, str], None]:
    def save(name: str, value: str) -> None:
        from akk_tui import config

        config.set_value(paths, name, value)

    return save
