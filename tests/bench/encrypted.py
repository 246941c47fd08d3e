"""Every benchmark on an encrypted profile too: ``AKK_BENCH=encrypted pytest -m bench …`` holds it to the same limits.

The profile is opened by a key command that prints the key itself: what argon2id takes of a passphrase is wanted, is
paid once before the app begins, and is told apart by ``test_sealed_bench.py``.
"""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import Final

from akk_tui import config
from akk_tui import paths as folders
from akk_tui.store import keys
from akk_tui.sync import sealing, vault

ON: Final = os.environ.get("AKK_BENCH") == "encrypted"
"""Whether this run is on encrypted profiles."""
KEY: Final = "5a" * 32
WORDS: Final = "encrypted, " if ON else ""
"""For the line that is printed."""


def encrypt(home: Path) -> Path:
    """Encrypt the profile in ``home``; later processes open it by its key command, this one knows the key."""
    paths = folders.find(home, {})
    file = home.parent / f"{home.name}.key"
    file.write_text(KEY + "\n")
    folders.private_folder(paths.config)
    config.set_value(paths, "encryption.key_command", shlex.join(("cat", str(file))))
    folders.private_folder(paths.data)
    sealing.encrypt(paths, KEY.encode(), "command")
    vault.release(paths)
    return home


def as_asked(home: Path) -> Path:
    """The profile, encrypted where this run is on encrypted ones."""
    return encrypt(home) if ON else home


def store_as_asked(folder: Path) -> Path:
    """A folder for a store that is no profile's; encrypted where this run is on encrypted ones."""
    if ON:
        keys.use(folder, bytes.fromhex(KEY))
    return folder
