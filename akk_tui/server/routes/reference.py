"""All reference data that an officer may see, whole, or 304 when it is what the client has."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from akk_tui.contract.endpoints import JSON
from akk_tui.server.auth import bearer, sign_in, Signed
from akk_tui.server.catalogue import Document
from akk_tui.server.db.commit import read_head
from akk_tui.server.http import check_protocol, respond
from akk_tui.server.identity.common import stamp
from akk_tui.server.service import admit, Service, service_of


async def answer(request: Request) -> Response:
    """The officer's reference data with a strong ETag."""
    token = bearer(request.headers.get("authorization"))
    check_protocol(request)
    service = service_of(request)
    signed, found = await service.database.run(_read, service, token, request.headers.get("if-none-match"))
    await admit(request, signed, token)
    headers = {"Cache-Control": "private", "Vary": "Authorization, Accept-Encoding"}
    if isinstance(found, str):
        return Response(status_code=304, headers={"ETag": found, **headers})
    return respond(request, found.body, JSON, headers={"ETag": found.etag, **headers})


def _read(service: Service, token: str, known: str | None) -> tuple[Signed, Document | str]:
    """The document, or its ETag alone when ``known``, an ``If-None-Match`` header, names it."""
    with service.database.reading() as connection:
        signed = sign_in(connection, token, stamp(service.now()))
        version = read_head(connection).reference
        if known is not None:
            etag = service.catalogue.etag(connection, signed.officer, version)
            named = {part.strip().removeprefix("W/").strip('"') for part in known.split(",")}
            if etag.strip('"') in named or "*" in named:
                return signed, etag
        return signed, service.catalogue.document(connection, signed.officer, version)
