"""What a connection and the decoders raise, turned into sentences."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

import httpcore

from akk_tui.contract.codec import Malformed
from akk_tui.contract.text import clean
from akk_tui.sync import errors
from akk_tui.sync.body import BodyRefused, BodyTorn

CONNECT_SECONDS: Final = 10


@contextmanager
def in_words(server: str, silence: float) -> Generator[None]:
    """Whatever goes wrong inside with the connection to ``server`` or with its bytes leaves as a SyncError."""
    try:
        yield
    except Malformed as cause:
        raise errors.BadAnswer(server=server, reason=clean(str(cause.params["reason"]))[:200]) from cause
    except BodyRefused as cause:
        raise errors.BadAnswer(server=server, reason=clean(str(cause))[:200]) from cause
    except BodyTorn as cause:
        raise errors.Cut(server=server) from cause
    except httpcore.ConnectTimeout as cause:
        raise errors.TooSlow(server=server, seconds=CONNECT_SECONDS) from cause
    except httpcore.TimeoutException as cause:
        raise errors.Silent(server=server, seconds=round(silence)) from cause
    except (httpcore.ConnectError, httpcore.ProxyError) as cause:
        raise _not_connected(server, cause) from cause
    except httpcore.RemoteProtocolError as cause:
        raise _not_http(server, str(cause)) from cause
    except (httpcore.NetworkError, httpcore.ProtocolError) as cause:
        raise errors.Cut(server=server) from cause


def _not_connected(server: str, error: Exception) -> errors.Unreachable:
    # httpcore keeps what happened as the argument of its own error and cuts the chain of causes.
    cause = error.args[0] if error.args and isinstance(error.args[0], Exception) else error
    if isinstance(cause, ssl.SSLError):
        said = getattr(cause, "verify_message", "") or cause.reason or str(cause)
        return errors.NotTrusted(server=server, reason=clean(str(said))[:120])
    if isinstance(cause, socket.gaierror):
        return errors.NoSuchHost(server=server)
    if isinstance(cause, ConnectionRefusedError):
        return errors.Refused(server=server)
    said = cause.strerror if isinstance(cause, OSError) and cause.strerror else str(cause)
    return errors.Unreachable(server=server, reason=clean(said)[:120])


def _not_http(server: str, said: str) -> errors.SyncError:
    if "disconnected" in said or "peer closed" in said:
        return errors.Cut(server=server)
    return errors.NotAkkServer(server=server, status="–", media=clean(said)[:60])
