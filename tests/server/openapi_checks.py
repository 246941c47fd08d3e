"""All of schemathesis's checks against a real server on loopback."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import late_cases
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from akk_tui import __version__
from akk_tui.contract.openapi import document
from akk_tui.server import embedded, setup
from akk_tui.server.options import NO_RATES, Options

REFUSED = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "429", "5xx"]
"""How a request that breaks the schema may be answered; 413 is ours (schemathesis does not think of it)."""
CONFIG = schemathesis.Config.from_dict({"checks": {"negative_data_rejection": {"expected-statuses": REFUSED}}})
late_cases.use()
SCHEMA = schemathesis.openapi.from_dict(json.loads(json.dumps(document(__version__))), config=CONFIG)
RULED = ("log", "pull", "push", "token", "device_post", "invite_post", "sessions_end", "exports")
"""Calls with a rule between fields (one of two must be there), which a schema of each field alone does not tell; with a
header with a space in it, which schemathesis does not make; with a whole number, which may not be written ``3.0``."""
SETTINGS = settings(deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))


@schemathesis.serializer("application/jsonl")
def jsonl(_context: Any, value: Any) -> Any:
    """Lines are sent as they are."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogateescape")


class Served(NamedTuple):
    """Where the server is, and the headers of an officer who has rows to read."""

    url: str
    headers: dict[str, str]

    def try_out(self, case: Any) -> None:
        """One request and everything that schemathesis knows to ask of its answer; raises what it finds."""
        ruled = case.operation.definition.raw["operationId"] in RULED
        excluded = [positive_data_acceptance] if ruled else []
        case.call_and_validate(base_url=self.url, headers=self.headers, excluded_checks=excluded)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, server_templates: Callable[[bool], Path]) -> Iterator[Served]:
    """A server with the sample data."""
    db = tmp_path_factory.mktemp("openapi") / "server.db"
    shutil.copyfile(server_templates(True), db)
    token = setup.issue_token(db, "contoh1").token
    running = embedded.start(db, options=Options(rates=NO_RATES))
    yield Served(running.url, {"Authorization": f"Bearer {token}"})
    running.stop()
