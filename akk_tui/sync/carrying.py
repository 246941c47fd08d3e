"""Sneakernet: unsent work as a sealed and signed file, and the answers that come back as one.

The signing key is made once per store and never leaves it; the server is told its public half at every sign-in, and by
the next round where that did not work out (:func:`register`). What the file proves, and why nobody else can make one,
is in :mod:`akk_tui.sealed`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, TYPE_CHECKING

from msgspec import Raw

from akk_tui import sealed
from akk_tui.contract import bundles, codec, endpoints
from akk_tui.contract.bundles import Answers, Bundle, Registered, ReplicaKey, Reply
from akk_tui.contract.errors import AkkError, N_
from akk_tui.contract.text import Line
from akk_tui.paths import PathRefused, write_private
from akk_tui.store import carry, exports
from akk_tui.store.clock import stamp
from akk_tui.store.errors import StoreUnusable
from akk_tui.store.export import NotReplaced
from akk_tui.sync import account as accounts
from akk_tui.sync.errors import ServerProblem

if TYPE_CHECKING:
    from akk_tui.store.store import Store
    from akk_tui.sync.account import Account
    from akk_tui.sync.transport import Transport

_SEED, _REPLY = "carry_seed", "carry_reply"
"""Names in the store: the key that signs, the key that answers are sealed to."""


class CannotSeal(AkkError):
    """There is no way to make a file that only the server reads."""

    code = "no_seal"
    text = N_(
        "Kiriman bersegel belum dapat dibuat: {reason}. Salinan yang terbaca: pakai nama berkas berakhiran .json."
    )


class AnswersRefused(AkkError):
    """A file that should hold the server's answers; nothing was changed."""

    code = "answers"
    text = N_("{path} ditolak: {reason}. Tidak ada yang berubah.")


class Carried(NamedTuple):
    """What a sealed file holds: how many operations, and how many did not fit."""

    operations: int
    left: int


class Answered(NamedTuple):
    """What answers told that was new here."""

    accepted: int
    conflicts: int
    refused: int
    waiting: int
    late: bool


def register(store: Store, account: Account, transport: Transport) -> None:
    """Tell the server the key of this store, once for each sign-in; nothing where the server seals nothing.

    Raises SyncError. A server of a version that has no use for it is asked again the next day.
    """
    known, none = store.meta.get(carry.KNOWN) or "", f"none {stamp(store.now())[:10]}"
    reference = store.reference()
    if known == none or _registered(store, account) or reference is None or reference.seal is None:
        return
    if not sealed.available():
        return
    public, known = sealed.public_of(_seed(store)), _sign_in(account)
    _reply_key(store)
    try:
        transport.ask(endpoints.REPLICA, Registered, ReplicaKey(replica=accounts.replica(store), key=public))
    except ServerProblem as problem:
        if problem.status not in (404, 405):
            raise
        known = none
    store.meta.set(carry.KNOWN, known)


def off(store: Store, account: Account) -> str | None:
    """Why no sealed file can be made now (a sentence of the catalogue); None when one can."""
    if not sealed.available():
        return N_("tambahan akk-tui[seal] tidak terpasang")
    reference = store.reference()
    if reference is None or reference.seal is None:
        return N_("server tidak punya kunci segel (admin: akk-server init)")
    if not _registered(store, account):
        return N_("server belum mengenal komputer ini; sinkronkan sekali lewat jaringan")
    return None


def write(store: Store, account: Account, path: Path) -> Carried:
    """Write all that the server has not accepted to the sealed file ``path``, which must not exist.

    It stays in the queue, and never changes from then on. The server is told of the file with the next sync. A store
    that takes no record of it any more (a full disk) is the very case in which its work must be carried: then it is
    written all the same. Raises CannotSeal, NotReplaced, PathRefused.
    """
    try:
        if path.exists():
            raise NotReplaced(path=path)
    except OSError as cause:
        raise PathRefused(path=path, reason=cause.strerror or str(cause)) from cause
    reason = off(store, account)
    if reason is not None:
        raise CannotSeal(reason=reason)
    try:
        with store.db.write():
            load = carry.load(store)
            carry.mark(store, load)
    except StoreUnusable:
        load = carry.load(store)
    data, digest = made(store, load)
    try:
        with exports.recorded(store, "sealed", load.scope, digest, len(load.operations)):
            write_private(path, data, ours=False)
    except StoreUnusable:
        write_private(path, data, ours=False)
    return Carried(len(load.operations), load.left)


def made(store: Store, load: carry.Load) -> tuple[bytes, str]:
    """The sealed file that holds ``load``, and the SHA-256 of its content; the server's key is there.

    Signed where the libraries allow it; raises NoSeal where they do not even seal.
    """
    reference = store.reference()
    to = reference.seal if reference is not None else None
    if to is None:
        raise sealed.NoSeal
    seed = _seed(store)
    nonce = os.urandom(sealed.SEED_BYTES).hex()
    bundle = Bundle(
        file=bundles.BUNDLE,
        to=to,
        officer=Line(store.meta.get("officer") or ""),
        replica=accounts.replica(store),
        made=Line(stamp(store.now())),
        nonce=nonce,
        reply=Reply(to=sealed.recipient_of(_reply_key(store)), secret=sealed.reply_secret(seed, nonce)),
        witness=store.witness(),
        scope=load.scope,
        operations=tuple(Raw(codec.encode(one)) for one in load.operations),
        held=tuple(Raw(codec.encode(one)) for one in load.held),
    )
    payload = codec.encode(bundle)
    proof = ""
    with suppress(sealed.NoSeal):
        proof = sealed.signature(seed, payload)
    return sealed.seal(bundles.BUNDLE, payload, proof, to), sha256(payload).hexdigest()


def take_answers(store: Store, path: Path) -> Answered:
    """Store the answers in the file ``path``; the same again changes nothing.

    Raises NoSeal, AnswersRefused (of another computer, another server, forged, damaged, no such file), StoreUnusable.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(bundles.ANSWERS_BYTES + 1)
    except OSError as cause:
        raise AnswersRefused(path=path, reason=cause.strerror or str(cause)) from cause
    if len(data) > bundles.ANSWERS_BYTES:
        raise AnswersRefused(path=path, reason=N_("lebih besar daripada jawaban mana pun"))
    answers = _opened(store, path, data)
    told = carry.answered(store, answers.answers, answers.end)
    if told is None:
        return Answered(0, 0, 0, 0, late=True)
    return Answered(
        accepted=told["applied"] + told["same"],
        conflicts=told["conflict"],
        refused=told["forbidden"] + told["rejected"],
        waiting=told["wait"],
        late=False,
    )


def _opened(store: Store, path: Path, data: bytes) -> Answers:
    foreign = AnswersRefused(path=path, reason=N_("bukan jawaban untuk komputer ini, atau berkasnya rusak"))
    seed, key = store.meta.get(_SEED), store.meta.get(_REPLY)
    if seed is None or key is None:
        raise foreign
    try:
        found = sealed.parts(sealed.unseal(data, key))
        answers = codec.decode(Answers, found.payload)
    except (sealed.NotOurs, codec.Malformed) as cause:
        raise foreign from cause
    secret = sealed.reply_secret(bytes.fromhex(seed), answers.nonce)
    if not sealed.same(sealed.mac(secret, found.payload), found.head.proof):
        raise AnswersRefused(path=path, reason=N_("bukan dari server tempat kirimannya"))
    if answers.replica != store.meta.get("replica") or answers.officer != store.meta.get("officer"):
        raise foreign
    return answers


def _sign_in(account: Account) -> str:
    return account.key or account.session or account.officer


def _registered(store: Store, account: Account) -> bool:
    """Whether the server was told the key by the sign-in that is in use."""
    return (
        store.meta.get(carry.KNOWN) == _sign_in(account)
        and store.meta.get(_SEED) is not None
        and store.meta.get(_REPLY) is not None
    )


def _seed(store: Store) -> bytes:
    return bytes.fromhex(_kept(store, _SEED, lambda: os.urandom(sealed.SEED_BYTES).hex()))


def _reply_key(store: Store) -> str:
    return _kept(store, _REPLY, sealed.new_key)


def _kept(store: Store, name: str, make: Callable[[], str]) -> str:
    """The secret called ``name``, made when it is first asked for; a full disk keeps none, and then it is for once."""
    known = store.meta.get(name)
    if known is None:
        known = make()
        with suppress(StoreUnusable):
            store.meta.set(name, known)
    return known
