"""Every check of schemathesis on the published document, over a socket: valid and invalid, signed in and not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings
from openapi_checks import SCHEMA, Served, served, SETTINGS

__all__ = ["served"]

pytestmark = pytest.mark.no_cover
"""Other tests reach the same; what makes the requests computes much, and three times as long when it is measured."""


@SCHEMA.parametrize()
@settings(SETTINGS, max_examples=12)
def test_nothing_is_found(case: Any, served: Served) -> None:
    served.try_out(case)
