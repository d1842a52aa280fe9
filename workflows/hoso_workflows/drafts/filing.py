"""Filing of a draft, exactly once, and what it lacks before that."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import hoso_calendar as wt
from hoso_calendar.days.day import MINUTES_A_DAY
from hoso_calendar.messages import translated
from hoso_workflows import errors, localtime
from hoso_workflows.clock import term_count
from hoso_workflows.dossiers import filing, statements
from hoso_workflows.dossiers.filing import Enclosed
from hoso_workflows.dossiers.service import DossierService, Outcome
from hoso_workflows.drafts.files import File, Rebinding, components, faults
from hoso_workflows.drafts.refusals import DraftFiled
from hoso_workflows.drafts.storage import Draft, Drafts
from hoso_workflows.errors import Fault
from hoso_workflows.lifecycle import decision
from hoso_workflows.lifecycle.acts import terms
from hoso_workflows.lifecycle.commands import Applicant, FileDossier
from hoso_workflows.organisation import permissions
from hoso_workflows.procedures import competent_units, openings

#: Reads a draft as a filing. Raises FormRefused where that is not possible.
Request = Callable[[Draft], FileDossier]


async def judge(
    service: DossierService, request: FileDossier, files: Sequence[File] = (), *, actor: UUID, at: datetime
) -> tuple[Fault, ...]:
    """Everything found in a filing with files for which it would be refused now. Nothing is stored or counted.

    What concerns no field has an empty one. Pace of filing and start of the run are not tried.
    """
    day = localtime.local_date(at)
    row = await service.db.row(statements.LOAD_FILER, [actor, day, at, None, request.procedure])
    rights = permissions.Rights.of(actor, row.rights)
    request, wrong = await _with_papers(service, request, files, row.version)
    try:
        await filing.prepare(service.reference_data, row, request, rights, day)
    except errors.FormRefused as refused:
        return (*refused.faults, *wrong)
    except errors.Refusal as refused:
        return (Fault("", translated(refused)), *wrong)
    return wrong


async def promised(
    service: DossierService, request: FileDossier, *, actor: UUID, at: datetime
) -> datetime | None:
    """The date that acceptance at once would promise to a filing; nothing is stored.

    None where the term has no end that is known. Raises what filing raises.
    """
    return (await counted(service, request, actor=actor, at=at)).due


async def counted(service: DossierService, request: FileDossier, *, actor: UUID, at: datetime) -> wt.Deadline:
    """The term of a filing as acceptance at once would count it. Raises what filing raises."""
    day = localtime.local_date(at)
    row = await service.db.row(statements.LOAD_FILER, [actor, day, at, None, request.procedure])
    rights = permissions.Rights.of(actor, row.rights)
    filed, _ = await filing.prepare(service.reference_data, row, request, rights, day)
    case = filed.loaded.case
    calendar = decision.calendar_of(filed.calendars, decision.unit_of(filed.units, "handling"))
    policy = terms.policy_of(case, request.channel)
    try:
        return term_count.deadline(calendar, at, case.term, (), policy)
    except wt.MissingCalendarData as missing:
        raise errors.CalendarEnds(missing.calendar, missing.year) from missing


def first_minute(deadline: wt.Deadline) -> datetime:
    """The minute from which a count runs.

    Of a day that is begun anew, its first working minute.
    """
    day, start = deadline.cal.days[deadline.receipt.day], deadline.receipt.start
    opens = day.slots[0].start if day.slots else 0
    return deadline.cal.instant(start + max(0, opens - start % MINUTES_A_DAY))


async def file(
    service: DossierService,
    drafts: Drafts,
    draft: UUID,
    request: Request,
    *,
    owner: UUID,
    at: datetime,
    if_match: Collection[int] | None = None,
) -> Outcome:
    """File a draft with its files, or tell again what came of it.

    The draft itself is the idempotency key: however often it is asked for, and whatever died meanwhile, one dossier comes of
    it. A refusal leaves the draft as it was. Raises what `Drafts.read` and `DossierService.file` raise, and DraftFiled for one
    whose answer is not kept any more.
    """
    found = await drafts.begin_filing(owner, draft, at=at, if_match=if_match)
    try:
        asked = _nothing(found) if found.answered else request(found)
        asked, enclosed = await _enclosed(service, drafts, found, asked, at)
        # A blank, which no key of a caller has.
        key = f"draft {draft}"
        outcome = await service.file(asked, enclosed, actor=owner, at=at, key=key, body=draft.bytes)
    except errors.Refusal:
        if found.reference is not None:
            raise DraftFiled(draft, found.reference) from None
        await drafts.refuse_filing(draft, at=at)
        raise
    await drafts.end_filing(draft, outcome.reference)
    return outcome


async def _enclosed(
    service: DossierService, drafts: Drafts, draft: Draft, request: FileDossier, at: datetime
) -> tuple[FileDossier, Enclosed]:
    """The request with the papers that its files are, and the files. Raises FormRefused with everything found."""
    row = await service.db.row(_VERSION, [draft.procedure, localtime.local_date(at)])
    complete, wrong = await _with_papers(service, request, draft.files, row and row.id)
    if wrong:
        raise errors.FormRefused(await judge(service, request, draft.files, actor=draft.owner, at=at))
    rebinding = Rebinding(drafts.seal, draft.id, draft.version, draft.files, at)
    return complete, Enclosed(tuple(each.attached for each in draft.files), rebinding.to)


async def _with_papers(
    service: DossierService, request: FileDossier, files: Sequence[File], version: UUID | None
) -> tuple[FileDossier, tuple[Fault, ...]]:
    """The request with the papers that files are, and the faults of the files.

    Where no case is chosen, what files are in it is not judged.
    """
    if not files or version is None:
        return request, ()
    try:
        found = competent_units.case_of(await service.reference_data.version(version), request.case)
    except errors.FormRefused:
        return request, ()
    typed = request.components
    papers = [code for code in components(files, found.case) if code not in typed]
    return replace(request, components=(*typed, *papers)), tuple(faults(files, found.case))


#: $1 procedure, $2 local date: the version on which new dossiers run.
_VERSION = openings.in_force_sql("$1::text", "$2::date")


def _nothing(draft: Draft) -> FileDossier:
    """A filing that can only be answered by what was answered before."""
    return FileDossier(procedure=draft.procedure, applicant=Applicant(""))
