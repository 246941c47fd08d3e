"""Where a secret of the sign-in is kept on this computer: one place an account, each with a name that is said aloud.

``keyring`` (the system's own), ``runtime`` (``$XDG_RUNTIME_DIR``: in memory, gone when the user has left the computer),
``file`` (0600 in the profile, only where that was chosen), ``vault`` (instead of it, in an encrypted profile),
``command`` (the user's own program; read only).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol, TYPE_CHECKING

from akk_tui.paths import write_private
from akk_tui.sync import vault

if TYPE_CHECKING:
    from akk_tui.paths import Paths

FILE: Final = "file"
RUNTIME: Final = "runtime"
KEYRING: Final = "keyring"
VAULT: Final = "vault"
COMMAND: Final = "command"
AUTO: Final = "auto"
TOKENS: Final = "token/"
"""What the names of secrets in the vault begin with."""
_MOST_READ: Final = 65_536


class Place(Protocol):
    """Keeps one text. What it holds is never part of a message."""

    def read(self) -> str | None:
        """The text; None when there is none."""
        ...

    def write(self, text: str) -> None:
        """Keep ``text`` in place of what was there; it is safe before this returns."""
        ...

    def delete(self) -> None:
        """Hold nothing any more."""
        ...


class FilePlace:
    """A file of mode 0600 in a folder of mode 0700, replaced in one step."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> str | None:
        """The text; None when there is none, it cannot be read, or it is a link or somebody else's."""
        try:
            handle = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError:
            return None
        try:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
                return None
            return os.read(handle, _MOST_READ).decode(errors="replace").strip()
        finally:
            os.close(handle)

    def write(self, text: str) -> None:
        """Keep ``text``; raises PathRefused."""
        write_private(self.path, text.encode() + b"\n")
        with suppress(OSError):
            # Its new name is on disk too before a successor in it is sent.
            folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def delete(self) -> None:
        """Remove the file."""
        self.path.unlink(missing_ok=True)


class VaultPlace:
    """An item in the vault of an encrypted profile; all of it raises Locked and StoreUnusable."""

    def __init__(self, paths: Paths, key: str) -> None:
        self._paths = paths
        self._name = TOKENS + key

    def read(self) -> str | None:
        """The text; None when there is none."""
        return vault.get(self._paths, self._name)

    def write(self, text: str) -> None:
        """Keep ``text``, on disk when this returns."""
        vault.put(self._paths, self._name, text)

    def delete(self) -> None:
        """Forget it."""
        vault.put(self._paths, self._name, None)


def runtime_folder(env: Mapping[str, str] | None = None) -> Path | None:
    """The user's folder in memory, when there is one that is really the user's own: set, absolute, ours, mode 0700."""
    named = (env if env is not None else os.environ).get("XDG_RUNTIME_DIR", "")
    folder = Path(named)
    if not named or not folder.is_absolute():
        return None
    try:
        found = folder.lstat()
    except OSError:
        return None
    ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o077
    return folder / "akk-tui" if ours and os.access(folder, os.W_OK | os.X_OK) else None


def tokens_folder(paths: Paths) -> Path:
    """Where the files of the place ``file`` are."""
    return paths.state / "tokens"


def opened(paths: Paths, store: str, key: str) -> Place | None:
    """The place called ``store`` for the secret called ``key``; None where there is no such place here."""
    if store in (FILE, VAULT):
        # The profile may have been encrypted, or decrypted, since.
        if vault.sealed(paths):
            return VaultPlace(paths, key)
        return FilePlace(tokens_folder(paths) / key)
    if store == RUNTIME:
        folder = runtime_folder()
        return FilePlace(folder / key) if folder is not None else None
    if store == KEYRING:
        from akk_tui.sync.keyrings import KeyringPlace

        return KeyringPlace(key)
    return None
