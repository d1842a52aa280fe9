"""What pages say in Vietnamese: dates, lengths of working time, states. One place, so that every page says it alike."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

#: The surface speaks the time of Việt Nam; below it, instants are UTC.
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")

STATUSES: Mapping[str, str] = {
    "filed": "Mới nộp, chờ tiếp nhận",
    "awaiting_supplement_before": "Chờ bổ sung trước khi tiếp nhận",
    "refused": "Từ chối tiếp nhận",
    "closed_unanswered": "Đóng vì không bổ sung",
    "in_process": "Đang giải quyết",
    "awaiting_supplement": "Chờ bổ sung",
    "suspended": "Tạm dừng",
    "financial_obligation": "Chờ nghĩa vụ tài chính",
    "result_ready": "Đã có kết quả",
    "returned": "Đã trả kết quả",
    "withdrawn": "Đã rút hồ sơ",
    "stopped": "Dừng giải quyết",
}

#: What a day of the calendar is, by its kind.
DAYS: Mapping[str, str] = {
    "working": "Ngày làm việc",
    "weekend": "Nghỉ hằng tuần",
    "holiday": "Nghỉ lễ, tết",
    "substitute": "Nghỉ bù",
    "swap_off": "Nghỉ hoán đổi",
    "makeup_work": "Làm bù",
    "closure": "Tạm nghỉ",
    "special": "Giờ làm riêng",
}

#: Why a dossier has a further appointment, by the appointment's kind.
APPOINTMENTS: Mapping[str, str] = {
    "accepted": "Tiếp nhận hồ sơ",
    "restart": "Nhận bổ sung, tính lại từ đầu",
    "resume": "Nhận bổ sung, tính tiếp",
    "suspension_ended": "Hết tạm dừng, tính tiếp",
    "second": "Hẹn lần hai sau nghĩa vụ tài chính",
    "extension": "Gia hạn theo luật",
    "reappointment": "Xin lỗi và hẹn lại",
    "calendar_revision": "Lịch làm việc thay đổi",
}

VERDICTS: Mapping[str, str] = {"early": "Trước hạn", "on_time": "Đúng hạn", "late": "Quá hạn"}


def day(value: date) -> str:
    """`24/11/2026`."""
    return f"{value:%d/%m/%Y}"


def weekday(value: date) -> str:
    """`thứ Ba`."""
    return WEEKDAYS[value.weekday()]


def instant(value: datetime) -> str:
    """`16:30, thứ Ba 24/11/2026`, in the time of Việt Nam."""
    local = value.astimezone(ZONE)
    return f"{local:%H:%M}, {weekday(local)} {day(local)}"


def short(value: datetime) -> str:
    """`16:30 24/11/2026`, for the cell of a table."""
    return f"{value.astimezone(ZONE):%H:%M %d/%m/%Y}"


def working_time(minutes: int, nominal_day: int) -> str:
    """`3 ngày 2 giờ làm việc`; `nominal_day` is the minutes of an ordinary day of the unit's calendar.

    Rounded down to the hour from one day on, so that nobody is called later than they are.
    """
    days, rest = divmod(minutes, nominal_day)
    hours, rest = divmod(rest, 60)
    parts = [(days, "ngày"), (hours, "giờ"), (0 if days else rest, "phút")]
    said = " ".join(f"{count} {noun}" for count, noun in parts if count)
    return f"{said or 'dưới 1 phút' if minutes < 60 else said} làm việc"


def counted(number: int) -> str:
    """`12.345`: thousands as they are written in Việt Nam."""
    return f"{number:,}".replace(",", ".")
