"""The real server's code in this process, without HTTP: pushes and pulls over the engine's seam, as a link calls them.

Lines are encoded by the server's code and decoded by the client's, as on the wire. The database is a real file.
"""

from __future__ import annotations

import copy
import shutil
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "store"))

from modelserver import instrument

from akk_tui.contract import codec
from akk_tui.contract.records import Operation, PullRequest, PushEnd, Reference, Region, Witness
from akk_tui.contract.text import Line
from akk_tui.server import auth, feed, judge, setup
from akk_tui.server.catalogue import Catalogue
from akk_tui.server.db.commit import found, read_head
from akk_tui.server.db.engine import Database
from akk_tui.server.db.schema import migrate
from akk_tui.server.db.tables import LOG, ROW

REGIONS = ("35.72", "52.71", "71.07")
CYCLES = ("2024", "2025")
OFFICERS = ("ani", "budi")
UNITS = tuple(f"{cycle}:{region}" for cycle in CYCLES for region in REGIONS)
ROWS = ("assessment", "criterion", "standing", "score", "note", "event", "followup")


class Host:
    """One server database; ``reset``, ``backup`` and ``restore`` change the file under an engine that stays."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "server.db"
        self.template = folder / "server.template"
        self.saved = folder / "server.backup"
        self.database = Database(self.path, create=True)
        self.catalogue = self._known = Catalogue()
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
        self._known = Catalogue()
        for name in OFFICERS:
            self.reference(name, self._known)

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
        # A server that starts has nothing in mind; what the template's reference data are is the same in every run.
        self.catalogue = copy.copy(self._known)
        for part in ("_bodies", "_etags"):
            setattr(self.catalogue, part, getattr(self._known, part).copy())

    def close(self) -> None:
        self.database.close()

    # the calls, as the routes make them

    def signed(self, connection: Any, name: str) -> auth.Signed:
        return auth.sign_in(connection, self.tokens[name], "2000-01-01T00:00:00Z")

    def reference(self, name: str, known: Catalogue | None = None) -> tuple[Reference, str]:
        with self.database.reading() as connection:
            signed = self.signed(connection, name)
            document = (known or self.catalogue).document(connection, signed.officer, read_head(connection).reference)
        return codec.decode(Reference, document.body), document.etag

    def push(
        self, name: str, operations: Sequence[Operation], witness: Witness | None, again: bool = False
    ) -> list[bytes]:
        sent = [codec.decode(Operation, codec.encode(one)) for one in operations]
        with self.database.reading() as connection:
            signed = self.signed(connection, name)
        work = partial(judge.push, catalogue=self.catalogue, signed=signed, sent=sent, witness=witness, again=again)
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


def _region(code: str) -> Region:
    words = {"name": code, "province": "P", "province_code": code[:2]}
    return Region(code=Line(code), kind="kota", zone="WIB", **{name: Line(value) for name, value in words.items()})
