"""Rating of one's own dossier once there is a result."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.following import dossier
from hoso_api.pages.following.dossier import DossierKey
from hoso_api.pages.officer.dossier_frame import instant
from hoso_api.pages.portal.visit import ApplicantVisit, ApplicantVisitNow
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.translation.vietnamese import marked, spoken
from hoso_models import Satisfaction
from hoso_workflows import errors
from hoso_workflows.feedback import ratings
from hoso_workflows.feedback.ratings import Marks

router = session.router(f"{dossier.ADDRESS}/{{key}}/danh-gia")
#: Field of each content, with its question; the comment's field.
CONTENTS: Mapping[str, str] = {
    "overall": marked("Nhìn chung, bạn hài lòng về việc giải quyết hồ sơ ở mức nào?"),
    "convenience": marked("Mức độ thuận tiện khi nộp và theo dõi hồ sơ"),
    "timeliness": marked("Sự kịp thời của việc giải quyết"),
    "attitude": marked("Thái độ phục vụ của cán bộ"),
}
COMMENT, DONE = "gop-y", "xong"
LEVELS: Mapping[Satisfaction, str] = {
    Satisfaction.VERY_SATISFIED: marked("Rất hài lòng"),
    Satisfaction.SATISFIED: marked("Hài lòng"),
    Satisfaction.UNSATISFIED: marked("Chưa hài lòng"),
}


@router.get("")
@acts.named("get_rating")
async def rating_page(
    key: DossierKey, visit: ApplicantVisitNow, done: Annotated[str, Query(alias=DONE, max_length=10)] = ""
) -> Response:
    """The rating as it stands, and the form that gives or changes it."""
    return await _shown(visit, key, None, done=bool(done))


@router.post("")
@acts.named("rate_dossier")
async def give_rating(key: DossierKey, visit: ApplicantVisitNow, form: FormNow) -> Response:
    """Rate the dossier, or change the rating; back to it."""
    try:
        form.require_legible()
        await _rated(visit, key, form)
    except Stopped as stopped:
        return await _shown(visit, key, Filled.again(stopped))
    return RedirectResponse(f"{dossier.address(key)}/danh-gia?{DONE}=co", status_code=303)


async def _rated(visit: ApplicantVisit, key: str, form: Form) -> None:
    missing = [
        Fault(spoken("Chọn mức: {what}", what=spoken(words)), name)
        for name, words in CONTENTS.items()
        if form.text(name) not in set(Satisfaction)
    ]
    if missing:
        raise Stopped(form, missing)
    levels = {name: Satisfaction(form.text(name)) for name in CONTENTS}
    marks = Marks(**levels, comment=form.text(COMMENT))
    try:
        await ratings.rate(visit.service.db, key, marks, by=visit.principal, at=visit.at, origin=visit.origin)
    except errors.Refusal as refused:
        raise await acting.stopped(visit, form, key, refused) from refused


async def _shown(visit: ApplicantVisit, key: str, form: Filled | None, *, done: bool = False) -> Response:
    subject = await dossier.own(visit, key)
    given = await ratings.of_dossier(visit.service.db, key, **visit.reading)
    until = instant(given["changeable_until"]) if given else None
    first = Filled.first(visit, **_typed(given))
    return await dossier.shown(
        visit,
        subject,
        "rating.html",
        form or first,
        given=given,
        until=until,
        opens=bool(subject.document["result_ready_at"]),
        changeable=until is None or visit.at <= until,
        contents=CONTENTS,
        levels=[(level.value, spoken(words)) for level, words in LEVELS.items()],
        words={level.value: words for level, words in LEVELS.items()},
        comment=COMMENT,
        done=done,
    )


def _typed(given: Mapping[str, str | None] | None) -> dict[str, str]:
    """The fields of a rating that was given."""
    if given is None:
        return {}
    return {**{name: given[name] or "" for name in CONTENTS}, COMMENT: given["comment"] or ""}
