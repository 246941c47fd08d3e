"""The same as ``test_server_openapi_checks``, for long: ``-m campaign``."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings
from openapi_checks import SCHEMA, Served, served, SETTINGS

__all__ = ["served"]

pytestmark = pytest.mark.campaign


@SCHEMA.parametrize()
@settings(SETTINGS, max_examples=1500, derandomize=False)
def test_nothing_is_found_in_many_tries(case: Any, served: Served) -> None:
    served.try_out(case)
