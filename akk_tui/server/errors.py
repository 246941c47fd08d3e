"""What the server refuses: problems that a request ends with, and sentences for who runs ``akk-server``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from akk_tui.contract.errors import AkkError, N_
from akk_tui.contract.records import Problem
from akk_tui.contract.text import Line, Text

TITLES: Final[Mapping[str, str]] = {
    "malformed": "The request cannot be read",
    "unauthorized": "Sign-in required",
    "disabled": "The account is disabled",
    "wipe": "The data of this session is to be destroyed",
    "not_found": "Not found",
    "method": "Method not allowed",
    "diverged": "The server does not know this history",
    "too_large": "Too large",
    "media": "This media type is not served",
    "invalid": "The request does not have the form that is asked for",
    "protocol": "This protocol version is not served",
    "client_version": "This version of the client is too old to be sent rows",
    "slow": "The request came too slowly",
    "rate": "Too many requests",
    "busy": "Too many requests at a time",
    "internal": "The server failed",
    "unavailable": "The database does not answer",
}
"""The titles of all problem codes."""


class Refused(Exception):
    """A request that ends with a problem document."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str | None = None,
        *,
        pointer: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.headers = dict(headers or {})
        self.problem = Problem(
            status=status,
            title=Line(TITLES[code]),
            code=Line(code),
            detail=None if detail is None else Text(detail),
            pointer=None if pointer is None else Line(pointer),
        )


class Unavailable(Refused):
    """The database does not answer now."""

    def __init__(self) -> None:
        super().__init__(503, "unavailable", headers={"Retry-After": "5"})


class Diverged(Refused):
    """The client has evidence of a commit that this history does not hold."""

    def __init__(self) -> None:
        super().__init__(409, "diverged")


class DatabaseUnusable(AkkError):
    """The server's database cannot be used."""

    code = "store"
    exit_code = 1
    text = N_("Basis data {db} tidak dapat dipakai: {reason}")


class NotInitialised(AkkError):
    """The database has no schema, or that of an older version."""

    code = "store"
    exit_code = 1
    text = N_("Basis data {db} belum siap. Jalankan: akk-server init --db {db}")


class SchemaTooNew(AkkError):
    """The database was made by a newer version."""

    code = "store"
    exit_code = 1
    text = N_("Basis data {db} dibuat oleh versi yang lebih baru. Pakai akk-server yang lebih baru.")


class UnknownOfficer(AkkError):
    """No officer has this name."""

    code = "unknown_officer"
    exit_code = 1
    text = N_("Tidak ada petugas bernama “{name}”.")


class OfficerExists(AkkError):
    """An officer of this name is there already."""

    code = "officer_exists"
    exit_code = 1
    text = N_("Petugas “{name}” sudah ada.")


class BadName(AkkError):
    """A name that an officer cannot have."""

    code = "bad_name"
    exit_code = 2
    text = N_("Nama “{name}” tidak sah: pakai huruf kecil, angka, titik, garis bawah, tanda hubung; paling banyak 64.")


class UnknownRegionCode(AkkError):
    """No region has this code."""

    code = "unknown_region"
    exit_code = 1
    text = N_("Tidak ada daerah dengan kode “{region}”.{hint}")


class UnknownCycle(AkkError):
    """No such cycle."""

    code = "unknown_cycle"
    exit_code = 1
    text = N_("Tidak ada siklus “{cycle}”. Yang ada: {known}.")


class NoOpenCycle(AkkError):
    """No cycle is open, so one has to be named."""

    code = "unknown_cycle"
    exit_code = 1
    text = N_("Tidak ada siklus yang terbuka. Sebutkan siklusnya dengan --cycle.")


class UnknownToken(AkkError):
    """No token has this id."""

    code = "unknown_token"
    exit_code = 1
    text = N_("Tidak ada token dengan nomor “{id}”.")


class BadHeadFile(AkkError):
    """A file that should hold the exported heads of the logs."""

    code = "bad_head"
    exit_code = 2
    text = N_("Berkas {path} bukan ujung log yang diekspor: {reason}")


class LogBroken(AkkError):
    """A log is not what was written into it."""

    code = "log_broken"
    exit_code = 1
    text = N_("Log tidak utuh: {count} temuan (lihat keluaran). Simpan basis data ini apa adanya dan periksa cadangan.")


class BadRow(AkkError):
    """A row of data to be loaded that the contract refuses."""

    code = "bad_row"
    exit_code = 1
    text = N_("Baris {kind} {key} tidak dapat dimuat: {reason}")


class NoSuchRole(AkkError):
    """A database role that the server cannot be given."""

    code = "role"
    exit_code = 1
    text = N_("Peran basis data “{role}” tidak ada: {reason}")


class BadVersion(AkkError):
    """A version that is none."""

    code = "usage"
    exit_code = 2
    text = N_("“{version}” bukan nomor versi; tulis misalnya 0.2.0, atau none untuk semua versi.")


class BadCertificate(AkkError):
    """A certificate or its key that TLS cannot use."""

    code = "certificate"
    exit_code = 1
    text = N_("Sertifikat {path} atau kuncinya tidak dapat dipakai: {reason}")


class CannotListen(AkkError):
    """The address or the port is taken or not ours."""

    code = "cannot_listen"
    exit_code = 1
    text = N_("Tidak dapat melayani di {host}:{port}: {reason}")
