"""What costs time by intent, made cheap in processes that are copies, for tests that are about other things.

That it is paid else is tested in ``tests/security``: ``test_f10_the_real_program_makes_a_key_that_costs_all_it_should``
and ``test_s3_who_asks_too_early_waits_longer``, whose server is in the test's own process.
"""

from __future__ import annotations


def passphrases() -> None:
    """A key file that is made in this process costs little to open, here and in every other process."""
    from akk_tui.sync import keyfile

    for name, value in (("MEMORY_KIB", 64), ("PASSES", 1), ("LANES", 1)):
        assert hasattr(keyfile, name)
        setattr(keyfile, name, value)


def waiting() -> None:
    """A server in this process lets one who signs in by a code ask each second."""
    from akk_tui.server.identity import devices
    from akk_tui.server.routes import grants

    for module in (devices, grants):
        assert hasattr(module, "POLL_SECONDS")
        module.POLL_SECONDS = 1
