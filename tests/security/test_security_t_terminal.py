"""Terminal: T1 to T9 with the real program: hostile text, links, crashes, clipboard, text that is too much."""

from __future__ import annotations

import base64
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies
from programs import clean_env, Home, ServerProcess
from pseudo import Terminal
from test_hostile_text import assert_harmless, poison

from akk_tui.contract.limits import NOTE_BYTES
from akk_tui.contract.text import clean
from akk_tui.ui.terminal.safe import printable, printable_lines

pytestmark = pytest.mark.security

SEQUENCES = (
    "\x1b[31m", "\x1b]0;t\x07", "\x1b]2;t\x1b\\", "\x1b]8;;http://x\x07", "\x1b]52;c;QQ==\x07", "\x1bP1$r\x1b\\",
    "\x1b_a\x1b\\", "\x9b31m", "\x9d0;t\x9c", "\x1b", "\x1b[", "\x1b]52;c;QQ", "\x90q", "\x85", "\x7f", "\x08", "\x00",
)  # fmt: skip


class TestText:
    @settings(deadline=None)
    @given(strategies.lists(strategies.one_of(strategies.sampled_from(SEQUENCES), strategies.text(max_size=8))))
    def test_t1_what_is_decoded_is_clean(self, parts: list[str]) -> None:
        text = "".join(parts)
        for lines in (False, True):
            found = clean(text, lines=lines)
            assert not [char for char in found if (ord(char) < 32 and char != "\n") or 127 <= ord(char) < 160]
            assert clean(found, lines=lines) == found
        assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in printable(text))
        assert "\x1b" not in printable_lines(text)

    @pytest.mark.parametrize("text", ["a\u202eb", "a\u2066b\u2069", "e" + "\u0301" * 500, "a\u200bb", "a\U000e0041b"])
    def test_t4_what_turns_or_hides_or_towers_is_taken_out(self, text: str) -> None:
        found = clean(text)
        assert not re.search("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]", found)
        assert len(found) <= 6

    def test_t2_t3_t4_t9_a_hostile_server_neither_steers_nor_breaks_anything(
        self, server: ServerProcess, tmp_path: Path, open_app: Callable[..., Terminal]
    ) -> None:
        """Every screen, a click on every cell of some, and every command that prints; JSON stays exact."""
        poison(server.db)
        server.start()
        home = Home(tmp_path / "home").login(server, "contoh1")
        home.ok("sync")
        app = open_app(home)
        app.wait("DATA CONTOH")
        app.settle()
        app.send("\x1b")
        for key in "1234567":
            app.send(key)
            app.settle(0.3)
            for row in range(4, 36, 4):
                app.send(f"\x1b[<0;30;{row}M\x1b[<0;30;{row}m")
            app.settle(0.3)
            assert app.alive(), app.text
            app.send("\x1b\x1b")
            app.settle(0.3)
        assert "[/nope]" in app.raw.decode()
        app.send("\x11")
        assert app.ended() == 0
        assert_harmless(app.raw.decode())
        for words in (("status",), ("status", "35.72"), ("next", "35.72"), ("note", "list"), ("event", "list"),
                      ("followup", "list"), ("whoami",), ("outbox", "list"), ("conflicts",), ("doctor",),
                      ("config", "show"), ("report", "--from", "2025-09-24")):  # fmt: skip
            done = home.run(*words)
            assert "Traceback" not in done.err
            printed = done.out + done.err
            assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", printed), words
            assert_harmless(printed)
        raw = home.run("status", "--json").out
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", raw)


class TestLinks:
    def test_t5_no_link_opens_by_itself_or_by_a_click(
        self, synced: Home, open_app: Callable[..., Terminal], tmp_path: Path
    ) -> None:
        """Browsers in the way of the program are traps: none is started."""
        body = "\n".join(
            f"- [buka]({url})"
            for url in (
                "file:///etc/passwd",
                "javascript:alert(1)",
                "ssh://-oProxyCommand=touch",
                "https://akk.example",
            )
        )
        synced.ok("note", "add", "--subject", "35.72", "--title", "Tautan", text=body)
        bins = tmp_path / "bin"
        bins.mkdir()
        for name in ("xdg-open", "www-browser", "sensible-browser", "firefox", "chromium", "w3m", "lynx", "trap"):
            (bins / name).write_text(f"#!/bin/sh\necho {name} >> {tmp_path}/started\n")
            (bins / name).chmod(0o755)
        app = open_app(synced, PATH=f"{bins}:{os.environ['PATH']}", BROWSER=str(bins / "trap"), DISPLAY=":0")
        app.wait("DATA CONTOH")
        app.settle()
        app.send("\x1b")
        app.settle()
        app.send("4")
        app.wait("Tautan")
        app.send("\r")
        shown = app.settle()
        # In full, so that it is known where it would lead before anybody copies it.
        for address in (
            "file:///etc/passwd",
            "javascript:alert(1)",
            "ssh://-oProxyCommand=touch",
            "https://akk.example",
        ):
            assert address in shown
        for row in range(3, 38):
            for column in (6, 12, 60, 66, 80):
                app.send(f"\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m")
        app.settle()
        assert app.alive(), f"{app.status}\n{app.text}"
        app.send("\x11")
        app.ended()
        assert not (tmp_path / "started").exists()


CRASHING = """
import sys
from akk_tui.ui import app as apps
from akk_tui.ui.app import AkkApp

def broken(self):
    token = "akk_at_geheim0123456789"
    note = "Saksi menyerahkan map merah"
    raise {kind}(f"{{token}} {{note}}")

if sys.argv[1] == "worker":
    def action(self):
        self.run_worker(lambda: broken(self), thread=True)
else:
    def action(self):
        broken(self)
AkkApp.action_messages = action
from akk_tui.cli import main
sys.exit(main(sys.argv[2:]))
"""


class TestCrash:
    @pytest.mark.parametrize("where", ["worker", "loop"])
    def test_t6_a_crash_says_neither_token_nor_note(self, synced: Home, terminals: list[Terminal], where: str) -> None:
        script = CRASHING.format(kind="RuntimeError")
        words = [sys.executable, "-c", script, where, *synced.argv()[3:]]
        before = os.umask(0)
        try:
            app = Terminal(words, clean_env(TERM="xterm-256color"))
        finally:
            os.umask(before)
        terminals.append(app)
        app.wait("DATA CONTOH")
        app.settle()
        app.send("\x1b")
        app.settle()
        app.send("\x10")
        app.settle()
        app.send("pesan")
        app.settle()
        app.send("\r")
        assert app.ended() != 0
        said = app.raw.decode()
        assert "Laporan tanpa isi data" in said
        (report,) = (synced.folder / "state").glob("crash-*.txt")
        assert stat.S_IMODE(report.stat().st_mode) == 0o600
        told = report.read_text()
        assert "RuntimeError" in told
        assert "broken" in told
        for secret in ("akk_at_geheim", "map merah"):
            assert secret not in said
            assert secret not in told


class TestClipboard:
    def typed(self, home: Home, open_app: Callable[..., Terminal], text: str) -> Terminal:
        app = open_app(home)
        app.wait("DATA CONTOH")
        app.settle()
        app.send("\x1b")
        app.settle()
        app.send("4n35.72\r\rRapat\t\t")
        app.settle()
        app.send(f"\x1b[200~{text}\x1b[201~")
        app.settle()
        return app

    def copied(self, app: Terminal) -> list[str]:
        found = re.findall(rb"\x1b\]52;c;([^\x07]*)\x07", app.raw)
        return [base64.b64decode(one).decode() for one in found]

    def test_t7_a_copy_is_made_by_a_key_and_by_nothing_else(
        self, synced: Home, open_app: Callable[..., Terminal]
    ) -> None:
        app = self.typed(synced, open_app, "map merah")
        assert self.copied(app) == []
        app.send("\x1b[1;2H")  # shift+home selects
        app.settle()
        assert self.copied(app) == []
        app.send("\x03")
        app.settle()
        assert self.copied(app) == ["map merah"]

    def test_t7_it_can_be_kept_in_the_app(self, synced: Home, open_app: Callable[..., Terminal]) -> None:
        assert synced.run("config", "set", "ui.clipboard", "false").code == 0
        app = self.typed(synced, open_app, "map merah")
        app.send("\x1b[1;2H")
        app.settle()
        app.send("\x03")
        app.wait("di dalam aplikasi saja")
        assert self.copied(app) == []

    def test_t7_a_megabyte_is_refused(self) -> None:
        """The app's own door for copies, with the words that it tells."""
        script = """
from akk_tui.ui.dressed import DressedApp, MOST_COPIED
from textual.app import App
sent, told = [], []
App.copy_to_clipboard = lambda self, text: sent.append(len(text))
probe = object.__new__(DressedApp)
object.__setattr__(probe, "copies_out", True)
DressedApp.tell = lambda self, words, kind="": told.append(words)
for size in (MOST_COPIED, MOST_COPIED + 1, 1_000_000):
    probe.copy_to_clipboard("x" * size)
print(sent, len(told))
"""
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=clean_env())
        assert done.stdout.strip() == "[48000] 2", done.stderr

    def test_t7_no_command_takes_a_picture_of_the_screen(self) -> None:
        from akk_tui.ui import commands

        known = " ".join(f"{one.id} {one.action} {one.title}" for one in commands.by_id().values()).lower()
        assert "screenshot" not in known
        from akk_tui.ui.app import AkkApp

        assert not AkkApp.ENABLE_COMMAND_PALETTE
        assert list(AkkApp.get_system_commands(None, None)) == []  # type: ignore[arg-type]


class TestHuge:
    def spent(self, app: Terminal) -> float:
        """Seconds of CPU that the app has taken until now, as the system counts them."""
        fields = Path(f"/proc/{app.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def typed(self, app: Terminal) -> float:
        """Seconds of CPU that eight letters take, each answered before the next."""
        before = self.spent(app)
        for key in "abcdefgh":
            app.send(key)
            assert app.read(10)
            app.settle(0.1)
        return self.spent(app) - before

    @pytest.mark.parametrize("body", ["x" * 31_000, "- a\n" * 5_000], ids=["one line", "list"])
    def test_t8_a_note_as_large_as_may_be_keeps_keys_quick(
        self, synced: Home, open_app: Callable[..., Terminal], body: str
    ) -> None:
        """A key costs at most four times what a letter in the field of the search costs the same app."""
        synced.ok("note", "add", "--subject", "35.72", "--title", "AAA besar", text=body)
        app = open_app(synced)
        app.wait("DATA CONTOH")
        app.settle()
        app.send("\x1b")
        app.settle()
        app.send("4")
        app.wait("AAA besar")
        app.settle()
        app.send("\r")
        app.settle()
        before = self.spent(app)
        for key in ["\x1b[B"] * 8 + ["\x1b[6~"] * 4:
            app.send(key)
            app.settle(0.1)
        assert app.alive(), f"{app.status}\n{app.text}"
        # In a note of one line nothing moves; what follows is answered after all of them.
        app.send("/")
        app.wait("─ Cari ─")
        moved = self.spent(app) - before
        app.settle()
        usual = self.typed(app)
        assert moved < 4 * usual * 12 / 8
        app.send("\x1b")
        app.settle()
        app.send("e")
        app.wait("tanda, dipisah koma")
        app.settle()
        assert self.typed(app) < 4 * usual
        app.send("\x1b")
        app.settle()
        app.send("\x1b")
        app.settle()
        app.send("1")
        app.wait("Tahapan")

    @pytest.mark.parametrize("more", [0, 1, 100_000])
    def test_t8_a_larger_one_is_refused_before_it_is_kept(self, synced: Home, more: int) -> None:
        text = "y" * (NOTE_BYTES + more)
        done = synced.run("note", "add", "--subject", "35.72", "--title", "x", text=text)
        assert (done.code == 0) == (more == 0), done
        assert "Traceback" not in done.err
        assert len(synced.ok("outbox", "list")["operations"]) == (0 if more else 1)
