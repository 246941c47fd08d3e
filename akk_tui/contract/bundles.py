"""Work that is carried on foot: the file to the server, the file with its answers, the key that signs (sneakernet).

A sealed file is age-encrypted as a whole. Decrypted it is one line, a :class:`Head`, and after the newline the payload:
a :class:`Bundle`, or :class:`Answers`. ``proof`` covers the payload's bytes: of a bundle it is an Ed25519 signature by
the replica's key, which the server was told when the officer was signed in; of answers an HMAC-SHA-256 with the
secret that the sealed bundle brought to the server. See :mod:`akk_tui.sealed`.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import Meta, Raw, Struct

from akk_tui.contract.records import AnswerLine, PushEnd, UnitName, Uuid, Witness
from akk_tui.contract.text import Line

BUNDLE: Final = "akk-bundle"
ANSWERS: Final = "akk-answers"
FORMAT: Final = 1
MOST_OPERATIONS: Final = 20_000
"""Operations in one bundle; what is beyond stays for the next one."""
BUNDLE_BYTES: Final = 32_000_000
ANSWERS_BYTES: Final = 128_000_000
"""A sealed file; an answer may hold the value that stands on the server, and is longer than its operation then."""
PAYLOAD_BYTES: Final = BUNDLE_BYTES - 1_000_000
MAGIC: Final = b"age-encryption.org/v1\n"
"""How every sealed file begins."""
SUFFIX: Final = ".age"

Hex32 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
"""32 bytes in hex."""
Recipient = Annotated[str, Meta(pattern=r"^age1[0-9a-z]{20,100}$")]


class Head(Struct, frozen=True, kw_only=True):
    """The first line of a sealed file. ``proof`` is hex; empty where nothing proves who wrote it."""

    file: Literal["akk-bundle", "akk-answers"]
    format: int
    proof: Annotated[str, Meta(max_length=200)] = ""


class Reply(Struct, frozen=True, kw_only=True):
    """How to answer: ``to`` is the age key that the answers are sealed to, ``secret`` what their proof is made with."""

    to: Recipient
    secret: Hex32


class Bundle(Struct, frozen=True, kw_only=True):
    """What an officer's computer could not send. ``to`` is the key of the server that it is meant for.

    ``operations`` are in the author's order, each as it would have been pushed; those in ``held`` are not to be judged
    before the one that they take back. ``nonce`` names this bundle in its answers.
    """

    file: Literal["akk-bundle"]
    to: Recipient
    officer: Line
    replica: Uuid
    made: Line
    nonce: Hex32
    reply: Reply
    witness: Witness | None = None
    scope: Annotated[tuple[UnitName, ...], Meta(max_length=20_000)] = ()
    operations: Annotated[tuple[Raw, ...], Meta(max_length=MOST_OPERATIONS)] = ()
    held: Annotated[tuple[Raw, ...], Meta(max_length=MOST_OPERATIONS)] = ()


class Answers(Struct, frozen=True, kw_only=True):
    """What the server says to each operation of the bundle named by ``nonce``; ``end`` as at the end of a push."""

    file: Literal["akk-answers"]
    nonce: Hex32
    officer: Line
    replica: Uuid
    answers: Annotated[tuple[AnswerLine, ...], Meta(max_length=MOST_OPERATIONS)]
    end: PushEnd


class ReplicaKey(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The public half (Ed25519) of the key with which this copy of the data signs what is carried on foot."""

    replica: Uuid
    key: Hex32


class Registered(Struct, frozen=True, kw_only=True):
    """The replica whose key the server knows now."""

    replica: Uuid
