"""Whether a folder is on a network file system, where SQLite's WAL does not hold: its shared memory is one host's.

The kernel's table of mounts tells (longest prefix; a bind mount has the device number of another place, so that is of
no use). Where there is no table, the magic number of ``statfs`` does. Remote file systems under FUSE cannot be told
from local ones by that number: all of FUSE counts as remote but those that are known to be local.
"""

from __future__ import annotations

import os
import re
import sys
from functools import cache
from pathlib import Path
from typing import Final

from akk_tui.contract.errors import N_

WORDS: Final = N_(
    "Profil ini ada di sistem berkas jaringan ({kind}): penyimpanan memakai cara yang lebih lambat, yang berjalan juga "
    "di sana. Buka profil ini dari satu komputer saja pada satu waktu."
)
"""What is said once of a profile that is there."""
TABLE = Path("/proc/self/mountinfo")
"""Where the kernel's table is; proc(5) has its columns."""
_REMOTE: Final = frozenset(
    "nfs nfs4 cifs smb3 smbfs ncpfs afs coda 9p virtiofs ceph glusterfs lustre gpfs beegfs orangefs pvfs2 ocfs2 gfs2"
    " vboxsf vmhgfs prl_fs davfs afpfs webdav".split()
)
_LOCAL_FUSE: Final = frozenset(
    "fuseblk fuse.gocryptfs fuse.encfs fuse.cryfs fuse.securefs fuse.fuse-overlayfs fuse.mergerfs fuse.bindfs"
    " fuse.ntfs-3g fuse.exfat fuse.zfs".split()
)
_MAGIC: Final = {
    0x6969: "nfs",
    0x517B: "smbfs",
    0xFF534D42: "cifs",
    0xFE534D42: "smb2",
    0x65735546: "fuse",
    0x01021997: "9p",
    0x5346414F: "afs",
    0x73757245: "coda",
    0x00C36400: "ceph",
    0x0BD00BD0: "lustre",
    0x47504653: "gpfs",
    0x7461636F: "ocfs2",
    0x01161970: "gfs2",
    0x19830326: "beegfs",
    0x786F4256: "vboxsf",
}
"""``f_type`` of statfs(2) on Linux."""
_OCTAL: Final = re.compile(r"\\([0-7]{3})")


@cache
def remote(folder: Path) -> str:
    """The kind of network file system that ``folder`` is on, as ``nfs4``; empty for a local one, or an unknown one.

    A folder that is not there counts as on what its parents are on. Asked once for each folder.
    """
    found = kind(folder)
    return found if _is_remote(found) else ""


def kind(path: Path) -> str:
    """The kind of file system that ``path`` is (or would be) on; empty where the system does not tell."""
    whole = Path(os.path.realpath(path))
    try:
        lines = TABLE.read_bytes().decode(errors="surrogateescape").splitlines()
    except OSError:
        return _by_number(whole)
    best, found = -1, ""
    for line in lines:
        left, _, right = line.partition(" - ")
        fields, told = left.split(" "), right.split(" ")
        if len(fields) < 6 or not told[0]:
            continue
        where = Path(_OCTAL.sub(lambda octal: chr(int(octal[1], 8)), fields[4]))
        # Of two mounts on one place the later one is seen.
        if (whole == where or where in whole.parents) and len(where.parts) >= best:
            best, found = len(where.parts), told[0]
    return found


def _is_remote(found: str) -> bool:
    return found in _REMOTE or ((found == "fuse" or found.startswith("fuse.")) and found not in _LOCAL_FUSE)


def _by_number(path: Path) -> str:
    """By ``statfs``: the name of a remote kind; empty for any other."""
    if not sys.platform.startswith("linux"):
        return ""
    import ctypes

    while not path.exists() and path != path.parent:
        path = path.parent
    # struct statfs begins with f_type, a word of the machine, and is shorter than this everywhere.
    told = (ctypes.c_long * 64)()
    try:
        failed = ctypes.CDLL(None, use_errno=True).statfs(os.fsencode(path), ctypes.byref(told))
    except (OSError, AttributeError):
        return ""
    return "" if failed else _MAGIC.get(told[0] & 0xFFFFFFFF, "")
