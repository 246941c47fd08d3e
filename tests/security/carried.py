"""A server that seals, and officers whose work is carried to it: the helpers of ``tests/sync/test_sync_carrying.py``.

Import the fixture ``server`` by name.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parent.parent / "sync"))

from msgspec.structs import replace
from postgres import Cluster
from syncworld import Officer, REGIONS, Server

from akk_tui import sealed
from akk_tui.contract.bundles import Answers, Bundle
from akk_tui.contract.codec import decode, encode
from akk_tui.server import bundle, setup

__all__ = ["REGIONS", "Officer", "Server", "inside", "opened", "resealed", "server"]


@pytest.fixture
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """A running server with the key that files are sealed to, and the officers ``ani`` and ``budi``."""
    on_postgres = getattr(request, "param", "sqlite") == "postgres"
    made = made_at(tmp_path / "server", request.getfixturevalue("cluster") if on_postgres else None)
    yield made
    made.stop()


def made_at(folder: Path, cluster: Cluster | None = None) -> Server:
    """Another such server."""
    folder.mkdir()
    made = Server(folder, cluster)
    if cluster is None:
        setup.init_database(made.where)
    else:
        cluster.fresh()
    bundle.make_key(made.where, made.seal_key)
    made.officer("ani", *REGIONS)
    made.officer("budi", *REGIONS)
    made.start()
    return made


def opened(server: Server, path: Path) -> bundle.Opened:
    return bundle.opened(path, server.seal_key)


def inside(server: Server, path: Path) -> Bundle:
    """What the file says."""
    return decode(Bundle, sealed.parts(opened(server, path).plain).payload)


def resealed(path: Path, held: Bundle, sign: Callable[[bytes], str], **changed: Any) -> Path:
    """``held`` with some members ``changed``, signed by ``sign``: anybody can seal to the server's public key."""
    payload = encode(replace(held, **changed))
    path.write_bytes(sealed.seal("akk-bundle", payload, sign(payload), held.to))
    return path


def answered(path: Path, held: Answers, proof: Callable[[bytes], str], to: str) -> Path:
    """``held`` as a file of answers, proved by ``proof``."""
    payload = encode(held)
    path.write_bytes(sealed.seal("akk-answers", payload, proof(payload), to))
    return path


def stranger() -> Callable[[bytes], str]:
    """A signing key that no server knows."""
    seed = os.urandom(sealed.SEED_BYTES)
    return lambda payload: sealed.signature(seed, payload)
