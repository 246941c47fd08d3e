"""A bad link on loopback: a TCP proxy with a rate, a round-trip time, cuts, and counters.

``rate`` is bytes a second in each direction, shared by all connections. Half of ``rtt`` (seconds) is waited whenever
a connection's direction turns, so that request and answer cost one whole round trip. With ``cut_after`` a connection
is reset as soon as that many bytes went down on it. Everything listens on and connects to 127.0.0.1 alone.
"""

from __future__ import annotations

import asyncio
import threading
import time
from types import TracebackType

PACKET = 1400


class _Lane:
    """One direction: lets bytes pass at the rate."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._free = 0.0

    async def carry(self, size: int) -> None:
        if self._rate:
            self._free = max(time.monotonic(), self._free) + size / self._rate
            await asyncio.sleep(max(0.0, self._free - time.monotonic()))


class LinkProxy:
    """A context manager; ``port`` is where the bad link to ``target`` (a port) begins. Runs in its own thread."""

    def __init__(self, target: int, *, rate: float = 0, rtt: float = 0, cut_after: int = 0, cut_up: int = 0) -> None:
        self.target = target
        self.rate = rate
        self.rtt = rtt
        self.cut_after = cut_after
        self.cut_up = cut_up
        self.port = 0
        self.up = self.down = self.connections = self.cuts = 0
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def reset(self) -> None:
        """Set the counters to zero."""
        self.up = self.down = self.connections = self.cuts = 0

    def __enter__(self) -> LinkProxy:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._lanes = {"up": _Lane(self.rate), "down": _Lane(self.rate)}
        self._tasks: set[asyncio.Task[None]] = set()
        listening = await asyncio.start_server(self._connection, "127.0.0.1", 0)
        self.port = listening.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        listening.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for _turn in range(3):
            # An aborted connection is closed by the loop's next turn, of which there would be none.
            await asyncio.sleep(0)

    async def _connection(self, near: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self.connections += 1
        try:
            far, far_out = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            near_out.transport.abort()
            return
        turned = {"last": ""}
        try:
            await asyncio.gather(
                self._pump(near, far_out, "up", turned, near_out), self._pump(far, near_out, "down", turned, far_out)
            )
        except asyncio.CancelledError:
            pass
        finally:
            near_out.transport.abort()
            far_out.transport.abort()

    async def _pump(
        self,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
        way: str,
        turned: dict[str, str],
        back: asyncio.StreamWriter,
    ) -> None:
        carried = 0
        limit = self.cut_after if way == "down" else self.cut_up
        try:
            while data := await source.read(PACKET):
                if turned["last"] != way:
                    turned["last"] = way
                    if self.rtt:
                        await asyncio.sleep(self.rtt / 2)
                if limit:
                    data = data[: limit - carried]
                await self._lanes[way].carry(len(data))
                setattr(self, way, getattr(self, way) + len(data))
                carried += len(data)
                sink.write(data)
                await sink.drain()
                if limit and carried >= limit:
                    self.cuts += 1
                    # What was written is still delivered: an orderly end, then nothing more in either direction.
                    sink.close()
                    back.transport.abort()
                    return
        except OSError:
            pass
        finally:
            if not sink.is_closing():
                sink.write_eof()
