"""Work that was carried here as a file: who wrote it is proved, then it is judged like a push; the answers go back.

The officer is the one who told the server the key that signed the file, never the one the file names. The key counts
as long as the sign-in that told it, as a push would: of a disabled officer nothing is taken, of a sign-in that ended
(expired, revoked, wiped) only when the administrator says so. Operations are judged by the push's own judge, in its
batches, with the officer's present role and scope; their ids make the same work one work, by whatever way it comes
and how often.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, Connection, select

from akk_tui import sealed
from akk_tui.contract import bundles, codec, limits
from akk_tui.contract.bundles import Answers, Bundle
from akk_tui.contract.errors import AkkError, N_
from akk_tui.contract.records import AnswerLine, Officer, Operation, PushEnd
from akk_tui.contract.text import clean, Line
from akk_tui.server import audit, judge
from akk_tui.server.auth import Signed
from akk_tui.server.bundle import BundleRefused, Opened
from akk_tui.server.catalogue import Catalogue
from akk_tui.server.db.commit import knows
from akk_tui.server.db.engine import Database
from akk_tui.server.db.tables import OFFICER, REPLICA, SESSION, TOKEN
from akk_tui.server.errors import Diverged
from akk_tui.server.identity import sessions


class BundleNotSigned(AkkError):
    """Nothing proves who wrote the file."""

    exit_code = 4
    text = N_(
        "{path} ditolak: tanda tangannya bukan milik komputer {officer} yang dikenal server ini. Tidak ada yang "
        "berubah."
    )


class BundleDisabled(AkkError):
    """The officer who signed it has no account any more."""

    exit_code = 4
    text = N_("{path} ditolak: akun {officer} ditutup. Tidak ada yang berubah; isinya: akk-server open-bundle.")


class BundleSignedOut(AkkError):
    """The sign-in with which the key was told is over."""

    exit_code = 4
    text = N_(
        "{path} ditolak: sesi {officer} di komputer itu sudah berakhir atau dicabut. Tidak ada yang berubah. Bila "
        "berkas itu sungguh darinya: ulangi dengan --override-sign-in."
    )


class BundleDiverged(AkkError):
    """The computer has seen a history that this database does not hold."""

    text = N_(
        "{path} ditolak: komputer {officer} mengenal riwayat yang tidak ada di basis data ini (dipulihkan dari "
        "cadangan?). Tidak ada yang berubah; komputer itu perlu sinkronisasi lewat jaringan dahulu."
    )


class Overrides(NamedTuple):
    """What the administrator answers for: regions that are not the officer's now, a sign-in that ended."""

    scope: bool = False
    sign_in: bool = False


class Imported(NamedTuple):
    """What became of a file: how many answers of each kind, how many operations are new, and the sealed answers."""

    officer: str
    counts: Counter[str]
    new: int
    held: int
    answers: bytes


class _Carried(NamedTuple):
    """A file that opened: what it says, over which bytes and proof, and the operations as the judge takes them."""

    path: Path
    bundle: Bundle
    payload: bytes
    proof: str
    sent: list[Operation | judge.Unread]


def take(
    database: Database, path: Path, opened: Opened, overrides: Overrides, *, now: Callable[[], float] = time.time
) -> Imported:
    """Judge what the opened file ``path`` holds, a batch in each transaction; the same again changes nothing.

    Raises BundleRefused, BundleNotSigned, BundleDisabled, BundleSignedOut, BundleDiverged; nothing was changed then,
    but the audit tells of a file whose author is not proved. Where a later batch is refused (the officer was disabled
    meanwhile) the earlier ones stay judged; the file can be brought again.
    """
    carried = _read(path, opened)
    catalogue = Catalogue()
    lines: list[AnswerLine] = []
    new = 0
    end = PushEnd(head=(0, "0" * 16), at=Line(""))
    for batch in _batches(carried.sent):
        try:
            work = partial(_judge, catalogue=catalogue, carried=carried, batch=batch, overrides=overrides, now=now)
            done, count = database.write(work)
        except (BundleNotSigned, BundleDisabled, BundleSignedOut) as refused:
            database.write(partial(_note_refusal, carried=carried, why=type(refused).__name__))
            raise
        except Diverged as cause:
            raise BundleDiverged(path=path, officer=carried.bundle.officer) from cause
        new += count
        lines.extend(codec.decode(AnswerLine, codec.encode(line)) for line in done.answers)
        end = PushEnd(head=done.head.witness, at=Line(done.at))
    told = Counter(result for _, result, _, _ in lines)
    return Imported(
        str(carried.bundle.officer),
        told,
        new,
        len(carried.bundle.held),
        _answers(carried.bundle, lines, end),
    )


def _read(path: Path, opened: Opened) -> _Carried:
    try:
        found = sealed.parts(opened.plain)
        bundle = codec.decode(Bundle, found.payload)
        sent = [judge.read(bytes(one)) for one in bundle.operations]
    except (sealed.NotOurs, codec.Malformed) as cause:
        raise BundleRefused(path=path, reason=N_("isinya bukan kiriman, atau dari versi lain")) from cause
    if not sealed.can_be_sealed_to(bundle.reply.to):
        raise BundleRefused(path=path, reason=N_("isinya bukan kiriman, atau dari versi lain"))
    if bundle.to != opened.public:
        raise BundleRefused(path=path, reason=N_("kiriman itu untuk server lain"))
    return _Carried(path, bundle, found.payload, found.head.proof, sent)


def _judge(
    connection: Connection,
    catalogue: Catalogue,
    carried: _Carried,
    batch: Sequence[Operation | judge.Unread],
    overrides: Overrides,
    now: Callable[[], float],
) -> tuple[judge.Pushed, int]:
    signed, over = _author(connection, carried, overrides, now())
    bundle, counted = carried.bundle, 0

    def note(answers: Sequence[judge.Answer], count: int) -> None:
        nonlocal counted
        counted = count
        audit.administered(
            connection,
            "bundle",
            key=signed.name,
            replica=bundle.replica,
            sha256=sha256(carried.payload).hexdigest(),
            answers=Counter(one.result for one in answers),
            new=count,
            override=[name for name, used in (("scope", overrides.scope), ("sign_in", over)) if used],
        )

    witness = bundle.witness
    if witness is not None and not knows(connection, witness):
        raise Diverged
    done = judge.push(
        connection, catalogue, signed, batch, None, beyond=overrides.scope, again=not overrides.scope, note=note
    )
    return done, counted


def _author(connection: Connection, carried: _Carried, overrides: Overrides, now: float) -> tuple[Signed, bool]:
    """Who signed the file, and whether it was taken though the sign-in is over.

    Raises BundleNotSigned, BundleDisabled, BundleSignedOut.
    """
    bundle = carried.bundle
    named = {"path": carried.path, "officer": clean(bundle.officer)}
    row = connection.execute(_KEY, {"o": str(bundle.officer), "r": bundle.replica}).first()
    if row is None or not sealed.signed_by(row.key, carried.payload, carried.proof):
        raise BundleNotSigned(**named)
    if row.disabled:
        raise BundleDisabled(**named)
    over = not _in_force(connection, row, now)
    if over and not overrides.sign_in:
        raise BundleSignedOut(**named)
    officer = Officer(name=Line(row.name), display=Line(row.display), role=row.role, zone=row.zone)
    return Signed(officer, row.seq, row.session or ""), over


def _in_force(connection: Connection, row: Any, now: float) -> bool:
    """Whether a push of the sign-in that told the key would be let in."""
    if row.session is None:
        return connection.execute(_TOKEN, {"h": row.token}).first() is not None
    found = connection.execute(select(SESSION).where(SESSION.c.id == row.session)).first()
    return found is not None and sessions.in_force(found, now)


def _note_refusal(connection: Connection, carried: _Carried, why: str) -> None:
    audit.administered(
        connection,
        "bundle_refused",
        key=clean(carried.bundle.officer),
        replica=carried.bundle.replica,
        sha256=sha256(carried.payload).hexdigest(),
        why=why,
    )


def _batches(sent: list[Operation | judge.Unread]) -> Iterator[list[Operation | judge.Unread]]:
    """The operations as a client would push them; one empty batch where there are none."""
    batch: list[Operation | judge.Unread] = []
    size = 0
    for one in sent:
        length = len(codec.encode(one)) + 1 if isinstance(one, Operation) else 1
        if batch and (len(batch) >= limits.BATCH_OPERATIONS or size + length > limits.BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += length
    yield batch


def _answers(bundle: Bundle, lines: list[AnswerLine], end: PushEnd) -> bytes:
    made = Answers(
        file=bundles.ANSWERS,
        nonce=bundle.nonce,
        officer=bundle.officer,
        replica=bundle.replica,
        answers=tuple(lines),
        end=end,
    )
    payload = codec.encode(made)
    return sealed.seal(bundles.ANSWERS, payload, sealed.mac(bundle.reply.secret, payload), bundle.reply.to)


_KEY: Final = (
    select(
        OFFICER.c.name,
        OFFICER.c.display,
        OFFICER.c.role,
        OFFICER.c.zone,
        OFFICER.c.disabled,
        OFFICER.c.seq,
        REPLICA.c.key,
        REPLICA.c.session,
        REPLICA.c.token,
    )
    .join(REPLICA, REPLICA.c.officer == OFFICER.c.name)
    .where(REPLICA.c.officer == bindparam("o"), REPLICA.c.replica == bindparam("r"))
)
_TOKEN: Final = select(TOKEN.c.id).where(TOKEN.c.hash == bindparam("h"), TOKEN.c.revoked.is_(None))
