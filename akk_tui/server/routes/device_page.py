"""``/device``: an officer confirms a terminal in a browser. No cookie and no script.

Each step carries what it needs: the code with name and password, then a secret that the sign-in made. Nothing that a
browser sends by itself gives any right, so that a foreign site has nothing to misuse.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from akk_tui.contract import endpoints
from akk_tui.contract.identity import DevicePageForm
from akk_tui.server.address import address_of, bucket_of
from akk_tui.server.forms import BadForm, read_form
from akk_tui.server.identity import attempts, devices, passwords
from akk_tui.server.identity.common import name_in
from akk_tui.server.pages import device as pages
from akk_tui.server.pages.frame import Speech, speech
from akk_tui.server.service import Service, service_of

NAME_CHARS = 64
_REFUSED = {404: "code", 422: "password", 429: "rate"}
"""What the audit calls a sign-in that is answered so."""


async def get(request: Request) -> Response:
    """The first step. Whether a code exists is not told here."""
    code = devices.typed(request.query_params.get("code", "")[:40])
    return pages.ask_code(speech(request), "" if code is None else devices.shown(code))


async def post(request: Request) -> Response:
    """The step that the form names."""
    service = service_of(request)
    said = speech(request)
    try:
        form = await read_form(request, endpoints.DEVICE_POST, DevicePageForm)
    except BadForm:
        return pages.ask_code(said, status=400)
    if form.step == "decide":
        return await _decide(service, said, form)
    address = bucket_of(address_of(request, service.options.trusted_proxies))
    found = await service.database.run_writing(_find, service, address, form.code)
    code = devices.typed(form.code[:40])
    if found and isinstance(found, int) and code is not None:
        # Somebody behind this address guesses. His colleagues say first who they are.
        if form.step == "sign-in" and form.name and form.password:
            answer = await _sign_in(service, said, address, code, form, found=False)
            if answer.status_code in _REFUSED:
                service.refused(request, _REFUSED[answer.status_code], name=name_in(form.name))
            return answer
        service.refused(request, "rate")
        return pages.ask_officer(said, code, status=429, headers={"Retry-After": str(found)}, first=True)
    if isinstance(found, int):
        if form.code.strip():
            service.refused(request, "rate" if found else "code")
        return _code_refused(said, form.code, found)
    code, row = found
    said = speech(request, row.lang)
    if form.step != "sign-in":
        return pages.ask_officer(said, code)
    answer = await _sign_in(service, said, address, code, form, found=True)
    if answer.status_code in _REFUSED and form.password:
        service.refused(request, _REFUSED[answer.status_code], name=name_in(form.name))
    return answer


def _code_refused(said: Speech, typed: str, wait: int, status: int = 422) -> Response:
    _, ngettext = said.words.gettext, said.words.ngettext
    if wait:
        told = ngettext(
            "Terlalu banyak kode yang salah. Coba lagi dalam {n} detik.",
            "Terlalu banyak kode yang salah. Coba lagi dalam {n} detik.",
            wait,
        ).format(n=wait)
        return pages.ask_code(said, wrong=told, status=429, headers={"Retry-After": str(wait)})
    told = _("Tidak ada terminal yang menunggu dengan kode ini. Periksa hurufnya; kode berlaku sepuluh menit.")
    return pages.ask_code(said, name_in(typed)[:12], told if typed.strip() else _("Isi kodenya."), status)


def _find(service: Service, address: str, typed: str) -> tuple[str, Any] | int:
    """The code with its row; else the seconds to wait, 0 when the code is wrong. Each that could be one is counted."""
    code = devices.typed(typed[:40])
    if code is None:
        return 0

    def work(connection: Connection) -> tuple[str, Any] | int:
        now = service.now()
        bucket = f"code {address}"
        wait = attempts.take(connection, now, bucket, attempts.CODE)
        row = None if wait else devices.waiting(connection, now, code)
        if row is None:
            return wait
        attempts.give_back(connection, bucket)
        return code, row

    return service.database.write(work)


async def _sign_in(
    service: Service, said: Speech, address: str, code: str, form: DevicePageForm, *, found: bool
) -> Response:
    """Who it is; ``found``: that the code waits is known, else it is looked up afterwards, and counted."""
    _, ngettext = said.words.gettext, said.words.ngettext
    name = name_in(form.name)[:NAME_CHARS].lower()
    if not name or not form.password:
        wrong_name = "" if name else _("Isi nama akun Anda.")
        wrong = "" if form.password else _("Isi kata sandi Anda.")
        return pages.ask_officer(said, code, name, wrong_name, wrong, 422)
    wait, officer = await service.database.run_writing(_start, service, address, name)
    if wait:
        told = ngettext(
            "Terlalu banyak percobaan masuk. Coba lagi dalam {n} detik.",
            "Terlalu banyak percobaan masuk. Coba lagi dalam {n} detik.",
            wait,
        ).format(n=wait)
        return pages.ask_officer(said, code, name, wrong=told, status=429, headers={"Retry-After": str(wait)})
    try:
        # The same work for a name that nobody has: neither words nor time tell which names exist.
        right = await service.hashing.matches(None if officer is None else officer.hash, form.password)
    except passwords.Busy:
        told = _("Server sedang sibuk. Coba lagi sebentar lagi.")
        return pages.ask_officer(said, code, name, wrong=told, status=503, headers={"Retry-After": "5"})
    if right and officer is not None and not officer.disabled:
        grant = await service.database.run_writing(_identified, service, address, code, name, found)
        if isinstance(grant, int):
            return pages.over(said) if found else _code_refused(said, code, grant, status=404)
        row, confirm = grant
        return pages.ask_decision(said, row, officer, confirm, service.now())
    if found and await service.database.run_writing(_failed, service, code):
        return pages.over(said, 422)
    told = _("Nama akun atau kata sandi tidak cocok.")
    if right:
        told = _("Akun ini ditutup. Hubungi administrator.")
    return pages.ask_officer(said, code, name, wrong=told, status=422)


def _start(service: Service, address: str, name: str) -> tuple[int, Any]:
    def work(connection: Connection) -> tuple[int, Any]:
        now = service.now()
        # Only what is tried counts further on: what is turned away here must not lock the officer out elsewhere.
        wait = attempts.take(connection, now, f"login {address} {name}", attempts.SIGN_IN)
        wait = wait or attempts.take(connection, now, f"longer {address} {name}", attempts.LONGER)
        if not wait and not attempts.knows(connection, now, f"{address} {name}"):
            wait = attempts.take(connection, now, f"account {name}", attempts.ACCOUNT)
        return wait, passwords.stored(connection, name)

    return service.database.write(work)


def _identified(service: Service, address: str, code: str, name: str, found: bool) -> tuple[Any, str] | int:
    """The grant and the secret of its decision; else the seconds to wait, 0 when no terminal waits with this code."""

    def work(connection: Connection) -> tuple[Any, str] | int:
        now = service.now()
        attempts.give_back(connection, f"login {address} {name}")
        attempts.give_back(connection, f"longer {address} {name}")
        if not attempts.knows(connection, now, f"{address} {name}"):
            attempts.give_back(connection, f"account {name}")
        attempts.know(connection, now, f"{address} {name}")
        bucket = f"code by {name}"
        wait = 0 if found else attempts.take(connection, now, bucket, attempts.CODE)
        row = None if wait else devices.waiting(connection, now, code)
        if row is None:
            return wait
        if not found:
            attempts.give_back(connection, bucket)
        return row, devices.identified(connection, code, name)

    return service.database.write(work)


def _failed(service: Service, code: str) -> bool:
    return service.database.write(lambda connection: devices.failed(connection, code))


async def _decide(service: Service, said: Speech, form: DevicePageForm) -> Response:
    approve = form.decision == "approve"

    def work(connection: Connection) -> Any:
        return devices.decide(connection, service.now(), form.confirm, approve=approve)

    row = await service.database.run_writing(service.database.write, work)
    return pages.over(said) if row is None else pages.decided(said, row, approved=approve)
