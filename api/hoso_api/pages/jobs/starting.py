"""Long acts of other pages, each a job with a page of its own."""

from http import HTTPStatus

from starlette.responses import RedirectResponse

from hoso_api.pages.shared.acting import Form
from hoso_api.pages.shared.visit import Visit
from hoso_workflows.jobs import ordering
from hoso_workflows.jobs.values import Work

#: Where the pages of jobs begin.
ADDRESS = "/noi-bo/viec-chay"


async def onward(visit: Visit, form: Form, work: Work) -> RedirectResponse | None:
    """To the page of a job that does the work; None where it is one portion, which is done at once.

    The same form once more leads to the same job. Raises as `ordering.order` does.
    """
    key = f"trang{visit.request.url.path}/{form.key}"
    job = await ordering.order_if_long(visit.service, work, actor=visit.principal, at=visit.at, key=key)
    return RedirectResponse(f"{ADDRESS}/{job.id}", status_code=HTTPStatus.SEE_OTHER) if job else None
