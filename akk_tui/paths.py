"""Where the files of a profile are, and folders that only their owner may open.

Nothing is made at import. ``--home DIR`` or ``AKK_HOME`` puts everything below one folder; without it platformdirs
decides. Every folder is made 0700 and every file 0600, whatever the umask. What another user owns or may write into,
also by a folder above, is refused: it may hold whatever that user wants.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from akk_tui.contract.errors import AkkError, N_

_BLOCK: Final = 1 << 20


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

    One that others may only look into is closed. Raises PathRefused for what :func:`check` refuses, and when it cannot
    be made.
    """
    try:
        missing = [part for part in (path, *path.parents) if not os.path.lexists(part)]
        for part in reversed(missing):
            with suppress(FileExistsError):  # another process of this user was first
                part.mkdir(mode=0o700)
        found = check(path)
        if stat.S_IMODE(found.st_mode) != 0o700:
            _close(path)
    except OSError as cause:
        raise PathRefused(path=path, reason=cause.strerror or str(cause)) from cause
    return path


def _close(folder: Path) -> None:
    """Give a folder that is no link the mode 0700."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        os.fchmod(handle, 0o700)
    finally:
        os.close(handle)


def check(path: Path) -> os.stat_result:
    """What is known of the folder ``path``, in which nobody but its owner, this user, can have put anything.

    Raises PathRefused when it is a link or no folder, belongs to somebody else, is shared, or when somebody else may
    write into it or into a folder above it; OSError when it is not there.
    """
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise PathRefused(path=path, reason=N_("bukan folder"))
    if found.st_uid != os.geteuid():
        raise PathRefused(path=path, reason=N_("milik pengguna lain"))
    if found.st_mode & stat.S_ISVTX:
        raise PathRefused(path=path, reason=N_("folder bersama"))
    reachable = _check_way(path)
    real = Path(os.path.realpath(path))
    if real != path:
        reachable = _check_way(real)
    if reachable and _open_to_others(found):
        raise PathRefused(path=path, reason=_WRITABLE)
    return found


def _check_way(path: Path) -> bool:
    """Refuse a folder above ``path`` where somebody else could put another in its place.

    Whether others reach the last of them: below a folder that lets nobody else in, what others might do is of no
    matter.
    """
    reachable = True
    for above in reversed(path.parents):
        known = above.lstat()
        if known.st_uid not in (0, os.geteuid()):
            raise PathRefused(path=above, reason=N_("milik pengguna lain"))
        if stat.S_ISLNK(known.st_mode):
            continue
        # In a sticky folder such as /tmp nobody can take away what is another's.
        if reachable and not known.st_mode & stat.S_ISVTX and _open_to_others(known):
            raise PathRefused(path=above, reason=_WRITABLE)
        if not known.st_mode & 0o011:
            reachable = False
    return reachable


def check_all(paths: Paths) -> PathRefused | None:
    """Why the profile must not even be read; None where all its folders that are there are this user's alone."""
    for folder in paths:
        try:
            check(folder)
        except PathRefused as refused:
            return refused
        except OSError:
            continue  # not there yet, or whoever reads it says why not
    return None


_WRITABLE: Final = N_("pengguna lain dapat menulis di sana; periksa isinya, lalu: chmod go-w")


def _open_to_others(found: os.stat_result) -> bool:
    """Whether somebody else may write: everybody, or the members of a group that is not the user's own one."""
    return bool(found.st_mode & 0o002) or (bool(found.st_mode & 0o020) and not _is_own_group(found.st_gid))


def _is_own_group(number: int) -> bool:
    """Whether a group is the private one that many systems make for each user: of that name, without other members."""
    import grp
    import pwd

    try:
        name, group = pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(number)
    except KeyError:
        return False
    return group.gr_name == name and set(group.gr_mem) <= {name}


def private_file(path: Path) -> Path:
    """Make ``path`` empty with mode 0600 if it is missing, and take everybody else's rights if it is there.

    Raises PathRefused when it is a link, no plain file, somebody else's, or cannot be made.
    """
    private_folder(path.parent)
    try:
        # An existing file is looked at and not opened: closing it would let go of every lock that this process has on
        # it, SQLite's too, and another process would then take the database for unused.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        pass
    except OSError as cause:
        raise PathRefused(path=path, reason=cause.strerror or str(cause)) from cause
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode):
            raise PathRefused(path=path, reason=N_("bukan berkas biasa"))
        if found.st_uid != os.geteuid():
            raise PathRefused(path=path, reason=N_("milik pengguna lain"))
        if found.st_mode & 0o077:
            path.chmod(0o600)
    except OSError as cause:
        raise PathRefused(path=path, reason=cause.strerror or str(cause)) from cause
    if not os.access(path, os.R_OK | os.W_OK):
        raise PathRefused(path=path, reason=os.strerror(errno.EACCES))
    return path


def write_private(path: Path, data: bytes, *, ours: bool = True) -> None:
    """Replace ``path`` by ``data`` in one step, mode 0600, on disk before it returns; raises PathRefused.

    Its folder is made private when it is ``ours``, a folder of the profile; any other stays as it is.
    """
    if ours or not path.parent.exists():
        private_folder(path.parent)
    beside = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(8).hex()}")
    try:
        if path.is_symlink():
            raise PathRefused(path=path, reason=N_("bukan berkas biasa"))
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
        settle(path.parent)
        _sweep(path)
    except OSError as cause:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise PathRefused(path=path, reason=cause.strerror or str(cause)) from cause


def _sweep(path: Path) -> None:
    """Remove what processes left that were killed while they wrote ``path``: it may hold what it held."""
    import glob

    for torn in path.parent.glob(f".{glob.escape(path.name)}.*.*"):
        number, _dot, odd = torn.name[len(path.name) + 2 :].partition(".")
        if number.isdecimal() and len(odd) == 16 and not alive(int(number)):
            torn.unlink(missing_ok=True)


def shred(file: Path) -> None:
    """Overwrite a file and remove it. On SSDs and file systems that copy on write old blocks may outlive it."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    except OSError:
        file.unlink(missing_ok=True)
        return
    try:
        left = os.fstat(handle).st_size
        # A file system that copies on write may have no room even for zeros: then it is only removed.
        with suppress(OSError):
            while left > 0:
                left -= os.write(handle, bytes(min(left, _BLOCK)))
            os.fsync(handle)
    finally:
        os.close(handle)
    file.unlink(missing_ok=True)


def alive(pid: int) -> bool:
    """Whether a process with that number runs; one that has ended does not, also before its parent was told."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    # Linux: number, (name), state. Where a line drops the parent ends first, and not every container's init asks soon.
    with suppress(OSError), open(f"/proc/{pid}/stat", "rb") as stream:
        return stream.read().rpartition(b") ")[2][:1] not in (b"Z", b"X")
    return True


def settle(folder: Path) -> None:
    """Have the names in ``folder`` on disk; where the file system cannot do that, nothing."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)
