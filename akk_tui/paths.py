"""Where the files of a profile are, and folders that only their owner may open.

Nothing is made at import. ``--home DIR`` or ``AKK_HOME`` puts everything below one folder; without it platformdirs
decides. Every folder is made 0700 and every file 0600, whatever the umask.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from akk_tui.contract.errors import AkkError, N_


class PathRefused(AkkError):
    """A folder or file of the profile that cannot be used as it is."""

    code = "store"
    exit_code = 6
    text = N_("{path} tidak dapat dipakai: {reason}")


class Paths(NamedTuple):
    """The folders of one profile."""

    config: Path
    data: Path
    state: Path
    cache: Path

    @property
    def config_file(self) -> Path:
        return self.config / "config.toml"

    @property
    def account_file(self) -> Path:
        return self.data / "account.json"

    @property
    def themes(self) -> Path:
        return self.config / "themes"


def find(home: Path | None = None, env: Mapping[str, str] | None = None) -> Paths:
    """The profile below ``home``, else below ``AKK_HOME``, else where the platform keeps such files."""
    named = home or ((env if env is not None else os.environ).get("AKK_HOME") or None)
    if named is not None:
        root = Path(named).expanduser().absolute()
        return Paths(root / "config", root / "data", root / "state", root / "cache")
    from platformdirs import PlatformDirs

    dirs = PlatformDirs("akk-tui", appauthor=False)
    return Paths(dirs.user_config_path, dirs.user_data_path, dirs.user_state_path, dirs.user_cache_path)


def private_folder(path: Path) -> Path:
    """Make ``path`` (and every missing parent) with mode 0700, or check that nobody else may write into it.

    Raises PathRefused when it is no folder, belongs to somebody else, is shared (sticky), is a link, or cannot be
    made.
    """
    try:
        missing = [part for part in (path, *path.parents) if not part.exists()]
        for part in reversed(missing):
            part.mkdir(mode=0o700, exist_ok=True)
            part.chmod(0o700)
        found = path.lstat()
    except OSError as cause:
        raise PathRefused(path=path, reason=cause.strerror or str(cause)) from cause
    if stat.S_ISLNK(found.st_mode) or not stat.S_ISDIR(found.st_mode):
        raise PathRefused(path=path, reason=N_("bukan folder"))
    if found.st_uid != os.geteuid():
        raise PathRefused(path=path, reason=N_("milik pengguna lain"))
    if found.st_mode & stat.S_ISVTX:
        raise PathRefused(path=path, reason=N_("folder bersama"))
    if found.st_mode & 0o077:
        try:
            path.chmod(0o700)
        except OSError as cause:
            raise PathRefused(path=path, reason=cause.strerror or str(cause)) from cause
    return path


def private_file(path: Path) -> Path:
    """Make ``path`` empty with mode 0600 if it is missing, and take everybody else's rights if it is there.

    Raises PathRefused when it is a link, no plain file, somebody else's, or cannot be made.
    """
    private_folder(path.parent)
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as cause:
        raise PathRefused(path=path, reason=cause.strerror or str(cause)) from cause
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise PathRefused(path=path, reason=N_("bukan berkas biasa"))
        if found.st_uid != os.geteuid():
            raise PathRefused(path=path, reason=N_("milik pengguna lain"))
        if found.st_mode & 0o077:
            os.fchmod(handle, 0o600)
    finally:
        os.close(handle)
    return path


def write_private(path: Path, data: bytes, *, ours: bool = True) -> None:
    """Replace ``path`` by ``data`` in one step, mode 0600, on disk before it returns; raises PathRefused.

    Its folder is made private when it is ``ours``, a folder of the profile; any other stays as it is.
    """
    if ours or not path.parent.exists():
        private_folder(path.parent)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
    except OSError as cause:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise PathRefused(path=path, reason=cause.strerror or str(cause)) from cause
