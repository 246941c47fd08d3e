"""What every request shares: the database, the caches, the counters."""

from __future__ import annotations

from collections import Counter
from threading import Lock
from typing import Final, NamedTuple

from starlette.requests import Request

from akk_tui.server.auth import bearer, Call, sign_in, Signed
from akk_tui.server.catalogue import Catalogue
from akk_tui.server.db.engine import Database
from akk_tui.server.identity.common import stamp
from akk_tui.server.identity.passwords import Hashing
from akk_tui.server.options import Options


class Metrics:
    """Counters of one process, in the Prometheus text format."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, name: str, labels: str = "", value: int = 1) -> None:
        """Add ``value`` to the counter ``name`` with ``labels`` such as ``call="pull",status="200"``."""
        with self._lock:
            self._counts[(name, labels)] += value

    def text(self) -> str:
        """All counters."""
        with self._lock:
            counts = sorted(self._counts.items())
        lines: list[str] = []
        last = ""
        for (name, labels), value in counts:
            if name != last:
                lines.append(f"# TYPE {name} counter")
                last = name
            lines.append(f"{name}{{{labels}}} {value}" if labels else f"{name} {value}")
        return "\n".join(lines) + "\n"


class Service(NamedTuple):
    """One server process."""

    database: Database
    catalogue: Catalogue
    metrics: Metrics
    options: Options
    hashing: Hashing

    def now(self) -> float:
        """Seconds since 1970."""
        return self.options.clock()


STATE: Final = "service"


def service_of(request: Request) -> Service:
    """The service that the app was built for."""
    return getattr(request.app.state, STATE)


async def signed_in(request: Request, call: Call = "any") -> Signed:
    """Who sent the request; Refused 401 or 403 otherwise."""
    token = bearer(request.headers.get("authorization"))
    service = service_of(request)
    return await service.database.run(_sign_in, service, token, call)


def _sign_in(service: Service, token: str, call: Call) -> Signed:
    with service.database.reading() as connection:
        return sign_in(connection, token, stamp(service.now()), call)
