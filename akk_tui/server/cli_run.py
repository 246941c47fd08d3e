"""``akk-server run``: its options, and their passing on to the processes that it starts."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TYPE_CHECKING

from akk_tui.i18n import gettext as _
from akk_tui.server.cli_base import ready, say, Usage

if TYPE_CHECKING:
    from akk_tui.server.options import Options, Rate

_KINDS: Final = ("token", "officer", "address")
_RATE: Final = re.compile(rf"({'|'.join(_KINDS)})=([1-9]\d{{0,8}})/(\d{{1,6}}(?:\.\d{{1,3}})?)\Z")
_OFF: Final = "off"


def add_command(add: Any) -> None:
    """Add the command; ``add(name, text, command)`` makes it."""
    run = add("run", _("layani"), _run)
    run.add_argument("--host", default="127.0.0.1", help=_("alamat (bawaan 127.0.0.1)"))
    run.add_argument("--port", type=int, default=8080, help=_("porta; 0 mengambil yang bebas (bawaan 8080)"))
    run.add_argument("--port-file", type=Path, metavar="F", help=_("berkas yang menerima nomor porta setelah siap"))
    run.add_argument("--workers", type=int, default=1, metavar="N", help=_("banyaknya proses (bawaan 1)"))
    run.add_argument("--public-url", metavar="URL", help=_("alamat server bagi petugas, misalnya https://akk.example"))
    run.add_argument("--tls-cert", type=Path, metavar="F", help=_("sertifikat TLS beserta rantainya (PEM)"))
    run.add_argument("--tls-key", type=Path, metavar="F", help=_("kunci sertifikat itu (PEM)"))
    run.add_argument(
        "--trusted-proxy",
        metavar="IP",
        action="append",
        default=[],
        help=_("alamat atau jaringan proksi yang dipercaya menyebut alamat asal; boleh beberapa kali"),
    )
    run.add_argument(
        "--rate",
        action="append",
        default=[],
        metavar=_("JENIS=N/S"),
        help=_("N permintaan sekaligus dan S per detik untuk token, officer atau address; off mematikan batas"),
    )
    run.add_argument(
        "--requests", type=int, default=None, metavar="N", help=_("permintaan yang dilayani sekaligus per proses")
    )
    run.add_argument("--listen-fd", type=int, help=argparse.SUPPRESS)


def add_oldest_client(add: Any) -> None:
    """Add ``oldest-client``."""
    oldest = add("oldest-client", _("versi tertua yang masih dikirimi data"), _oldest_client)
    oldest.add_argument("version", metavar=_("VERSI"), nargs="?", help=_("misalnya 0.2.0; none: semua versi"))


def _oldest_client(asked: argparse.Namespace) -> int:
    from akk_tui.server import clients
    from akk_tui.server.db.engine import Database

    database = Database(ready(asked))
    try:
        if asked.version is None:
            with database.reading() as connection:
                say(clients.oldest(connection) or "none")
        else:
            version = None if asked.version == "none" else asked.version
            database.write(lambda connection: clients.set_oldest(connection, version))
    finally:
        database.close()
    return 0


def _run(asked: argparse.Namespace) -> int:
    from akk_tui.server import serve

    if asked.workers < 1:
        raise Usage(reason=_("--workers paling sedikit 1"))
    return serve.run(
        ready(asked),
        host=asked.host,
        port=asked.port,
        port_file=asked.port_file,
        workers=asked.workers,
        listen_fd=asked.listen_fd,
        options=options_of(asked),
        passed=_passed(asked),
    )


def options_of(asked: argparse.Namespace) -> Options:
    """What the command line says; raises Usage."""
    from akk_tui.server import public
    from akk_tui.server.address import networks
    from akk_tui.server.options import Options

    made = Options(
        public_url=None if asked.public_url is None else public.origin(asked.public_url),
        trusted_proxies=networks(asked.trusted_proxy),
        rates=_rates(asked.rate),
        tls=_tls(asked),
    )
    if asked.requests is not None:
        if asked.requests < 1:
            raise Usage(reason=_("--requests paling sedikit 1"))
        made = made._replace(requests=asked.requests)
    return made


def _rates(given: list[str]) -> Mapping[str, Rate]:
    from akk_tui.server.options import NO_RATES, Rate, RATES

    if _OFF in given:
        return NO_RATES
    rates = dict(RATES)
    for one in given:
        found = _RATE.match(one)
        if found is None or float(found[3]) <= 0:
            raise Usage(reason=_("--rate {value}: tulis misalnya token=4000/20, atau off").format(value=one))
        rates[found[1]] = Rate(int(found[2]), float(found[3]))
    return rates


def _tls(asked: argparse.Namespace) -> Any:
    import ssl

    from akk_tui.server.errors import BadCertificate
    from akk_tui.server.options import Tls

    certificate, key = asked.tls_cert, asked.tls_key
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise Usage(reason=_("--tls-cert dan --tls-key disebut bersama"))
    try:
        # A key with a passphrase would ask on the terminal of a server that has none.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password="")
    except (OSError, ValueError) as cause:
        reason = getattr(cause, "reason", None) or getattr(cause, "strerror", None) or str(cause)
        raise BadCertificate(path=certificate, reason=reason) from cause
    return Tls(certificate.absolute(), key.absolute())


def _passed(asked: argparse.Namespace) -> list[str]:
    """The options as a process that this one starts gets them."""
    passed: list[str] = [] if asked.public_url is None else ["--public-url", asked.public_url]
    for one in asked.trusted_proxy:
        passed += ["--trusted-proxy", one]
    for one in asked.rate:
        passed += ["--rate", one]
    if asked.requests is not None:
        passed += ["--requests", str(asked.requests)]
    if asked.tls_cert is not None:
        passed += ["--tls-cert", str(asked.tls_cert), "--tls-key", str(asked.tls_key)]
    return passed
