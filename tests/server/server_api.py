"""The app in this process over a real database, and officers who speak to it as a client does."""

from __future__ import annotations

import json
import shutil
from binascii import crc32
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from postgres import Cluster

from akk_tui.contract.endpoints import LINES
from akk_tui.contract.records import Role
from akk_tui.server import setup
from akk_tui.server.app import create_app
from akk_tui.server.db.engine import Database
from akk_tui.server.service import Service, STATE

KOTA = "35.72"
KABUPATEN = "71.07"
OTHER = "52.71"
UNIT = f"2025:{KOTA}"


class Pulled(NamedTuple):
    """The lines of a pull, by kind."""

    head: dict[str, Any]
    rows: list[list[Any]]
    chunks: list[Any]
    last: dict[str, Any]
    lines: list[Any]

    def row(self, kind: str, key: str) -> dict[str, Any] | None:
        found = [row[4] for row in self.rows if row[1] == kind and row[2] == key]
        assert len(found) <= 1
        return found[0] if found else None


class Officer:
    """One officer with a token."""

    def __init__(self, client: Client, name: str, token: str) -> None:
        self.client = client
        self.name = name
        self.headers = {"Authorization": f"Bearer {token}"}
        self.count = 0

    def op(self, kind: str, key: str, set_: dict[str, Any], was: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
        """An operation with an id of its own."""
        self.count += 1
        number = crc32(self.name.encode()) & 0xFFFF
        made = {"op": f"01900000-{number:04x}-7000-8000-{self.count:012x}", "n": self.count, "kind": kind, "key": key}
        return {**made, "set": set_, "was": was, **more}

    def send(self, *operations: Any, witness: str | None = None, again: bool = False) -> httpx.Response:
        body = "".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in operations)
        headers = {**self.headers, "Content-Type": LINES}
        if witness is not None:
            headers["Akk-Witness"] = witness
        if again:
            headers["Akk-Again"] = "1"
        return self.client.post("/v1/push", content=body, headers=headers)

    def push(self, *operations: Any, witness: str | None = None) -> list[list[Any]]:
        """The answer lines of a push that is accepted as a whole."""
        response = self.send(*operations, witness=witness)
        assert response.status_code == 200, response.text
        lines = [json.loads(line) for line in response.text.splitlines()]
        assert set(lines[-1]) == {"head", "at"}
        return lines[:-1]

    def one(self, operation: dict[str, Any]) -> list[Any]:
        """The answer to one operation."""
        (answer,) = self.push(operation)
        assert answer[0] == operation["op"]
        return answer

    def do(self, kind: str, key: str, set_: dict[str, Any], was: dict[str, Any] | None, **more: Any) -> list[Any]:
        return self.one(self.op(kind, key, set_, was, **more))

    def ask(self, **body: Any) -> httpx.Response:
        return self.client.post("/v1/pull", json=body, headers=self.headers)

    def pull(self, **body: Any) -> Pulled:
        """The lines of a pull that is answered."""
        response = self.ask(**body)
        assert response.status_code == 200, response.text
        lines = [json.loads(line) for line in response.text.splitlines()]
        rows = [line for line in lines if isinstance(line, list)]
        chunks = [line["chunk"] for line in lines if isinstance(line, dict) and "chunk" in line]
        return Pulled(lines[0], rows, chunks, lines[-1], lines)

    def get(self, path: str, **query: str) -> httpx.Response:
        return self.client.get(path, params=query, headers=self.headers)


class Client:
    """Calls an app in this process, in an event loop of its own."""

    def __init__(self, app: Any) -> None:
        self._open = True
        self.service: Service = getattr(app.state, STATE)
        self._started = start_blocking_portal()
        self._portal = self._started.__enter__()
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://server")

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self._portal.call(lambda: self._client.request(method, path, **options))

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.request("POST", path, **options)

    def raw(self, path: str, **options: Any) -> tuple[httpx.Headers, bytes]:
        """The headers of an answer to a POST and its bytes as they came, compressed where they are."""

        async def asked() -> tuple[httpx.Headers, bytes]:
            async with self._client.stream("POST", path, **options) as response:
                return response.headers, b"".join([part async for part in response.aiter_raw()])

        return self._portal.call(asked)

    def close(self) -> None:
        if self._open:
            self._open = False
            self._portal.call(self._client.aclose)
            self._started.__exit__(None, None, None)


class Server:
    """The app over one database (``opened``, where it is open already); ``officer`` adds accounts."""

    def __init__(self, db: Path | str, opened: Database | None = None) -> None:
        self.where = db
        self._opened = opened
        self.database = opened or Database(db)
        self.client = Client(create_app(self.database))

    def officer(
        self, name: str, *regions: str, role: Role = "petugas", write: bool = True, cycle: str | None = None
    ) -> Officer:
        setup.add_user(self.database, name, role)
        if regions:
            setup.assign(self.database, name, regions, write=write, cycle=cycle)
        return Officer(self.client, name, setup.issue_token(self.database, name).token)

    def take_no_more(self, table: str) -> None:
        """Let every insert into ``table`` fail, saying "full"."""
        made = [f"CREATE TRIGGER is_full BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'full'); END"]
        if not self.database.is_sqlite:
            made = [
                "CREATE FUNCTION is_full() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'full'; END$$",
                f"CREATE TRIGGER is_full BEFORE INSERT ON {table} EXECUTE FUNCTION is_full()",
            ]
        with self.database.writing() as connection:
            for one in made:
                connection.exec_driver_sql(one)

    def take_again(self) -> None:
        """The end of that."""
        with self.database.writing() as connection:
            connection.exec_driver_sql(
                "DROP TRIGGER is_full" if self.database.is_sqlite else "DROP FUNCTION is_full CASCADE"
            )

    @property
    def db(self) -> Path:
        """The database's file; only where it is one."""
        assert isinstance(self.where, Path)
        return self.where

    def reopen(self) -> None:
        """Another process over the same database."""
        self.close()
        self.database = Database(self.where)
        self.client = Client(create_app(self.database))

    def close(self) -> None:
        self.client.close()
        self.client.service.close()
        if self.database is not self._opened:
            self.database.close()


def over(cluster: Cluster) -> Iterator[Server]:
    """The app over PostgreSQL, with the default cycle and no officer."""
    made = Server(cluster.url, cluster.fresh())
    yield made
    made.close()


def served(request: pytest.FixtureRequest, db: Path, templates: Callable[[bool], Path]) -> Iterator[Server]:
    """The same over the database that the fixture's parameter says, ``db`` where it is SQLite."""
    if getattr(request, "param", "sqlite") == "postgres":
        yield from over(request.getfixturevalue("cluster"))
        return
    shutil.copyfile(templates(False), db)
    made = Server(db)
    yield made
    made.close()
