"""Text in the user's own editor (``$VISUAL``, else ``$EDITOR``): in a private file that is swept away afterwards.

The file's name tells which process made it and for which draft, so that text which a crash left behind finds its way
back (:func:`leftovers`). What editors lay beside it (``.x.swp``, ``x~``, ``x.save``, ``#x#``) holds the text too: it is
swept when the editor ends, and after a crash at the next start.
"""

from __future__ import annotations

import os
import re
import signal
import stat
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple, TYPE_CHECKING

from akk_tui.contract.digest import sha256
from akk_tui.contract.errors import AkkError, N_
from akk_tui.contract.text import clean
from akk_tui.paths import alive, private_folder
from akk_tui.process import for_others

if TYPE_CHECKING:
    import subprocess

    from akk_tui.paths import Paths

MOST_READ: Final = 1_000_000
"""Bytes that are read back; far above what a note may hold."""
_KEPT_SECONDS: Final = 7 * 86_400
"""How long a file is kept that its owner was told of."""
_TEXT: Final = re.compile(r"(\d+)(?:-([0-9a-z-]+))?\.md")
"""The name of a text: process, draft."""


class NoEditor(AkkError):
    """Neither ``VISUAL`` nor ``EDITOR`` names one."""

    code = "usage"
    exit_code = 2
    text = N_("Tidak ada penyunting: tetapkan VISUAL atau EDITOR, misalnya export EDITOR=nano.")


class NoMemoryFolder(AkkError):
    """The profile is encrypted, and there is no folder in memory for the text."""

    code = "failed"
    text = N_(
        "Profil ini terenkripsi, dan tidak ada folder di memori (XDG_RUNTIME_DIR) untuk teks sementara: penyunting lain"
        " akan menulis catatan tanpa enkripsi ke disk. Tulis di penyunting aplikasi."
    )


class EditorFailed(AkkError):
    """The editor could not be started or ended with an error; the text stays in ``path``."""

    code = "failed"
    text = N_("Penyunting “{editor}” gagal. Catatan tidak diubah; tulisannya ada di {path}")


class EditedUnreadable(AkkError):
    """What the editor left cannot be read; it stays in ``path``."""

    code = "failed"
    text = N_("{path} tidak dapat dibaca: {reason}")


class Leftover(NamedTuple):
    """A file of a process that has ended: the draft it belongs to and what it holds."""

    path: Path
    draft: str
    text: str


def folder_of(paths: Paths, env: Mapping[str, str] | None = None) -> Path:
    """Where texts are while another editor has them.

    Beside an encrypted profile only in memory (``XDG_RUNTIME_DIR``), in a folder of this profile's own: a text on the
    disk could be read. Raises NoMemoryFolder where there is none.
    """
    from akk_tui.sync import vault

    if not vault.sealed(paths):
        return paths.state / "edit"
    named = (os.environ if env is None else env).get("XDG_RUNTIME_DIR") or ""
    place = Path(named)
    try:
        found = place.stat() if place.is_absolute() else None
    except OSError:
        found = None
    if found is None or found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) != 0o700 or not _memory(place):
        raise NoMemoryFolder
    return place / f"akk-tui-edit-{sha256(os.fsencode(paths.data)).hex()[:16]}"


def _memory(place: Path) -> bool:
    """Whether a folder is on a file system in memory."""
    best, kind = -1, ""
    for line in Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace").splitlines():
        parts = line.split(" ")
        where = Path(parts[1].replace("\\040", " "))
        if (where == place or where in place.parents) and len(where.parts) >= best:
            best, kind = len(where.parts), parts[2]
    return kind in ("tmpfs", "ramfs")


def command(env: Mapping[str, str] | None = None) -> tuple[str, list[str]]:
    """The editor as it was named and as an argument list; raises NoEditor, and EditorFailed for open quotes."""
    import shlex

    found = os.environ if env is None else env
    named = (found.get("VISUAL") or found.get("EDITOR") or "").strip()
    if not named:
        raise NoEditor
    try:
        return named, shlex.split(named)
    except ValueError as cause:
        raise NoEditor from cause


def edited(
    folder: Path,
    text: str,
    draft: str = "",
    *,
    env: Mapping[str, str] | None = None,
    call: Callable[[Sequence[str]], int] | None = None,
) -> tuple[str, Path]:
    """``text`` after the user's editor had it, cleaned, with the file that still holds it.

    The caller removes the file once the text is safe elsewhere. ``folder`` is made private. Raises NoEditor,
    EditorFailed, EditedUnreadable and PathRefused; after the middle two the file stays.
    """
    named, arguments = command(env)
    sweep(private_folder(folder))
    path = folder / f"{os.getpid()}{'-' if draft else ''}{draft}.md"
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
    try:
        code = (call or _call)([*arguments, str(path)])
    except (OSError, ValueError):
        code = 1
    finally:
        sweep(folder, ended=path.name)
    if code != 0:
        raise EditorFailed(editor=named, path=path)
    made = _read(path)
    # Editors end a text with a line feed that nobody typed.
    return (made if text.endswith("\n") else made.removesuffix("\n")), path


def leftovers(folder: Path) -> Iterator[Leftover]:
    """The files of drafts whose process has ended; others that nobody came for in a week are removed."""
    if not folder.is_dir():
        return
    sweep(folder)
    for path in sorted(folder.glob("*.md")):
        found = _TEXT.fullmatch(path.name)
        if found is None or alive(int(found[1])):
            continue
        draft = found[2]
        try:
            if draft:
                yield Leftover(path, draft, _read(path).removesuffix("\n"))
            elif time.time() - path.lstat().st_mtime > _KEPT_SECONDS:
                path.unlink(missing_ok=True)
        except (OSError, AkkError):
            continue


def sweep(folder: Path, ended: str = "") -> None:
    """Remove what editors left beside the texts of processes that have ended, and beside the text named ``ended``.

    What belongs to no text goes when no editor can be at work any more.
    """
    from shutil import rmtree

    try:
        there = sorted(os.listdir(folder))
    except FileNotFoundError:
        return  # the profile was wiped while the editor was open
    texts = {name: found for name in there if (found := _TEXT.fullmatch(name))}
    at_work = {name for name, found in texts.items() if name != ended and alive(int(found[1]))}
    for name in there:
        of = next((found[0] for found in _TEXT.finditer(name) if found[0] != name), "")
        if name in texts or (of in at_work if of else at_work or name.endswith(".md")):
            continue
        path = folder / name
        try:
            path.unlink()
        except (IsADirectoryError, PermissionError):
            rmtree(path, ignore_errors=True)
        except OSError:
            continue


_at_work: list[subprocess.Popen[bytes]] = []


def _call(arguments: Sequence[str]) -> int:
    import subprocess

    # An interrupt typed in the editor is the editor's; a handler, not SIG_IGN, because that would be inherited.
    before = {name: signal.signal(name, _heard) for name in (signal.SIGINT, signal.SIGQUIT)}
    try:
        # The user's own editor: what it makes is for nobody else either.
        with subprocess.Popen(arguments, env=for_others(), umask=0o077) as child:  # noqa: S603
            _at_work.append(child)
            return child.wait()
    finally:
        _at_work.clear()
        for name, handler in before.items():
            signal.signal(name, handler)


def hang_up() -> None:
    """Tell the editor that is at work, if one is, that its terminal goes: editors keep their text then. Any thread."""
    for child in list(_at_work):
        with suppress(OSError):
            child.send_signal(getattr(signal, "SIGHUP", signal.SIGTERM))


def _heard(number: int, frame: object) -> None:
    """Take a signal and do nothing."""


def _read(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            raw = stream.read(MOST_READ + 1)
    except OSError as cause:
        raise EditedUnreadable(path=path, reason=cause.strerror or str(cause)) from cause
    if len(raw) > MOST_READ:
        raise EditedUnreadable(path=path, reason=N_("terlalu panjang"))
    try:
        return clean(raw.decode(), lines=True)
    except UnicodeDecodeError as cause:
        raise EditedUnreadable(path=path, reason=N_("bukan teks UTF-8")) from cause
