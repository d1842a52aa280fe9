"""Words for portals of other authorities and what was exchanged with them."""

from collections.abc import Mapping

from hoso_api.translation.vietnamese import marked
from hoso_models import PortalConcern
from hoso_workflows.portals.exchange_log import ExchangeDirection, ExchangeResult, ExchangeSubject

#: Which dossiers a portal is told of.
CONCERNS: Mapping[PortalConcern, str] = {
    PortalConcern.FILED_THERE: marked("Hồ sơ nộp trên cổng này"),
    PortalConcern.ALL: marked("Mọi hồ sơ của đơn vị"),
}
DIRECTIONS: Mapping[ExchangeDirection, str] = {
    ExchangeDirection.OUT: marked("Gửi đi"),
    ExchangeDirection.IN: marked("Nhận về"),
}
SUBJECTS: Mapping[ExchangeSubject, str] = {
    ExchangeSubject.STATUS: marked("Trạng thái"),
    ExchangeSubject.FILING: marked("Nộp hồ sơ"),
    ExchangeSubject.ACKNOWLEDGEMENT: marked("Xác nhận"),
    ExchangeSubject.RECONCILIATION: marked("Đối soát"),
}
#: Mark and words of each result.
RESULTS: Mapping[ExchangeResult, tuple[str, str]] = {
    ExchangeResult.WAITING: ("still", marked("Đang chờ gửi")),
    ExchangeResult.GIVEN: ("soon", marked("Đã gửi, chưa xác nhận")),
    ExchangeResult.ACKNOWLEDGED: ("done", marked("Đã xác nhận")),
    ExchangeResult.REFUSED: ("late", marked("Cổng không nhận")),
    ExchangeResult.SET_ASIDE: ("late", marked("Bị giữ lại")),
    ExchangeResult.DONE: ("done", marked("Đã xong")),
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
