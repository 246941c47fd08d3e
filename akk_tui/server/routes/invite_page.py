"""``/invite/{token}``: whoever holds the link sets the password of its account, once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from akk_tui.contract import endpoints
from akk_tui.contract.errors import AkkError
from akk_tui.contract.identity import InvitePageForm
from akk_tui.server.errors import OfficerExists
from akk_tui.server.forms import BadForm, read_form
from akk_tui.server.identity import choice, devices, invites, passwords
from akk_tui.server.identity.common import name_in, record
from akk_tui.server.pages import invite as pages
from akk_tui.server.pages.frame import Speech, speech
from akk_tui.server.service import Service, service_of
from akk_tui.server.setup import add_user_in


async def get(request: Request) -> Response:
    """The form, while the invitation holds."""
    said = speech(request)
    row = await _look(request)
    if row is None:
        service_of(request).refused(request, "invite")
        return pages.gone(said)
    return pages.ask(said, row, request.url.path)


async def post(request: Request) -> Response:
    """Set the password, or tell beside the field what is wrong with it."""
    service = service_of(request)
    said = speech(request)
    row = await _look(request)
    if row is None:
        service.refused(request, "invite")
        return pages.gone(said)
    path = request.url.path
    try:
        form = await read_form(request, endpoints.INVITE_POST, InvitePageForm)
    except BadForm:
        return pages.ask(said, row, path, status=400)
    name = row.officer or name_in(form.name)
    wrong = _wrong(said, form, name, row)
    if wrong:
        return pages.ask(said, row, path, form, wrong, 422)
    try:
        hashed = await service.hashing.make(form.password)
    except passwords.Busy:
        told = {"password": said.words.gettext("Server sedang sibuk. Coba lagi sebentar lagi.")}
        return pages.ask(said, row, path, form, told, 503, {"Retry-After": "5"})
    try:
        used = await service.database.run_writing(_use, service, request.path_params["token"], name, form, hashed)
    except OfficerExists as cause:
        return pages.ask(said, row, path, form, {"name": cause.words(said.words.gettext)}, 422)
    return pages.done(said, name) if used else pages.gone(said)


async def _look(request: Request) -> Any:
    """The invitation's row; None when there is none."""
    service = service_of(request)
    return await service.database.run(_find, service, request.path_params["token"][:200])


def _find(service: Service, token: str) -> Any:
    with service.database.reading() as connection:
        return invites.look(connection, service.now(), token)


def _wrong(said: Speech, form: InvitePageForm, name: str, row: Any) -> dict[str, str]:
    _ = said.words.gettext
    wrong: dict[str, str] = {}
    try:
        choice.check_name(name)
    except AkkError as cause:
        wrong["name"] = cause.words(_)
    try:
        choice.check_password(form.password, name, row.display or form.display)
    except AkkError as cause:
        wrong["password"] = cause.words(_)
    else:
        if form.password != form.again:
            wrong["again"] = _("Kedua kata sandi tidak sama.")
    return wrong


def _use(service: Service, token: str, name: str, form: InvitePageForm, hashed: str) -> bool:
    def work(connection: Connection) -> bool:
        now = service.now()
        row = invites.look(connection, now, token)
        if row is None or not invites.use(connection, now, token):
            return False
        if row.officer is None:
            add_user_in(connection, name, "admin", form.display, "WIB")
        passwords.store(connection, now, name, hashed)
        devices.end_all(connection, now, name, "password")
        record(connection, name, "password", name, {"set": True})
        return True

    return service.database.write(work)
