"""A report in a file: complete or not at all, readable by its owner alone, never by accident in place of another."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any, Final, NamedTuple

from akk_tui.contract.errors import AkkError, N_
from akk_tui.paths import settle

FORMATS: Final = ("md", "html")
_ENDINGS: Final = {".md": "md", ".markdown": "md", ".html": "html", ".htm": "html"}


class FileThere(AkkError):
    """A file that would have to give way."""

    code = "exists"
    text = N_("{path} sudah ada dan tidak diganti. Beri nama lain, atau --force untuk menggantinya.")


class NotWritten(AkkError):
    """A file that could not be written."""

    code = "output"
    text = N_("{path} tidak dapat ditulis: {reason}")


class Place(NamedTuple):
    """Where a file stands in the file system, and whether one is there."""

    path: Path
    there: bool


def format_of(name: str | None, wanted: str | None) -> str:
    """The format that was ``wanted``, else the one that a file's ending says, else Markdown."""
    return wanted or _ENDINGS.get(Path(name).suffix.lower(), FORMATS[0]) if name else wanted or FORMATS[0]


def default_name(regions: tuple[str, ...], first: Any, last: Any, form: str) -> str:
    """``laporan-35.72-2025-10-06-2025-10-08.md``."""
    parts = ["laporan", *regions[:1], first.isoformat()]
    if len(regions) > 1:
        parts[1] = f"{len(regions)}-daerah"
    if last != first:
        parts.append(last.isoformat())
    return f"{'-'.join(parts)}.{form}"


def place(name: str, default: str) -> Place:
    """The file that ``name`` means (``~`` is the home folder); inside it called ``default`` where it is a folder.

    Raises NotWritten for what is no plain file, and for a folder that is not there.
    """
    path = Path(os.path.expanduser(name)).absolute()
    try:
        return _place(path, name, default)
    except OSError as cause:
        raise NotWritten(path=path, reason=cause.strerror or str(cause)) from cause


def _place(path: Path, name: str, default: str) -> Place:
    if path.is_dir():
        path = path / default
    elif name.endswith("/"):
        raise NotWritten(path=path, reason=N_("folder tidak ada"))
    if not path.parent.is_dir():
        raise NotWritten(path=path, reason=N_("folder tidak ada"))
    there = os.path.lexists(path)
    if there and not path.is_symlink() and not path.is_file():
        raise NotWritten(path=path, reason=N_("bukan berkas biasa"))
    return Place(path, there)


def refuse_taken(name: str, default: str) -> None:
    """Raise FileThere or NotWritten where :func:`save` without ``force`` would."""
    path, there = place(name, default)
    if there:
        raise FileThere(path=path)


def save(name: str, default: str, text: str, *, force: bool = False) -> Path:
    """Write ``text`` (UTF-8, mode 0600) where ``name`` says and answer the file; raises FileThere and NotWritten."""
    path, there = place(name, default)
    if there and not force:
        raise FileThere(path=path)
    beside = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}")
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(text.encode())
            stream.flush()
            os.fsync(stream.fileno())
        if force or not _linked(beside, path):
            beside.replace(path)
        settle(path.parent)
    except FileExistsError:
        raise FileThere(path=path) from None
    except OSError as cause:
        raise NotWritten(path=path, reason=cause.strerror or str(cause)) from cause
    finally:
        beside.unlink(missing_ok=True)
    return path


def _linked(beside: Path, path: Path) -> bool:
    """Give ``beside`` its name unless one is there (FileExistsError); False where the file system knows no links."""
    try:
        path.hardlink_to(beside)
    except FileExistsError:
        raise
    except OSError:
        return False
    return True
