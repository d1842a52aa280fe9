"""Navigation of the inside: its entries, who sees them, and where each reader begins."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import chain

from hoso_api.translation.vietnamese import marked
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import Rights

#: The part of the pages that officers use.
INSIDE = "/noi-bo"
#: Roles that sign.
SIGNERS = ("agency_head", "provincial_leader")


@dataclass(frozen=True, slots=True)
class Entry:
    """A place of the navigation."""

    word: str
    name: str
    shown: Callable[[Rights], bool]
    #: The roles whose holders begin here, before those of later entries.
    home: tuple[str, ...] = ()
    #: Which of the counters stands beside it.
    counter: str | None = None

    @property
    def address(self) -> str:
        """The address of its page."""
        return f"{INSIDE}/{self.word}"


def _has(*roles: str) -> Callable[[Rights], bool]:
    return lambda rights: any(rights.has(role) for role in roles)


def _works(rights: Rights) -> bool:
    return bool(rights.units)


def _heads(rights: Rights) -> bool:
    return bool(permissions.headed_units(rights))


def _signs(rights: Rights) -> bool:
    return any(rights.has(role) for role in SIGNERS) or _heads(rights)


def _surveys(rights: Rights) -> bool:
    return bool(rights.units) or bool(permissions.overseen(rights))


def _watches(rights: Rights) -> bool:
    return bool(permissions.overseen(rights, "list_access_log"))


def _inside(rights: Rights) -> bool:
    return bool(rights.held)


#: In the order of the page; each leads to a page that exists.
ENTRIES: tuple[Entry, ...] = (
    Entry("viec", marked("Việc"), _works, counter="tasks"),
    Entry("mot-cua", marked("Một cửa"), _has(permissions.RECEPTION), home=(permissions.RECEPTION,)),
    Entry("ky", marked("Ký"), _signs, home=SIGNERS),
    Entry("y-kien", marked("Ý kiến"), _works),
    Entry("don-vi", marked("Đơn vị"), _heads, home=("head", "division_head")),
    Entry("qua-han", marked("Quá hạn"), _surveys, home=(permissions.AUDITOR,)),
    Entry("thu-tuc", marked("Thủ tục"), _inside, home=(permissions.DECLARER,)),
    Entry("danh-muc", marked("Danh mục"), _inside, home=(permissions.CATALOGUE_EDITOR,)),
    Entry("phe-duyet", marked("Phê duyệt"), _has(permissions.APPROVER), home=(permissions.APPROVER,)),
    Entry(
        "quan-tri",
        marked("Quản trị"),
        _has(permissions.ADMINISTRATOR),
        home=(permissions.ADMINISTRATOR,),
    ),
    Entry("bao-cao", marked("Báo cáo"), _surveys),
    Entry("dau-moi", marked("Đầu mối"), _inside, home=(permissions.COORDINATOR,)),
    Entry("kiem-toan", marked("Kiểm toán"), _watches),
)


def entries(rights: Rights) -> tuple[Entry, ...]:
    """The entries that a reader sees."""
    return tuple(each for each in ENTRIES if each.shown(rights))


def home(rights: Rights, shown: Collection[Entry], chosen: str = "") -> Entry | None:
    """The entry at which a reader begins: the chosen one, else by their role; None for one who has no entry."""
    wanted = (each for each in shown if each.word == chosen)
    own = (each for each in shown if any(rights.has(role) for role in each.home))
    return next(chain(wanted, own, shown), None)
