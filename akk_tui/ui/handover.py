"""How the processes that the app starts get the key of an encrypted profile: through a pipe, never as an argument."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from akk_tui.paths import Paths


@contextmanager
def key_pipe(paths: Paths | None) -> Generator[tuple[tuple[str, ...], tuple[int, ...]]]:
    """The arguments to add to a command line and the descriptors to pass on; both empty for a plain profile.

    Inside, the child is started. The key waits in the pipe; nothing of it is left once the child has read it.
    """
    from akk_tui.sync import vault

    if paths is None or not vault.sealed(paths):
        yield (), ()
        return
    out, into = os.pipe()
    try:
        try:
            os.write(into, vault.data_key(paths).hex().encode())
        finally:
            os.close(into)
        yield ("--key-fd", str(out)), (out,)
    finally:
        os.close(out)
