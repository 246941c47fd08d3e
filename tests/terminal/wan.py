"""A slow, long or dead line between two network namespaces, in user space: what kernels without ``netem`` lack.

Two TUN devices; this program carries packets from one to the other at a rate, after a delay, or not at all. The
namespaces are its own and go with it: nothing is left behind, and several lines may stand at once. Root, Linux and
``/dev/net/tun`` are needed; :meth:`Wan.__enter__` raises :class:`NoLine` with words where they are not.
"""

from __future__ import annotations

import ctypes
import fcntl
import heapq
import os
import select
import socket
import struct
import subprocess
import sys
import time
from typing import Final, NamedTuple

NEAR, FAR = "10.77.0.1", "10.77.0.2"
"""The addresses of the ends, each in its own namespace."""
_DEVICE: Final = b"line0"
_CLONE_NEWNET: Final = 0x40000000
_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 1, 0x1000
_SIOCSIFADDR, _SIOCSIFDSTADDR, _SIOCGIFFLAGS, _SIOCSIFFLAGS, _SIOCSIFMTU = 0x8916, 0x8918, 0x8913, 0x8914, 0x8922
_IFF_UP: Final = 1
_MTU: Final = 1400
_QUEUE: Final = 64 * 1024
"""Bytes that wait before the line; more is dropped, as modems do."""


class NoLine(Exception):
    """Why there can be no line here, in words."""


class Carried(NamedTuple):
    """Bytes of packets that went down to the near end and up to the far one."""

    down: int
    up: int


class Wan:
    """The line while it is open: ``kbit`` (0: no limit) each way, ``delay`` ms one way."""

    def __init__(self, *, kbit: int = 0, delay: int = 0) -> None:
        self._words = [str(kbit), str(delay)]

    def __enter__(self) -> Wan:
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-E", __file__, *self._words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        answer = self._answer().split(maxsplit=1)
        if answer[:1] != ["ready"]:
            self.__exit__()
            raise NoLine(f"no slow line here: {' '.join(answer)}")
        near, far = answer[1].split()
        self._places = {NEAR: near, FAR: far}
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def within(self, end: str) -> list[str]:
        """What stands before a command that runs at an end."""
        return ["nsenter", f"--net=/proc/{self._process.pid}/fd/{self._places[end]}", "--"]

    def freeze(self) -> None:
        """Nothing goes through any more, and nobody is told."""
        self._ask("down")

    def thaw(self) -> None:
        self._ask("up")

    def carried(self) -> Carried:
        """Since the last time that this was asked."""
        down, up = self._ask("carried").split()
        return Carried(int(down), int(up))

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def _ask(self, words: str) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(words + "\n")
        return self._answer()


def _device(address: str, peer: str) -> tuple[int, int]:
    """A new namespace that this process is in from now on: descriptors of its end of the line, and of itself."""
    if ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "unshare")
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, _TUNSETIFF, struct.pack("16sH22x", _DEVICE, _IFF_TUN | _IFF_NO_PI))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:

        def say(request: int, value: bytes, device: bytes = _DEVICE) -> bytes:
            return fcntl.ioctl(control, request, struct.pack("16s24s", device, value))

        def socket_address(text: str) -> bytes:
            return struct.pack("=HH4s", socket.AF_INET, 0, socket.inet_aton(text))

        say(_SIOCSIFADDR, socket_address(address))
        say(_SIOCSIFDSTADDR, socket_address(peer))
        say(_SIOCSIFMTU, struct.pack("=i", _MTU))
        for device in (_DEVICE, b"lo"):
            (flags,) = struct.unpack_from("=H", say(_SIOCGIFFLAGS, b"", device), 16)
            say(_SIOCSIFFLAGS, struct.pack("=H", flags | _IFF_UP), device)
    return tun, os.open("/proc/self/ns/net", os.O_RDONLY)


def _carry(near: int, far: int, rate: float, delay: float) -> None:
    """Until nothing more is asked; ``rate`` in bytes, ``delay`` in seconds."""
    other = {near: far, far: near}
    free = dict.fromkeys(other, 0.0)
    carried = dict.fromkeys(other, 0)
    up, order, asked = True, 0, b""
    under_way: list[tuple[float, int, int, bytes]] = []
    while True:
        due = max(0.0, under_way[0][0] - time.monotonic()) if under_way else None
        ready, _, _ = select.select([near, far, 0], [], [], due)
        now = time.monotonic()
        for source in other:
            while source in ready:
                try:
                    packet = os.read(source, 1 << 16)
                except BlockingIOError:
                    break
                begins = max(free[source], now)
                if not up or (rate and (begins - now) * rate > _QUEUE):
                    continue
                if rate:
                    begins = free[source] = begins + len(packet) / rate
                carried[source] += len(packet)
                order += 1
                heapq.heappush(under_way, (begins + delay, order, other[source], packet))
        while under_way and under_way[0][0] <= time.monotonic():
            _, _, end, packet = heapq.heappop(under_way)
            if up:
                os.write(end, packet)
        if 0 in ready:
            heard = os.read(0, 1 << 12)
            if not heard:
                return
            *lines, asked = (asked + heard).split(b"\n")
            for line in lines:
                up = line == b"up" or (up and line != b"down")
                print(*(carried[end] for end in (far, near)) if line == b"carried" else line.decode(), flush=True)
                if line == b"carried":
                    carried = dict.fromkeys(other, 0)


def main() -> None:
    kbit, delay = map(int, sys.argv[1:])
    try:
        near, near_place = _device(NEAR, FAR)
        far, far_place = _device(FAR, NEAR)
    except (OSError, AttributeError) as cause:
        print(cause, flush=True)
        return
    print("ready", near_place, far_place, flush=True)
    _carry(near, far, kbit * 1000 / 8, delay / 1000)


if __name__ == "__main__":
    main()
