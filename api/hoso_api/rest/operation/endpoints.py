"""Figures of the installation, as Prometheus reads them."""

from datetime import timedelta

from fastapi import APIRouter
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.problems import responses
from hoso_workflows import errors, figures
from hoso_workflows.organisation import permissions

router = APIRouter(tags=["operation"])

#: How long figures are kept: several that ask at once are answered by one count.
KEPT = timedelta(seconds=5)


@router.get(
    "/metrics",
    response_class=Response,
    responses={
        **responses(400, 401, 403),
        200: {
            "description": "Figures in the text format of Prometheus.",
            "content": {"text/plain": {"schema": {"type": "string"}}},
        },
    },
)
@acts.named("read_metrics")
async def read_metrics(caller: CallerNow) -> Response:
    """Figures of the installation: queues, sweeps, late dossiers, messages, connections. For administrators of the top."""
    from hoso_api.rest.operation import exposition

    service, at = caller.service, caller.at
    rights = await permissions.held(service.db, caller.principal, at)
    tops = await service.db.rows("select code from unit where parent_code is null")
    async with caller.refusals("read_metrics"):
        if not {row.code for row in tops} <= permissions.overseen(rights, "read_metrics"):
            raise errors.Forbidden(
                caller.principal, "reading the figures of the installation", "administrator", None
            )

    async def counted() -> figures.Figures:
        return await figures.read(service.db, await service.reference_data.unit_calendars(), at=at)

    found = await service.reference_data.figures.get("metrics", KEPT, at, counted)
    return Response(exposition.text(found, service.db.connections()), media_type=exposition.TYPE)
