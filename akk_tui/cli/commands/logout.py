"""``logout``: forgets the token; what was not sent stays, unless its deletion is wanted."""

from __future__ import annotations
