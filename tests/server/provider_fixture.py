"""The fixture ``provider``: what wants it imports it into its conftest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from provider import Provider


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[Provider]:
    """An OpenID provider in a process of its own, that ends with the test."""
    folder = tmp_path / "provider"
    folder.mkdir()
    made = Provider(folder)
    yield made
    made.close()
