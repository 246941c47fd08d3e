"""The limits that both sides hold (sizes in bytes of UTF-8 unless said otherwise)."""

from __future__ import annotations

from typing import Final

PROTOCOL: Final = 1
"""Version of the calls, sent as ``Akk-Sync``."""
SCHEMA: Final = 1
"""Version of the rows and operations, sent as ``Akk-Schema`` and kept in every operation."""
OLDEST_SCHEMA: Final = 1
"""The oldest schema whose operations the server still reads."""

OPERATION_BYTES: Final = 64_000
NOTE_BYTES: Final = 32_000
BATCH_OPERATIONS: Final = 200
BATCH_BYTES: Final = 256_000
BODY_BYTES: Final = 8_000_000
"""Decompressed body of a request or of a whole answer that is not a stream."""
LINE_BYTES: Final = 1_000_000
"""One decompressed line of a stream."""
FORM_FIELDS: Final = 30
"""Parameters of a form."""
JSON_DEPTH: Final = 32

SKEW_SECONDS: Final = 300
"""A clock that differs by more from the server's is told to the officer. Nothing is decided by it."""

LINE_CHARS: Final = 300
"""Characters of a one-line field such as a title."""
TEXT_BYTES: Final = NOTE_BYTES
TAGS: Final = 20
OWNERS: Final = 20
EVIDENCE_PER_ITEM: Final = 5

POINT_ROWS: Final = 8
"""Rows between two commit points of a pull: what a cut loses at most."""
CHUNK_ROWS: Final = 200
"""Rows that the server sends, and the client stores, in one go when nothing cuts them short."""
PULL_ROWS: Final = 5_000
"""A pull of more rows than this ends with ``more``."""
PULL_SECONDS: Final = 60
LOG_ENTRIES: Final = 500
"""Entries of the log in one answer, and the bytes of their operations: whatever is reached first."""
LOG_BYTES: Final = 2_000_000
LOGS_UNITS: Final = 50
"""Units in one question for the log of several."""
LOGS_ENTRIES: Final = 300
"""Entries behind which an answer about several units ends; on a bad line no more is lost with it."""
SILENCE_SECONDS: Final = 45
"""The client gives a stream up after so long without a byte."""

SENT_DAYS: Final = 90
TOMBSTONE_DAYS: Final = 400
MASS_DELETION_SHARE: Final = 0.2
"""More tombstones than this share of the local rows are asked about first."""
