"""What every request shares: the database, the caches, the counters."""

from __future__ import annotations

from collections import Counter
from threading import Lock
from typing import Final, NamedTuple

from starlette.requests import Request

from akk_tui.server.address import address_of
from akk_tui.server.auth import bearer, Call, hash_of, sign_in, Signed
from akk_tui.server.catalogue import Catalogue
from akk_tui.server.db.engine import Database
from akk_tui.server.identity import oidc
from akk_tui.server.identity.common import stamp
from akk_tui.server.identity.passwords import Hashing
from akk_tui.server.limits import Limiter
from akk_tui.server.options import OFFICER, Options, TOKEN
from akk_tui.server.refusals import Refusal, Refusals


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
    keys: oidc.Keys
    limiter: Limiter
    refusals: Refusals

    def now(self) -> float:
        """Seconds since 1970."""
        return self.options.clock()

    def address(self, request: Request) -> str:
        """Where the request comes from."""
        return address_of(request, self.options.trusted_proxies)

    def refused(self, request: Request, code: str, *, count: int = 1, name: str = "") -> None:
        """See to it that the audit tells of a refusal, with the officer who had signed the request, or who ``name``
        says that he is."""
        route = request.scope.get("route")
        call = str(getattr(route, "path", "?"))
        actor = str(request.scope.get("state", {}).get(_ACTOR, name))
        self.refusals.note(Refusal(code, call, self.address(request), actor), count)

    def close(self) -> None:
        """Write what is only counted so far; the caller closes the database."""
        self.refusals.flush()


STATE: Final = "service"
_ACTOR: Final = "akk_actor"


def service_of(request: Request) -> Service:
    """The service that the app was built for."""
    return getattr(request.app.state, STATE)


async def signed_in(request: Request, call: Call = "any") -> Signed:
    """Who sent the request; Refused 401 or 403 otherwise."""
    token = bearer(request.headers.get("authorization"))
    service = service_of(request)
    signed = await service.database.run(_sign_in, service, token, call)
    await admit(request, signed, token)
    return signed


async def admit(request: Request, signed: Signed, token: str) -> None:
    """Count the request for its token and its officer; raises Limited when either sent too many."""
    request.scope.setdefault("state", {})[_ACTOR] = signed.name
    await service_of(request).limiter.admit([(TOKEN, hash_of(token)[:16]), (OFFICER, signed.name)])


def _sign_in(service: Service, token: str, call: Call) -> Signed:
    with service.database.asking() as connection:
        return sign_in(connection, token, stamp(service.now()), call)
