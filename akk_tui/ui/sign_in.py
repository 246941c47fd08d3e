"""Signing in, in the app: address, code with QR, what to do step by step. The network is a child process's affair.

The pane is the whole of it; :class:`SignInWindow` shows it over the app, ``ui/sign_in_app.py`` before there is one.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast, ClassVar, Final, TYPE_CHECKING

from rich.cells import cell_len
from textual import on
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input

from akk_tui import qr
from akk_tui.contract.errors import N_, system_words
from akk_tui.i18n import gettext as _
from akk_tui.ui import sign_in_words
from akk_tui.ui.handover import key_pipe
from akk_tui.ui.screens.base import AkkModal
from akk_tui.ui.terminal.safe import content
from akk_tui.ui.widgets.lines import Words

if TYPE_CHECKING:
    from akk_tui.paths import Paths

Command = Callable[[str, str | None], tuple[str, ...]]
"""The command line that signs in to a server, with the place for the session where one was chosen."""
_NO_PLACE: Final = "no_place"
_NO_DEVICE: Final = "no_device"
_FRAME: Final = 4
"""Cells and lines of the window around the pane."""
_WORDS_LEAST: Final = 30
_LOW: Final = 30
"""Lines of a terminal below which the words above the code give way to it."""


class SignInPane(Vertical):
    """Asks for the address where it is not known, then shows a code until it was confirmed.

    ``about`` is said first. Posts :class:`Done` with the document of ``akk-tui login --json``.
    """

    DEFAULT_CSS = """
    SignInPane {
        height: auto;
        & > Words { height: auto; }
        & #signing { height: auto; }
        & #picture { width: auto; height: auto; display: none; margin: 0 2 0 0; }
        & #steps { width: 1fr; height: auto; }
        & #address { display: none; }
        &.-low.-shown #about { display: none; }
        &.-asking #address { display: block; }
        &.-shown #picture { display: block; }
        & #state { margin: 0; }
    }
    """

    class Done(Message):
        """Signed in; ``document`` says as whom."""

        def __init__(self, document: dict[str, Any]) -> None:
            super().__init__()
            self.document = document

    class Step(Message):
        """A line of the child: ``stage`` and what it is about."""

        def __init__(self, number: int, document: dict[str, Any]) -> None:
            super().__init__()
            self.number, self.document = number, document

    class Ended(Message):
        """The child ended."""

        def __init__(self, number: int, code: int, document: dict[str, Any], words: str) -> None:
            super().__init__()
            self.number, self.code, self.document, self.words = number, code, document, words

    def __init__(
        self,
        command: Command,
        server: str,
        about: str,
        *,
        paths: Paths | None,
        fixed: bool,
        plain: Callable[[], tuple[bool, bool]],
        officer: str = "",
    ) -> None:
        """``paths``: the profile, whose key the child gets. ``fixed``: the address may not be another one.

        ``officer`` is told to a command that wants to know who is expected. ``plain()``: everything is in ASCII, there
        are no colours.
        """
        super().__init__()
        self._paths = paths
        self._officer = officer
        self._fixed = fixed
        self._command = command
        self.server = server
        self._about = about
        self._plain = plain
        self._number = 0
        self._child: subprocess.Popen[str] | None = None
        self._code: dict[str, Any] | None = None
        self._failure = ""
        self._store: str | None = None
        self._issuer = self._named = ""
        """The provider of identities that the server names; asked only once the officer has agreed to it."""
        self.state = ""
        """``ask``, ``start``, ``code``, ``store``, ``issuer``, ``failed``."""

    def compose(self) -> ComposeResult:
        yield Words(content(self._about), id="about")
        address = Input(self.server, id="address", placeholder="https://akk.example.go.id")
        address.cursor_blink = False
        yield address
        with Horizontal(id="signing"):
            yield Words(id="picture")
            yield Words(id="steps")
        yield Words(id="state")
        yield Words(id="keys")

    def on_mount(self) -> None:
        if self.server:
            self.begin()
        else:
            self.ask()

    def on_unmount(self) -> None:
        self.stop()

    def on_resize(self) -> None:
        self._draw()

    # states

    def ask(self) -> None:
        """Ask for the address."""
        self.state = "ask"
        self._code = None
        self.add_class("-asking")
        self._draw()
        self._say(_("Alamat server dari admin, misalnya https://akk.example.go.id"))
        self.query_one(Input).focus()

    def begin(self, store: str | None = None) -> None:
        """Ask the server for a code, in a child process."""
        self.stop()
        self.state, self._code, self._failure = "start", None, ""
        self.remove_class("-asking")
        self.screen.set_focus(None)
        self._number += 1
        self._store = store or self._store
        number, command = self._number, self._command(self.server, self._store)
        if self._issuer:
            command = (*command, "--issuer", self._issuer)
        self._draw()
        self._say(_("Menyambung ke {server} …").format(server=self.server))
        self.run_worker(
            lambda: self._run(number, command), thread=True, group="sign_in", exclusive=True, exit_on_error=False
        )

    def stop(self) -> None:
        """End the child; the code is worth nothing any more."""
        child, self._child = self._child, None
        if child is not None and child.poll() is None:
            child.terminate()

    def enter(self) -> None:
        """What enter does: go on, or once more."""
        if self.state == "ask":
            address = self.query_one(Input).value.strip()
            if address:
                self.server = address
                self.begin()
        elif self.state == "store":
            self.begin("file")
        elif self.state == "issuer":
            self._issuer = self._named
            self.begin()
        elif self.state == "failed":
            self.begin()

    def provider(self) -> None:
        """Sign in at the provider of identities that the server names, once the officer has agreed to it."""
        if self._offers:
            self.stop()
            self._number += 1
            self._ask_issuer()

    @property
    def _offers(self) -> bool:
        return bool(self._named) and not self._issuer and self.state in ("start", "code", "failed")

    def _ask_issuer(self) -> None:
        # Whoever took over the server could name a page of his own: the officer compares the address.
        self.state, self._code = "issuer", None
        self._draw()
        words = _(
            "Server ini memakai penyedia identitas {issuer}. Cocokkan dengan alamat dari admin Anda: hanya bila sama, "
            "tekan enter untuk masuk di sana."
        )
        self._say(words.format(issuer=self._named))

    def another(self) -> None:
        """Ask for another address."""
        if not self._fixed and self.state in ("failed", "start", "code", "store", "issuer"):
            self.stop()
            self._issuer = self._named = ""
            self._number += 1
            self.ask()

    # the child

    def _run(self, number: int, command: tuple[str, ...]) -> None:
        words: list[str] = []
        try:
            with key_pipe(self._paths) as (handed, pipe):
                child = subprocess.Popen(  # noqa: S603
                    (*command, *handed),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                    encoding="utf-8",
                    errors="replace",
                    start_new_session=True,
                    pass_fds=pipe,
                )
        except OSError as cause:
            self.post_message(self.Ended(number, 1, {}, _(system_words(str(cause.strerror or cause)))))
            return
        self._child = child
        if number != self._number:
            child.terminate()
        if child.stdin is not None:
            with suppress(OSError), child.stdin:
                child.stdin.write(f"{self._officer}\n")
        for line in child.stderr or ():
            document = _document(line)
            if "stage" in document:
                self.post_message(self.Step(number, document))
            elif line.strip():
                words.append(line.strip())
        said = child.stdout.read() if child.stdout else ""
        code = child.wait()
        for pipe in (child.stdout, child.stderr):
            if pipe is not None:
                pipe.close()
        self.post_message(self.Ended(number, code, _document(said), words[-1] if words else ""))

    @on(Step)
    def _stepped(self, message: Step) -> None:
        message.stop()
        if message.number != self._number:
            return
        stage = message.document.get("stage")
        if stage == "code":
            self.state, self._code = "code", message.document
            self._draw()
        elif stage == "wait":
            seconds = int(message.document.get("seconds") or 0)
            self._say(sign_in_words.left(seconds, offline=bool(message.document.get("offline"))))
        elif stage == "failed":
            self._failure = str(message.document.get("code") or "")
            if self._failure == _NO_DEVICE:
                self._named = str(message.document.get("issuer") or "")
        elif stage == "issuer":
            self._named = str(message.document.get("issuer") or "")

    @on(Ended)
    def _ended(self, message: Ended) -> None:
        message.stop()
        if message.number != self._number:
            return
        self._child = None
        if message.code == 0 and message.document:
            self.post_message(self.Done(message.document))
            return
        self._code = None
        self.state = {_NO_PLACE: "store", _NO_DEVICE: "issuer"}.get(self._failure, "failed")
        if self.state == "issuer":
            self._ask_issuer()
            return
        self._draw()
        if self.state == "store":
            self._say(
                _(
                    "Di komputer ini tidak ada keyring yang berfungsi. Bolehkah sesi disimpan dalam berkas yang hanya "
                    "dapat dibuka Anda?"
                )
            )
        else:
            self._say(_failed(self._failure, message.words), "$text-warning")

    # what stands in it

    def _say(self, words: str, style: str = "") -> None:
        self.query_one("#state", Words).show(content(words, style))

    def _draw(self) -> None:
        if not self.is_mounted or not self.query("#keys"):
            return
        self.set_class(cast("App[Any]", self.app).size.height < _LOW, "-low")
        self.query_one("#keys", Words).show(self._keys())
        picture, steps = self.query_one("#picture", Words), self.query_one("#steps", Words)
        code = self._code
        if code is None:
            self.remove_class("-shown")
            steps.show(Content(""))
            return
        told = sign_in_words.steps(*(str(code.get(name) or "") for name in ("uri", "user_code", "host", "user")))
        drawn = self._picture(str(code.get("whole_uri") or ""), str(code.get("uri") or ""))
        self.set_class(drawn is not None, "-shown")
        if drawn is not None:
            picture.show(drawn)
            told = [(sign_in_words.scan(), ""), *told]
        parts: list[Content] = []
        for words, about in told:
            parts.append(content(words + "\n"))
            if about:
                parts.append(content(f"  {about}\n", "bold $accent"))
            parts.append(Content("\n"))
        steps.show(Content.assemble(*parts).rstrip())

    def _picture(self, whole: str, uri: str) -> Content | None:
        """The QR, where the terminal has room for it beside the steps."""
        ascii_glyphs, no_colour = self._plain()
        width, height = cast("App[Any]", self.app).size
        others = 4 if height < _LOW else 6
        for quiet in (qr.QUIET, qr.NARROW):
            rows = qr.rows(qr.matrix(whole, quiet), ascii_glyphs=ascii_glyphs, inverted=no_colour)
            room = min(width * 96 // 100, 108) - _FRAME - len(rows[0]) - 2
            if room >= max(_WORDS_LEAST, cell_len(uri) + 2) and len(rows) + others <= height:
                text = "\n".join(rows)
                return Content(text) if no_colour else Content.styled(text, "#000000 on #ffffff")
        return None

    def _keys(self) -> Content:
        keys: list[tuple[str, str]] = []
        if self.state == "ask":
            keys.append(("enter", _("lanjut")))
        elif self.state == "store":
            keys.append(("enter", _("ya, simpan di berkas")))
        elif self.state == "issuer":
            keys.append(("enter", _("ya, masuk di sana")))
        elif self.state == "failed":
            keys.append(("enter", _("kode baru") if self._failure == "code_expired" else _("coba lagi")))
        if self._offers:
            keys.append(("ctrl+o", _("penyedia identitas")))
        if not self._fixed and self.state != "ask":
            keys.append(("ctrl+r", _("alamat lain")))
        keys.append(("esc", _("tutup")))
        parts = [
            Content.assemble(content(key, "bold $accent"), content(f" {words}  ", "$text-muted")) for key, words in keys
        ]
        return Content.assemble(*parts)


def _failed(code: str, words: str) -> str:
    """What went wrong, in the words that fit the app: here a key does what the command line says."""
    return (
        {
            "code_expired": _("Kode sudah kedaluwarsa. Tekan enter untuk kode baru."),
            "denied": _("Permintaan masuk ditolak di peramban. Bila itu keliru, tekan enter untuk kode baru."),
        }.get(code)
        or words
        or _("Masuk gagal.")
    )


class SignInWindow(AkkModal[bool]):
    """The pane over the app, for the officer whose session has ended. Closes with whether somebody signed in."""

    HELP = N_(
        "Buka alamatnya di ponsel atau pindai QR, masukkan kode, cocokkan nama komputer, lalu setujui. Pekerjaan di "
        "komputer ini tetap ada, juga bila jendela ini ditutup."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "close", N_("Tutup")),
        ("enter", "enter", N_("Lanjut, atau kode baru")),
        ("ctrl+r", "another", N_("Alamat lain")),
        ("ctrl+o", "provider", N_("Lewat penyedia identitas")),
    ]
    AUTO_FOCUS: ClassVar[str | None] = None

    def __init__(self, command: Command, server: str, officer: str = "") -> None:
        super().__init__()
        self._command = command
        self._server = server
        self._officer = officer

    def compose(self) -> ComposeResult:
        about = (
            _("Masuk lagi ke {server}. Pekerjaan Anda di sini tetap tersimpan.").format(server=self._server)
            if self._server
            else _("Masuk ke server. Pekerjaan Anda di sini tetap tersimpan.")
        )
        with Vertical(id="window") as window:
            window.border_title = content(_("Masuk ke server"))
            yield SignInPane(
                self._command,
                self._server,
                about,
                paths=self.akk.paths,
                fixed=bool(self._server),
                plain=lambda: (self.akk.ascii_glyphs, self.akk.no_color),
                officer=self._officer,
            )

    @property
    def pane(self) -> SignInPane:
        return self.query_one(SignInPane)

    def action_enter(self) -> None:
        """Go on, or once more."""
        self.pane.enter()

    def action_provider(self) -> None:
        """Sign in at the provider that the server names."""
        self.pane.provider()

    def action_another(self) -> None:
        """Ask for another address."""
        self.pane.another()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.pane.enter()

    @on(SignInPane.Done)
    def _done(self, message: SignInPane.Done) -> None:
        message.stop()
        self.akk.tell(_("Masuk sebagai {officer}.").format(officer=message.document.get("officer")))
        self.dismiss(True)


def _document(text: str) -> dict[str, Any]:
    found: Any = None
    with suppress(ValueError):
        found = json.loads(text)
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}
