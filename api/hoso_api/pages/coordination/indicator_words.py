"""Indicators, groups and grades of evaluation sheets in words."""

from collections.abc import Mapping

from hoso_api.translation.vietnamese import marked
from hoso_workflows.coordination.indicators import Group

#: Name of a group, and the best sum of it in words.
GROUPS: Mapping[Group, tuple[str, str]] = {
    Group.CIRCULAR: (marked("Chín chỉ số, mỗi chỉ số 0 đến 2 điểm"), marked("18 điểm")),
    Group.DECISION: (marked("Năm nhóm chỉ số phục vụ người dân, doanh nghiệp"), marked("100 điểm")),
}
_MEAN = marked("điểm trung bình một hồ sơ hoặc một bước")
_SHARE = marked("%")
#: Name of an indicator, and what its figure is.
INDICATORS: Mapping[str, tuple[str, str]] = {
    "total_time": (marked("Thời gian giải quyết so với thời hạn"), _MEAN),
    "time_by_agency": (marked("Thời gian của từng cơ quan, đơn vị tham gia"), _MEAN),
    "contacts": (marked("Hồ sơ phải bổ sung"), _SHARE),
    "agencies": (marked("Số cơ quan phải liên hệ"), ""),
    "at_one_stop": (marked("Hồ sơ giải quyết trọn trong một đơn vị"), _SHARE),
    "publicity": (marked("Công khai thủ tục hành chính"), ""),
    "attitude": (marked("Thái độ của cán bộ"), _SHARE),
    "complaints": (marked("Tiếp nhận, giải quyết phản ánh, kiến nghị"), _SHARE),
    "online": (marked("Hồ sơ nộp trực tuyến"), _SHARE),
    "publicity_766": (marked("Công khai, minh bạch"), ""),
    "progress_766": (marked("Tiến độ, kết quả giải quyết: trước hạn và đúng hạn"), _SHARE),
    "digitisation_766": (marked("Số hóa: hồ sơ có tệp giấy tờ"), _SHARE),
    "online_766": (marked("Cung cấp dịch vụ trực tuyến: hồ sơ nộp trực tuyến"), _SHARE),
    "satisfaction_766": (marked("Mức độ hài lòng"), _SHARE),
}
GRADES: Mapping[str, str] = {
    "excellent": marked("Xuất sắc"),
    "good": marked("Tốt"),
    "fair": marked("Khá"),
    "average": marked("Trung bình"),
    "weak": marked("Yếu"),
}
