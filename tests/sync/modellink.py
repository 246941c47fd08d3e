"""A client's line to the model's host, with trouble on it. Lines are decoded by the client's code, as from the wire."""

from __future__ import annotations

import random
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from email.utils import formatdate
from typing import Any, TYPE_CHECKING

from akk_tui.contract.records import Operation, PullHead, PullRequest, PushEnd, Reference, Witness
from akk_tui.server import judge
from akk_tui.server.errors import Diverged as ServerDiverged
from akk_tui.sync import errors, wire

if TYPE_CHECKING:
    from modelhost import Host


class Crash(BaseException):
    """The process is gone at this point: nothing that would come next happens."""


class Link:
    """A client's line to the host. ``trouble`` draws what happens to each call; None: nothing does.

    ``sending`` is called before each push.
    """

    server = "http://model"
    bytes_up = bytes_down = 0

    def __init__(self, host: Host, name: str, sending: Callable[[], None], trouble: Trouble | None = None) -> None:
        self.host, self.name, self.sending, self.trouble = host, name, sending, trouble
        self.requests = 0

    @property
    def server_date(self) -> str:
        """The host has the real time, in what it says and in what it stores."""
        return formatdate(usegmt=True)

    def reference(self) -> tuple[Reference, str]:
        self.requests += 1
        if self.trouble is not None:
            self.trouble.on_reference()
        return self.host.reference(self.name)

    def push(
        self, operations: Sequence[Operation], witness: Witness | None, *, again: bool = False
    ) -> tuple[list[Any], PushEnd]:
        self.requests += 1
        self.sending()
        what = "" if self.trouble is None else self.trouble.of_push()
        if what == "drop":
            raise errors.Cut(server=self.server)
        if what == "busy":
            raise errors.ServerBusy(server=self.server, status=503, problem="unavailable", title="")
        batch = list(operations)[::-1] if what == "backwards" else operations
        if what == "server dies":
            with _dying():
                self._pushed(batch, witness, again)
        lines = self._pushed(batch, witness, again)
        if what == "twice":
            lines = self._pushed(batch, witness, again)
        if what == "lost":
            raise errors.Cut(server=self.server)
        if what == "crash":
            raise Crash
        found = [wire.push_line(raw) for raw in lines]
        answers, end = found[:-1], found[-1]
        assert isinstance(end, PushEnd)
        if what == "unnamed":
            answers = answers[1:]
        return answers, end  # pyright: ignore[reportReturnType]

    def _pushed(self, operations: Sequence[Operation], witness: Witness | None, again: bool) -> list[bytes]:
        try:
            return self.host.push(self.name, operations, witness, again)
        except ServerDiverged as cause:
            raise errors.Diverged(server=self.server, status=409, problem="diverged", title="") from cause

    @contextmanager
    def pull(self, request: PullRequest) -> Generator[tuple[PullHead, Iterator[Any]]]:
        self.requests += 1
        trouble = self.trouble
        what, share = ("", 0.0) if trouble is None else trouble.of_pull()
        if what == "drop":
            raise errors.Cut(server=self.server)
        try:
            raw = self.host.pull(self.name, request)
        except ServerDiverged as cause:
            raise errors.Diverged(server=self.server, status=409, problem="diverged", title="") from cause

        at = int(share * (len(raw) - 1))

        def rest() -> Iterator[Any]:
            for number, line in enumerate(raw[1:]):
                if what == "cut" and number >= at:
                    raise errors.Cut(server=self.server)
                if what == "crash" and number >= at:
                    raise Crash
                if what == "meanwhile" and number == at and trouble is not None:
                    trouble.meanwhile()
                yield wire.pull_line(line)

        yield wire.pull_head(raw[0]), rest()


@contextmanager
def _dying() -> Generator[None]:
    """The server is killed after it wrote and before it committed; the client sees a broken connection."""
    before = judge.commit

    def dead(*args: Any, **named: Any) -> Any:
        before(*args, **named)
        raise errors.Cut(server=Link.server)

    judge.commit = dead  # pyright: ignore[reportPrivateImportUsage]
    try:
        yield
    finally:
        judge.commit = before  # pyright: ignore[reportPrivateImportUsage]


class Trouble:
    """Draws what happens to the calls of one round, and counts it; ``torn``: a client is killed oftener."""

    def __init__(
        self, draw: random.Random, counted: Callable[[str], None], meanwhile: Callable[[], None], *, torn: bool = False
    ) -> None:
        self._draw, self._counted, self.meanwhile, self._torn = draw, counted, meanwhile, torn

    def of_push(self) -> str:
        what = ("", "lost", "twice", "drop", "backwards", "crash", "server dies", "busy", "unnamed")
        return self._told("push", self._draw.choices(what, (10, 4, 4, 1, 2, 2, 1, 1, 1))[0])

    def of_pull(self) -> tuple[str, float]:
        """What happens, and behind which share of the lines."""
        weights = (8, 2, 8, 1, 1) if self._torn else (10, 4, 2, 3, 1)
        what = self._draw.choices(("", "cut", "crash", "meanwhile", "drop"), weights)[0]
        return self._told("pull", what), self._draw.random()

    def on_reference(self) -> None:
        if self._draw.random() < 0.05:
            self._told("reference", "drop")
            raise errors.Cut(server=Link.server)

    def _told(self, call: str, what: str) -> str:
        if what:
            self._counted(f"{call} {what}")
        return what


class Torn(Trouble):
    """The first pull is cut behind its first row, the next one does not come through."""

    def __init__(self) -> None:
        super().__init__(random.Random(0), lambda _: None, lambda: None)
        self._left = [("drop", 0.0), ("cut", 0.4)]

    def of_push(self) -> str:
        return ""

    def of_pull(self) -> tuple[str, float]:
        return self._left.pop()

    def on_reference(self) -> None:
        pass
