"""An answer that is cut goes on where it was: nothing of it comes twice, and its compression does not begin anew."""

from __future__ import annotations

from binascii import crc32
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import httpcore

from akk_tui.contract.errors import AkkError
from akk_tui.sync.errors import Cancelled

WORTH: Final = 4_096
"""After so many bytes; of less, a new request from the last commit point brings as much."""


def through_cuts(parts: Iterable[bytes], again: Callable[[str], Iterable[bytes]]) -> Iterator[bytes]:
    """``parts`` and, where they are cut, what ``again(resume)`` has behind them; ``resume`` is the header's value.

    When that fails in any way the cut is raised as if it had not been tried, but for Cancelled.
    """
    size = crc = 0
    while True:
        begun = size
        try:
            for part in parts:
                size += len(part)
                crc = crc32(part, crc)
                yield part
            return
        except (httpcore.NetworkError, httpcore.RemoteProtocolError) as cut:
            if size - begun < WORTH:
                raise
            try:
                parts = again(f"{size} {crc:08x}")
            except Cancelled:
                raise
            except (AkkError, httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException):
                raise cut from None
