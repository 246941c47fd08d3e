"""What happens when the app meets a fault of its own: a redacted report in a file, one sentence on the terminal."""

from __future__ import annotations

import platform
import traceback
from datetime import datetime, UTC
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from akk_tui.contract.errors import AkkError
from akk_tui.i18n import gettext as _

if TYPE_CHECKING:
    from akk_tui.paths import Paths

Caught = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]


def redacted(caught: Caught) -> str:
    """Where it happened: types, files, lines and functions. No values: an error's words may hold data or a token."""
    kind, error, _trace = caught
    if kind is None or error is None:
        return "no exception\n"
    lines: list[str] = []
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        lines.append(f"{type(link).__module__}.{type(link).__qualname__}")
        frames = traceback.StackSummary.extract(traceback.walk_tb(link.__traceback__), lookup_lines=False)
        lines += [f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
        link = link.__cause__ or link.__context__
    return "\n".join(lines) + "\n"


def report(caught: Caught, paths: Paths | None) -> str:
    """Write the report (0600, in the state folder) and say in words what happened and where it is."""
    from akk_tui import __version__
    from akk_tui.paths import write_private

    name = caught[0].__name__ if caught[0] is not None else "?"
    words = _("Aplikasi berhenti karena kesalahan di dalamnya ({name}). Data yang sudah tersimpan aman.").format(
        name=name
    )
    if paths is None:
        return words
    moment = datetime.now(UTC)
    path = paths.state / f"crash-{moment:%Y%m%dT%H%M%SZ}.txt"
    head = f"akk-tui {__version__} Python {platform.python_version()} {moment.isoformat()}\n"
    try:
        write_private(path, (head + redacted(caught)).encode())
    except AkkError as cause:
        return f"{words}\n{cause.words(_)}"
    return f"{words}\n" + _("Laporan tanpa isi data: {path}").format(path=path)
