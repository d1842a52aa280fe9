"""Words for portals of other authorities and what was exchanged with them."""

from collections.abc import Mapping

from hoso_api.translation.vietnamese import marked
from hoso_models import PortalConcern
from hoso_workflows.portals.exchange_log import Direction, Result, Subject

#: Which dossiers a portal is told of.
CONCERNS: Mapping[PortalConcern, str] = {
    PortalConcern.FILED_THERE: marked("Hồ sơ nộp trên cổng này"),
    PortalConcern.ALL: marked("Mọi hồ sơ của đơn vị"),
}
DIRECTIONS: Mapping[Direction, str] = {
    Direction.OUT: marked("Gửi đi"),
    Direction.IN: marked("Nhận về"),
}
SUBJECTS: Mapping[Subject, str] = {
    Subject.STATUS: marked("Trạng thái"),
    Subject.FILING: marked("Nộp hồ sơ"),
    Subject.ACKNOWLEDGEMENT: marked("Xác nhận"),
    Subject.RECONCILIATION: marked("Đối soát"),
}
#: Mark and words of each result.
RESULTS: Mapping[Result, tuple[str, str]] = {
    Result.WAITING: ("still", marked("Đang chờ gửi")),
    Result.GIVEN: ("soon", marked("Đã gửi, chưa xác nhận")),
    Result.ACKNOWLEDGED: ("done", marked("Đã xác nhận")),
    Result.REFUSED: ("late", marked("Cổng không nhận")),
    Result.SET_ASIDE: ("late", marked("Bị giữ lại")),
    Result.DONE: ("done", marked("Đã xong")),
}
#: What came of an answer, by the name of its figure.
FOUND: Mapping[str, str] = {
    "acknowledged": marked("xác nhận"),
    "refused": marked("không nhận"),
    "unknown": marked("không rõ"),
    "compared": marked("đã so"),
    "agreed": marked("khớp"),
    "differences": marked("lệch"),
    "resent": marked("gửi lại"),
}
