"""Decisions, files of results and letters that wait for whoever decides or signs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_api.pages.heads import headship
from hoso_api.pages.officer import inbox, list_context, step
from hoso_api.pages.officer.inbox import Row
from hoso_api.pages.shared.acting import Fault, Form, Stopped
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation.vietnamese import spoken
from hoso_calendar import messages
from hoso_workflows import errors
from hoso_workflows.attachments import result_signing
from hoso_workflows.attachments.uploads import Asked as AskedOfFiles
from hoso_workflows.correspondence import drafted_apologies, letter_signing, waiting_letters
from hoso_workflows.correspondence.letter_views import Asked
from hoso_workflows.lifecycle.commands import Complete, Reappoint, Result
from hoso_workflows.signatures.keys import Keyring
from hoso_workflows.signatures.refusals import AlreadySigned
from hoso_workflows.tasks import bulk, waiting_results

ADDRESS = inbox.DECISIONS.address
#: Fields of the forms, as their pages name them.
TASKS, FILES, LETTERS, APOLOGIES, NUMBER = "viec", "tep", "giay", "thu", "so-ho-so"
RESULT, REASON = step.RESULT, step.REASON
#: How many a page shows, and one act takes.
LENGTH = 50


@dataclass(frozen=True, slots=True)
class Prepared:
    """The last step before a decision: its name, officer and instant."""

    step: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """An open step that decides, as a line of the list."""

    row: Row
    prepared: Prepared | None

    @property
    def ticked(self) -> bool:
        """True for one that can be decided with others: only the result is asked."""
        return not self.row.task["form"] and not self.row.task["outcomes"]


@dataclass(frozen=True, slots=True)
class Told:
    """Outcome of one dossier of a common act: done, or why not."""

    name: str
    key: str
    refused: str | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of what waits, with the list context of its steps."""

    items: Sequence[Any]
    after: str | None
    here: str = ""


async def decisions(visit: Visit, after: str) -> Listed:
    """Open steps that the reader may decide, those due first first. Raises BadCursor."""
    view = inbox.View(inbox.DECISIONS, after=after)
    found = await view.found(visit, LENGTH)
    lines = await inbox.rows(visit, found.items)
    rows = await visit.service.db.rows(_PREPARED, [[UUID(each["id"]) for each in found.items]])
    prepared = {str(row.id): Prepared(row.name, row.who, row.closed_at) for row in rows}
    items = [Decision(line, prepared.get(line.task["id"])) for line in lines]
    return Listed(items, found.after, list_context.packed(view.query(after=after)))


async def results(visit: Visit, after: str) -> Listed:
    """Steps with files that could be signed as results, those open longest first. Raises BadCursor."""
    found = await waiting_results.search(
        visit.service, visit.rights, keyring(visit), limit=LENGTH, after=after or None
    )
    await headship.listed(visit, waiting_results.LIST, None, [each["task"] for each in found.items])
    return Listed(await _with_units(visit, found.items), found.after)


async def letters(visit: Visit, after: str) -> Listed:
    """Letters of the units that the reader heads, those issued first before others. Raises BadCursor."""
    found = await waiting_letters.search(
        visit.service.db, visit.rights, keyring(visit), limit=LENGTH, after=after or None
    )
    await headship.listed(visit, waiting_letters.LIST, None, [each["id"] for each in found.items])
    return Listed(await _with_units(visit, found.items), found.after)


async def apologies(visit: Visit, after: str) -> Listed:
    """Letters of apology that the ladder puts before the reader, those due first first. Raises BadCursor."""
    found = await drafted_apologies.search(
        visit.service, visit.rights, at=visit.at, limit=LENGTH, after=after or None
    )
    await headship.listed(visit, drafted_apologies.LIST, None, [str(each.id) for each in found.items])
    return Listed(found.items, found.after)


async def _with_units(visit: Visit, items: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    register = await visit.service.reference_data.register()
    return [{**each, "unit_name": register.units[each["unit"]].name} for each in items]


def keyring(visit: Visit) -> Keyring:
    """The keys of the installation."""
    found: Keyring = visit.request.app.state.settings.keyring
    return found


def chosen(form: Form, field: str, none: str) -> list[str]:
    """The ticked values, each once. Raises Stopped for nothing, and for several without their number."""
    form.require_legible()
    found = list(dict.fromkeys(form.texts(field)))[:LENGTH]
    if not found:
        raise Stopped(form, [Fault(none, field)])
    if len(found) > 1 and form.text(NUMBER) != str(len(found)):
        told = spoken("Bạn đã chọn {n} mục: gõ {n} để xác nhận.", n=len(found))
        raise Stopped(form, [Fault(told, NUMBER)])
    return found


async def decide(visit: Visit, form: Form) -> list[Told]:
    """Decide the ticked steps alike, each under a key of its own. Raises Stopped."""
    ticked = chosen(form, TASKS, spoken("Chọn ít nhất một hồ sơ."))
    result = _result(form)
    tasks = [task for each in ticked if (task := inbox.identity(each)) is not None]
    asked = {row.id: row for row in await visit.service.db.rows(_ASKED, [tasks])}
    alone = {task for task in tasks if task in asked and asked[task].alone}
    items = list(_items(form, [each for each in tasks if each not in alone], result))
    done = {
        each.task: each
        for each in await bulk.perform(visit.service, items, actor=visit.principal, at=visit.at)
    }

    def told(task: UUID) -> Told:
        row, one = asked.get(task), done.get(task)
        known = row is not None and (
            (one is not None and one.refused is None)
            or visit.rights.find(row.unit_code, row.role) is not None
        )
        name, key = (row.name, row.key) if row is not None and known else (spoken("Hồ sơ"), "")
        if one is None:
            return Told(name, key, spoken("Bước này còn hỏi thêm: mở từng hồ sơ để quyết định."))
        return Told(name, key, _why(one.refused))

    return [told(task) for task in tasks]


def _result(form: Form) -> Result:
    """The result that is chosen for all. Raises Stopped."""
    said = form.text(RESULT)
    if said not in set(Result):
        raise Stopped(form, [Fault(spoken("Chọn kết quả giải quyết."), RESULT)])
    if said == Result.NOT_ELIGIBLE and not form.text(REASON):
        raise Stopped(form, [Fault(spoken("Ghi lý do không đủ điều kiện."), REASON)])
    return Result(said)


def _items(form: Form, tasks: Iterable[UUID], result: Result) -> Iterator[bulk.Item]:
    for task in tasks:
        command = Complete(task, result=result, reason=form.text(REASON))
        yield bulk.Item(task, command, f"trang{ADDRESS}/{form.key}/{task}", repr(command).encode())


async def apologise(visit: Visit, form: Form) -> list[Told]:
    """Issue the ticked letters of apology as drafted, each by itself. Raises Stopped."""
    ticked = chosen(form, APOLOGIES, spoken("Chọn ít nhất một thư."))
    return [await _apologised(visit, key) for key in ticked]


async def _apologised(visit: Visit, key: str) -> Told:
    name = spoken("Thư xin lỗi")
    try:
        found = await drafted_apologies.of_dossier(visit.service, key, visit.rights, at=visit.at)
        if found is None:
            return Told(name, key, spoken("Thư này không còn chờ ký."))
        if found.due is None:
            return Told(name, key, spoken("Lịch làm việc chưa có năm tới: mở hồ sơ và ghi ngày hẹn."))
        command = Reappoint(found.due, found.reason)
        await visit.service.perform(found.reference, command, actor=visit.principal, at=visit.at)
    except Exception as failed:  # one letter that fails must not lose what was said of the others
        return Told(name, key, _why(failed))
    return Told(name, key, None)


async def sign_results(visit: Visit, form: Form) -> list[Told]:
    """Sign the ticked files, each by itself. One that was signed before counts as done. Raises Stopped."""
    wanted = [
        result_signing.Wanted(*each) for each in _pairs(chosen(form, FILES, spoken("Chọn ít nhất một tệp.")))
    ]
    files, asked = visit.request.app.state.files, AskedOfFiles(visit.principal, visit.at, visit.origin)
    before = await visit.service.db.rows(_SIGNED, [[each.attachment for each in wanted]])
    signed = {row.id for row in before}
    left = [each for each in wanted if each.attachment not in signed]
    done = {each.wanted: each for each in await result_signing.many(files, left, keyring(visit), asked)}
    return [
        Told(spoken("Tệp kết quả"), each.dossier, _why(done[each].failed) if each in done else None)
        for each in wanted
    ]


async def sign_letters(visit: Visit, form: Form) -> list[Told]:
    """Sign the ticked letters, each by itself. One that was signed before counts as done. Raises Stopped."""
    wanted = [
        letter_signing.Wanted(*each)
        for each in _pairs(chosen(form, LETTERS, spoken("Chọn ít nhất một giấy.")))
    ]
    public: str = visit.request.app.state.settings.public_origin
    asked = Asked(visit.principal, visit.at, public, visit.origin)
    done = await letter_signing.many(visit.service, wanted, keyring(visit), asked)
    return [
        Told(
            spoken("Giấy"),
            each.wanted.dossier,
            None if isinstance(each.failed, AlreadySigned) else _why(each.failed),
        )
        for each in done
    ]


def _pairs(texts: Iterable[str]) -> Iterator[tuple[str, UUID]]:
    """Values `dossier/id` of a form; what is none is left out."""
    for text in texts:
        dossier, _, identity = text.rpartition("/")
        found = inbox.identity(identity)
        if dossier and found is not None:
            yield dossier, found


def _why(failed: Exception | None) -> str | None:
    if failed is None:
        return None
    if isinstance(failed, errors.Refusal):
        return messages.translated(failed)
    return spoken("Hệ thống gặp lỗi với mục này; các mục khác không bị ảnh hưởng.")


#: $1 tasks. The step of each one's dossier that was closed last before.
_PREPARED = """
select t.id, last.name, last.who, last.closed_at from user_task t cross join lateral (
  select u.name, p.name as who, u.closed_at from user_task u join principal p on p.id = u.closed_by
  where u.dossier_id = t.dossier_id and u.status = 'closed' order by u.closed_at desc, u.id limit 1
) last
where t.id = any($1::uuid[])
"""
#: $1 tasks. Those are decided alone at which more is asked than the result.
_ASKED = """
select t.id, t.name, t.unit_code, t.role, coalesce(d.code, d.reference) as key,
  t.form is not null or jsonb_array_length(t.outcomes) > 0 or t.milestone is distinct from 'result' as alone
from user_task t join dossier d on d.id = t.dossier_id where t.id = any($1::uuid[])
"""
#: $1 files. Those with a signed version of later.
_SIGNED = """
select a.id from attachment a
where a.id = any($1::uuid[]) and exists (select from attachment v where v.supersedes = a.id and v.signed)
"""
