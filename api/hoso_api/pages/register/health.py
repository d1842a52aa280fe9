"""State of an installation in words: what needs somebody, and where."""

import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from urllib.parse import quote

from hoso_api.installation import installation
from hoso_api.pages.register import administering
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import marked, spoken
from hoso_calendar import messages
from hoso_workflows import localtime
from hoso_workflows.calendars import coverage
from hoso_workflows.monitoring import incidents
from hoso_workflows.notifications import mail_servers, undelivered
from hoso_workflows.notifications.undelivered import Way
from hoso_workflows.operation import backup_history, sweep_progress
from hoso_workflows.operation.backup_history import History
from hoso_workflows.organisation import gaps, permissions
from hoso_workflows.organisation.gaps import Gap

#: Marks of a line: in order, to be looked at, at fault.
FINE, SOON, LATE = "fine", "soon", "late"
#: How many gaps are told one by one.
TOLD = 50
GIB = 1 << 30
#: Gaps that are closed elsewhere than in the register.
_PLACES = {
    "outages-reach-too-few": "/noi-bo/dau-moi/noi-nhan-bao",
    "outage-told-to-nobody": "/noi-bo/dau-moi/su-co",
    "system-without-key": "/noi-bo/quan-tri/khoa#khoa-he-thong",
    "day-without-duty": "/noi-bo/mot-cua/truc?don-vi={unit}",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at."""

    mark: str
    text: str
    #: The page on which it is mended; None where there is none.
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Lines about one subject."""

    word: str
    name: str
    lines: Sequence[Line]

    @property
    def fine(self) -> bool:
        """True when nothing needs anybody."""
        return all(line.mark == FINE for line in self.lines)


async def read(visit: Visit, units: Collection[str]) -> list[Part]:
    """The state of these units, and of what all units share."""
    within = None if await administering.whole(visit, units) else units
    return [
        Part("danh-ba", marked("Đơn vị, người và thẩm quyền"), await _register(visit, within)),
        Part("lich", marked("Lịch làm việc"), await _calendars(visit)),
        Part("thu", marked("Thư gửi đi"), await _mails(visit, units)),
        Part("su-co", marked("Sự cố quy trình"), await _incidents(visit, units)),
        Part("dinh-ky", marked("Việc chạy định kỳ"), await _sweeps(visit)),
        Part(
            "sao-luu",
            marked("Sao lưu"),
            list(_backed_up(await backup_history.read(visit.service.db), visit.at)),
        ),
        Part("may-chu", marked("Máy chủ"), [_disk(visit), Line(FINE, f"hoso {version('hoso')}")]),
    ]


async def _register(visit: Visit, units: Collection[str] | None) -> list[Line]:
    found = await gaps.gaps(visit.service.db, units, visit.at)
    lines = [Line(_mark(each), messages.translated(each.message), _place(each)) for each in found[:TOLD]]
    if len(found) > TOLD:
        lines.append(Line(SOON, spoken("Còn {n} chỗ thiếu khác.", n=len(found) - TOLD)))
    return lines or [Line(FINE, spoken("Không thiếu gì."))]


def _mark(gap: Gap) -> str:
    return LATE if gap.kind == "outage-told-to-nobody" else SOON


def _place(gap: Gap) -> str:
    """The page on which a gap is closed."""
    if gap.kind == "office-unconfirmed":
        return f"{administering.ADDRESS}/nguoi-dung#cho-xac-nhan"
    if gap.kind in _PLACES:
        return _PLACES[gap.kind].format(unit=quote(gap.unit or "", safe=""))
    if gap.unit is None:
        return f"{administering.ADDRESS}/tham-quyen?thu-tuc={quote(gap.subject, safe='')}"
    return f"{administering.ADDRESS}/don-vi/{quote(gap.unit, safe='')}"


async def _calendars(visit: Visit) -> list[Line]:
    found = await coverage.endings(visit.service.db, localtime.local_date(visit.at))
    place = f"{administering.ADDRESS}/lich"
    lines = [
        Line(LATE if each.ended else SOON, messages.opening(messages.translated(each.sentence)), place)
        for each in found
    ]
    return lines or [Line(FINE, spoken("Không lịch nào sắp hết dữ liệu."))]


async def _mails(visit: Visit, units: Collection[str]) -> list[Line]:
    db = visit.service.db
    away = await mail_servers.away(db)
    lines = [Line(LATE, spoken("Máy chủ thư {server} không trả lời.", server=each.server)) for each in away]
    place = f"{administering.ADDRESS}/thu-gui" if _reaches(visit, "list_undelivered") else None
    for way, counted in (await undelivered.tally(db, sorted(units))).items():
        lines += _counted(counted, place, *_UNSENT[way])
    return lines or [Line(FINE, spoken("Không thư nào bị giữ lại."))]


def _reaches(visit: Visit, act: str) -> bool:
    """True where the reader may do an act of an office somewhere.

    Auditors read this page, and not each that it leads to.
    """
    return bool(permissions.overseen(visit.rights, act))


#: What is said of what was set aside and of what waits, by its way.
_UNSENT: Mapping[Way, tuple[str, str]] = {
    Way.MAIL: (marked("{n} thư bị giữ lại vì lỗi."), marked("{n} thư đang chờ gửi, lâu nhất từ {since}.")),
    Way.WEBHOOK: (
        marked("{n} tin webhook bị giữ lại vì lỗi."),
        marked("{n} tin webhook đang chờ gửi, lâu nhất từ {since}."),
    ),
}


def _counted(found: undelivered.Tally, place: str | None, held: str, waiting: str) -> Iterator[Line]:
    aside = place and f"{place}?loai=giu-lai"
    if found.aside:
        yield Line(LATE, spoken(held, n=found.aside), aside)
    if unreached := found.counts[undelivered.State.UNREACHED]:
        text = spoken("{n} tin không tới ai: người nhận chưa có tài khoản và địa chỉ.", n=unreached)
        yield Line(SOON, text, aside)
    if found.waiting_since:
        since = wording.short(found.waiting_since)
        yield Line(FINE, spoken(waiting, n=found.waiting, since=since), place)


async def _incidents(visit: Visit, units: Collection[str]) -> list[Line]:
    number = await incidents.count(visit.service.db, sorted(units))
    if number:
        text = spoken("{n} sự cố quy trình cần người xem.", n=number)
        return [Line(LATE, text, "/noi-bo/su-co-quy-trinh")]
    return [Line(FINE, spoken("Không có hồ sơ nào bị dừng vì sự cố."))]


async def _sweeps(visit: Visit) -> list[Line]:
    db = visit.service.db
    place = f"{administering.ADDRESS}/canh-bao" if _reaches(visit, "preview_escalations") else None
    places = {sweep_progress.Sweep.ESCALATE: place}
    return list(_swept(await sweep_progress.last(db), await sweep_progress.stalled(db, at=visit.at), places))


def _swept(
    last: Mapping[sweep_progress.Sweep, datetime | None],
    stalled: Collection[sweep_progress.Sweep],
    places: Mapping[sweep_progress.Sweep, str | None],
) -> Iterator[Line]:
    for sweep, when in last.items():
        name = spoken(wording.SWEEPS[sweep])
        if when is None:
            yield Line(SOON, spoken("{name}: chưa chạy lần nào.", name=name), places.get(sweep))
        else:
            text = spoken("{name}: lần cuối {when}.", name=name, when=wording.short(when))
            yield Line(LATE if sweep in stalled else FINE, text, places.get(sweep))


def _backed_up(known: History, at: datetime) -> Iterator[Line]:
    """The newest whole backup, the last one where it lacks files, the last rehearsal."""
    if known.newest is None:
        yield Line(SOON, spoken("Chưa có bản sao lưu nào."))
        return
    if known.newest.lacks:
        when = wording.short(known.newest.taken_at)
        text = spoken("Bản sao lưu lúc {when} thiếu {n} tệp.", when=when, n=known.newest.lacks)
        yield Line(LATE, text)
    if known.whole_at is None:
        yield Line(LATE, spoken("Chưa có bản sao lưu trọn vẹn nào."))
    else:
        text = spoken("Bản sao lưu trọn vẹn gần nhất: {when}.", when=wording.short(known.whole_at))
        yield Line(LATE if known.stale(at) else FINE, text)
    yield _rehearsed(known, at)


def _rehearsed(known: History, at: datetime) -> Line:
    if known.rehearsed_at is None:
        return Line(SOON, spoken("Chưa diễn tập khôi phục bản sao lưu nào."))
    when = wording.short(known.rehearsed_at)
    if known.differences:
        text = spoken("Lần diễn tập khôi phục {when} thấy {n} chỗ khác.", when=when, n=known.differences)
        return Line(LATE, text)
    text = spoken("Diễn tập khôi phục gần nhất: {when}, không thấy chỗ khác.", when=when)
    return Line(SOON if known.unproved(at) else FINE, text)


def _disk(visit: Visit) -> Line:
    """The free room on the disk of the installation."""
    folder = installation.home()
    place = next(each for each in (folder, *folder.parents) if each.exists())
    free = shutil.disk_usage(place).free
    enough = free >= visit.request.app.state.settings.disk_reserve_bytes
    size = f"{free / GIB:.1f}".replace(".", ",")
    return Line(FINE if enough else LATE, spoken("Đĩa còn trống {size} GiB.", size=size))
