"""The digests of a start against the standard library's, and that they load no OpenSSL."""

from __future__ import annotations

import hashlib
import hmac
import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from akk_tui.contract.digest import hmac_sha256, same, sha256

KEYS = st.binary(max_size=70) | st.sampled_from([b"k" * 63, b"k" * 64, b"k" * 65, b"k" * 131])


@given(KEYS, st.binary(max_size=200))
def test_as_the_standard_library(key: bytes, data: bytes) -> None:
    assert sha256(data) == hashlib.sha256(data).digest()
    assert hmac_sha256(key, data) == hmac.new(key, data, hashlib.sha256).digest()
    assert same(sha256(data).hex(), hashlib.sha256(data).hexdigest())
    assert not same(sha256(data), sha256(data + b"\0"))


def test_loads_no_openssl() -> None:
    code = "import sys, akk_tui.sync.keyfile, akk_tui.sync.account; print('_hashlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
