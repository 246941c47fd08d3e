"""Calls over the transport to servers that say whatever a test wants."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hostile import Asked, Hostile

from akk_tui.contract.records import Operation, PullRequest
from akk_tui.sync import errors
from akk_tui.sync.transport import Transport

TOKEN = "akk_at_0123456789abcdef"
HEALTH = b'{"status":"ok","name":"akk-server","protocol":1,"schema":1}'
LINES = "application/jsonl"
HEAD = b'{"head":[9,"0123456789abcdef"],"scope":[],"reference":"\\"r\\"","rows":0,"bytes_est":0}\n'
OP = Operation(op="01890000-0000-7000-8000-000000000000", n=1, kind="note", key="k", set={"title": "x"}, was=None)


MADE: list[Transport] = []


def transport(server: str, **options: Any) -> Transport:
    made = Transport(server, TOKEN, replica="r" * 8, **options)
    MADE.append(made)
    return made


def saying(*parts: bytes) -> Callable[[Asked], Iterable[bytes]]:
    return lambda _: parts


def pulled(server: str, **options: Any) -> list[Any]:
    """Everything that a pull from ``server`` gives before its end."""
    with transport(server, **options).pull(PullRequest()) as (_, lines):
        return list(lines)


def refusal(say: Callable[[Asked], Iterable[bytes]], error: type[errors.SyncError], **options: Any) -> errors.SyncError:
    """The error of a health check, a push and a pull against a server that says ``say``: the same for all."""
    found: list[errors.SyncError] = []
    with Hostile(say) as server:
        for call in (
            lambda: transport(server.url, **options).reference(),
            lambda: transport(server.url, **options).push([OP], None),
            lambda: pulled(server.url, **options),
        ):
            with pytest.raises(error) as caught:
                call()
            assert type(caught.value) is error
            found.append(caught.value)
        assert all(server.url in one.words() for one in found)
    return found[-1]
