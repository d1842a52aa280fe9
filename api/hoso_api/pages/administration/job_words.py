"""Words of long jobs on their pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from hoso_api.pages.jobs.starting import ADDRESS
from hoso_api.translation.vietnamese import marked, spoken
from hoso_calendar.messages import translated
from hoso_models import JobKind, JobOutcome, JobState
from hoso_workflows.jobs import register
from hoso_workflows.jobs.values import Job

KINDS: Mapping[JobKind, str] = {
    JobKind.REHOMING: marked("Chuyển hồ sơ sang đơn vị kế thừa"),
    JobKind.CALENDAR_REVISION: marked("Áp dụng bản lịch cho hồ sơ đang giải quyết"),
    JobKind.VERIFICATION: marked("Kiểm chứng toàn bộ"),
    JobKind.MIGRATION: marked("Chuyển hồ sơ sang bản thủ tục khác"),
}
#: Mark and words of each state, and of each outcome.
STATES: Mapping[JobState, tuple[str, str]] = {
    JobState.WAITING: ("wait", marked("Chờ chạy")),
    JobState.RUNNING: ("soon", marked("Đang chạy")),
    JobState.DONE: ("done", marked("Xong")),
    JobState.FAILED: ("late", marked("Không thành")),
    JobState.CANCELLED: ("still", marked("Đã dừng")),
}
OUTCOMES: Mapping[JobOutcome, tuple[str, str]] = {
    JobOutcome.LEFT: ("late", marked("Ở lại")),
    JobOutcome.MOVED: ("fine", marked("Đã chuyển")),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A job as its pages show it."""

    job: Job

    @property
    def address(self) -> str:
        """The address of its page."""
        return f"{ADDRESS}/{self.job.id}"

    @property
    def kind(self) -> str:
        """Its kind in words."""
        return spoken(KINDS[self.job.kind])

    @property
    def mark(self) -> str:
        """The mark of its state."""
        return STATES[self.job.state][0]

    @property
    def state(self) -> str:
        """Its state in words."""
        return spoken(STATES[self.job.state][1])

    @property
    def left(self) -> str:
        """The time that it probably takes; empty while nobody can tell."""
        if self.job.left is None:
            return ""
        seconds = self.job.left.total_seconds()
        if seconds < 60:
            return spoken("còn chưa đến 1 phút")
        return spoken("còn khoảng {n} phút", n=round(seconds / 60))

    @property
    def failure(self) -> str:
        """The reason for which it was given up; empty where it was not."""
        return translated(self.job.failure) if self.job.failure else ""

    @property
    def stoppable(self) -> bool:
        """True where it can be stopped now."""
        return register.stoppable(self.job)

    @property
    def origin(self) -> tuple[str, str]:
        """Address and name of the page that it was ordered from."""
        asked = self.job.asked
        match self.job.kind:
            case JobKind.REHOMING:
                unit = asked["moves"][0]["old"]
                return f"/noi-bo/quan-tri/don-vi/{quote(unit)}/chuyen-ho-so", spoken(
                    "Chuyển hồ sơ của đơn vị"
                )
            case JobKind.CALENDAR_REVISION:
                return f"/noi-bo/quan-tri/lich/{asked['calendar']}/ban/{asked['number']}", spoken("Bản lịch")
            case JobKind.VERIFICATION:
                return "/noi-bo/kiem-toan/kiem-chung", spoken("Kiểm chứng")
            case JobKind.MIGRATION:
                pair = f"tu={asked['source']}&den={asked['target']}"
                return f"/noi-bo/thu-tuc/{quote(asked['procedure'])}/chuyen-ban?{pair}", spoken(
                    "Hai bản của thủ tục"
                )

    @property
    def what(self) -> str:
        """Its subject: from where to where."""
        asked = self.job.asked
        match self.job.kind:
            case JobKind.REHOMING:
                return "; ".join(_move(each) for each in asked["moves"])
            case JobKind.CALENDAR_REVISION:
                return self.job.subject
            case JobKind.VERIFICATION:
                return spoken("mọi hồ sơ")
            case JobKind.MIGRATION:
                return f"{asked['procedure']}: {asked['source']} → {asked['target']}"


def _move(move: Mapping[str, Mapping[str, str] | str | None]) -> str:
    procedures = move["procedures"]
    named = sorted(set(procedures.values())) if isinstance(procedures, Mapping) else []
    new = ", ".join(filter(None, (str(move["new"] or ""), *named)))
    return f"{move['old']} → {new}"
