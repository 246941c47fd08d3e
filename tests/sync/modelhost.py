"""The real server's code in this process, without HTTP: pushes and pulls over the engine's seam, with trouble on it.

Lines are encoded by the server's code and decoded by the client's, as on the wire. The database is a real file.
"""

from __future__ import annotations

import random
import shutil
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "store"))

from modelserver import instrument

from akk_tui.contract import codec
from akk_tui.contract.records import Operation, PullHead, PullRequest, PushEnd, Reference, Region, Witness
from akk_tui.contract.text import Line
from akk_tui.server import auth, feed, judge, setup
from akk_tui.server.catalogue import Catalogue
from akk_tui.server.db.commit import found, read_head
from akk_tui.server.db.engine import Database
from akk_tui.server.db.schema import migrate
from akk_tui.server.db.tables import LOG, ROW
from akk_tui.server.errors import Diverged as ServerDiverged
from akk_tui.sync import errors, wire

REGIONS = ("35.72", "52.71", "71.07")
CYCLES = ("2024", "2025")
OFFICERS = ("ani", "budi")
ROWS = ("assessment", "criterion", "standing", "score", "note", "event", "followup")


class Crash(BaseException):
    """The process is gone at this point: nothing that would come next happens."""


class Host:
    """One server database; ``reset``, ``backup`` and ``restore`` change the file under an engine that stays."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "server.db"
        self.template = folder / "server.template"
        self.saved = folder / "server.backup"
        self.catalogue = Catalogue()
        self.database = Database(self.path, create=True)
        self._init()
        self.tokens: dict[str, str] = {}
        for name in OFFICERS:
            setup.add_user(self.database, name, "petugas")
            for cycle in CYCLES:
                setup.assign(self.database, name, REGIONS[:2], cycle=cycle)
            self.tokens[name] = setup.issue_token(self.database, name).token
        self.freeze()

    def _init(self) -> None:
        with self.database.engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA journal_mode=WAL")

        def work(connection: Any) -> None:
            migrate(connection)
            found(connection)
            setup.load_regions(connection, [_region(code) for code in REGIONS])
            for cycle in CYCLES:
                setup.load_cycle(connection, instrument(cycle), state="open")

        self.database.write(work)

    def freeze(self) -> None:
        """What is here now is what ``reset`` goes back to."""
        self._copy(self.path, self.template)

    def reset(self) -> None:
        self._copy(self.template, self.path)
        shutil.copyfile(self.template, self.saved)

    def backup(self) -> None:
        self._copy(self.path, self.saved)

    def restore(self) -> None:
        self._copy(self.saved, self.path)

    def _copy(self, source: Path, target: Path) -> None:
        # The last connection that closes brings the log of writes into the file.
        self.database.engine.dispose()
        shutil.copyfile(source, target)
        self.catalogue = Catalogue()

    def close(self) -> None:
        self.database.close()

    # the calls, as the routes make them

    def signed(self, connection: Any, name: str) -> auth.Signed:
        return auth.sign_in(connection, self.tokens[name], "2000-01-01T00:00:00Z")

    def reference(self, name: str) -> tuple[Reference, str]:
        with self.database.reading() as connection:
            signed = self.signed(connection, name)
            document = self.catalogue.document(connection, signed.officer, read_head(connection).reference)
        return codec.decode(Reference, document.body), document.etag

    def push(self, name: str, operations: Sequence[Operation], witness: Witness | None) -> list[bytes]:
        sent = [codec.decode(Operation, codec.encode(one)) for one in operations]
        with self.database.reading() as connection:
            signed = self.signed(connection, name)
        work = partial(judge.push, catalogue=self.catalogue, signed=signed, sent=sent, witness=witness)
        done = self.database.write(work)
        end = PushEnd(head=done.head.witness, at=Line(done.at))
        return [*(codec.encode(line) for line in done.answers), codec.encode(end)]

    def pull(self, name: str, request: PullRequest) -> list[bytes]:
        asked = codec.decode(PullRequest, codec.encode(request))
        with self.database.reading() as connection:
            made = feed.pull(connection, self.catalogue, self.signed(connection, name), asked)
        return b"".join([made.head, *(chunk.body for chunk in made.chunks), made.last]).splitlines()

    # what is there

    def rows(self) -> dict[tuple[str, str], tuple[int, int, str, dict[str, Any]]]:
        """(kind, key) → seq, rev, unit, data."""
        with self.database.reading() as connection:
            there = connection.execute(ROW.select()).all()
        return {
            (row.kind, row.key): (row.seq, row.rev, row.unit, codec.decode(dict[str, Any], row.data)) for row in there
        }

    def log(self) -> list[Any]:
        """The operations of officers in the order of their numbers."""
        with self.database.reading() as connection:
            there = connection.execute(LOG.select().where(LOG.c.kind.in_(ROWS)).order_by(LOG.c.seq)).all()
        return [row for row in there if row.officer in OFFICERS]

    def scope(self, name: str) -> dict[str, bool]:
        from akk_tui.server import scope

        with self.database.reading() as connection:
            return {entry.unit: entry.write for entry in scope.whole(connection, name)}

    def open_cycles(self) -> set[str]:
        with self.database.reading() as connection:
            known = self.catalogue.cycles(connection, read_head(connection).reference)
        return {cycle.id for cycle in known.values() if cycle.open}

    def seq(self) -> int:
        with self.database.reading() as connection:
            return read_head(connection).seq


class Link:
    """A client's line to the host. ``trouble`` draws what happens to each call; None: nothing does.

    ``sending`` is called before each push.
    """

    server = "http://model"
    server_date = "Mon, 06 Oct 2025 02:00:00 GMT"
    bytes_up = bytes_down = 0

    def __init__(self, host: Host, name: str, sending: Callable[[], None], trouble: Trouble | None = None) -> None:
        self.host, self.name, self.sending, self.trouble = host, name, sending, trouble
        self.requests = 0

    def reference(self) -> tuple[Reference, str]:
        self.requests += 1
        if self.trouble is not None:
            self.trouble.on_reference()
        return self.host.reference(self.name)

    def push(self, operations: Sequence[Operation], witness: Witness | None) -> tuple[list[Any], PushEnd]:
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
                self._pushed(batch, witness)
        lines = self._pushed(batch, witness)
        if what == "twice":
            lines = self._pushed(batch, witness)
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

    def _pushed(self, operations: Sequence[Operation], witness: Witness | None) -> list[bytes]:
        try:
            return self.host.push(self.name, operations, witness)
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


def _region(code: str) -> Region:
    words = {"name": code, "province": "P", "province_code": code[:2]}
    return Region(code=Line(code), kind="kota", zone="WIB", **{name: Line(value) for name, value in words.items()})
