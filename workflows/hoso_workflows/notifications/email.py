"""Messages as e-mail: in Vietnamese, identified by their Message-ID.

They go into a folder of .eml files or to an SMTP server.
"""

import asyncio
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from email.policy import SMTP as LINES
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from hoso_workflows import localtime
from hoso_workflows.notifications import outbox, smtp

#: Topic → subject and text; `code`, `step`, `due`, `unit`, `day`, and `job`, `subject`, `moved`, `left` of long jobs are filled in.
WORDING = {
    "applicant.filed": ("Đã nhận hồ sơ trực tuyến", "Hồ sơ {code} đã được gửi đến bộ phận tiếp nhận."),
    "applicant.accepted": (
        "Hồ sơ {code} đã được tiếp nhận",
        "Hồ sơ {code} đã được tiếp nhận và đang được giải quyết.",
    ),
    "applicant.refused": (
        "Hồ sơ {code} bị từ chối tiếp nhận",
        "Hồ sơ {code} bị từ chối tiếp nhận; xem lý do trong hồ sơ.",
    ),
    "applicant.supplement_asked": (
        "Yêu cầu bổ sung hồ sơ {code}",
        "Hồ sơ {code} cần được bổ sung, hoàn thiện; xem nội dung trong hồ sơ.",
    ),
    "applicant.result_ready": ("Hồ sơ {code} đã có kết quả", "Hồ sơ {code} đã có kết quả giải quyết."),
    "applicant.withdrawn": ("Hồ sơ {code} đã được rút", "Hồ sơ {code} đã được rút theo yêu cầu."),
    "applicant.stopped": (
        "Hồ sơ {code} đã dừng giải quyết",
        "Việc giải quyết hồ sơ {code} đã dừng; xem lý do trong hồ sơ.",
    ),
    "applicant.closed_unanswered": (
        "Hồ sơ {code} đã dừng giải quyết do không bổ sung",
        "Đã hết thời hạn bổ sung hồ sơ {code} mà chưa nhận được giấy tờ bổ sung, nên hồ sơ dừng giải quyết; có thể nộp hồ sơ mới.",
    ),
    "applicant.transferred": (
        "Hồ sơ {code} được chuyển đến cơ quan có thẩm quyền",
        "Hồ sơ {code} được chuyển đến cơ quan có thẩm quyền; xem nơi nhận và lý do trong hồ sơ.",
    ),
    "applicant.suspended": (
        "Tạm dừng giải quyết hồ sơ {code}",
        "Việc giải quyết hồ sơ {code} tạm dừng; xem căn cứ và lý do trong hồ sơ.",
    ),
    "applicant.suspension_ended": (
        "Tiếp tục giải quyết hồ sơ {code}",
        "Việc giải quyết hồ sơ {code} được tiếp tục; xem ngày hẹn trả kết quả trong hồ sơ.",
    ),
    "applicant.obligation_set": (
        "Hồ sơ {code}: cần thực hiện nghĩa vụ tài chính",
        "Hồ sơ {code} chờ thực hiện nghĩa vụ tài chính; xem thông báo trong hồ sơ.",
    ),
    "applicant.appointed": (
        "Hồ sơ {code}: ngày hẹn trả kết quả",
        "Đã nhận chứng từ nghĩa vụ tài chính của hồ sơ {code}; xem ngày hẹn trả kết quả trong hồ sơ.",
    ),
    "applicant.extended": (
        "Gia hạn giải quyết hồ sơ {code}",
        "Thời hạn giải quyết hồ sơ {code} được gia hạn; xem lý do và ngày hẹn mới trong hồ sơ.",
    ),
    "applicant.reappointed": (
        "Xin lỗi và hẹn lại ngày trả kết quả hồ sơ {code}",
        "Cơ quan giải quyết xin lỗi và hẹn lại ngày trả kết quả hồ sơ {code}; xem lý do và ngày hẹn mới trong hồ sơ.",
    ),
    "applicant.rectified": (
        "Thông tin của hồ sơ {code} đã được đính chính",
        "Thông tin đã ghi trong hồ sơ {code} được đính chính; xem nội dung trong hồ sơ.",
    ),
    "applicant.disclosed": (
        "Dữ liệu của hồ sơ {code} được cung cấp cho bên thứ ba",
        "Dữ liệu của hồ sơ {code} đã được cung cấp theo quyết định của cơ quan giải quyết; xem bên nhận, căn cứ và mục đích trong hồ sơ.",
    ),
    "applicant.fee_assessed": (
        "Hồ sơ {code}: phí, lệ phí phải nộp",
        "Đã xác định phí, lệ phí phải nộp của hồ sơ {code}; xem số tiền và thời điểm nộp trong hồ sơ.",
    ),
    "applicant.fee_exempted": (
        "Hồ sơ {code}: miễn, giảm phí, lệ phí",
        "Phí, lệ phí của hồ sơ {code} được miễn, giảm; xem căn cứ và số tiền còn phải nộp trong hồ sơ.",
    ),
    "applicant.payment_recorded": (
        "Đã thu phí, lệ phí của hồ sơ {code}",
        "Đã ghi nhận tiền nộp phí, lệ phí của hồ sơ {code}; xem biên lai trong hồ sơ.",
    ),
    "applicant.payment_cancelled": (
        "Hủy biên lai thu phí, lệ phí của hồ sơ {code}",
        "Một khoản thu phí, lệ phí của hồ sơ {code} bị hủy; xem lý do và số tiền còn phải nộp trong hồ sơ.",
    ),
    "applicant.payment_refunded": (
        "Đã hoàn trả phí, lệ phí của hồ sơ {code}",
        "Tiền nộp phí, lệ phí của hồ sơ {code} được hoàn trả; xem lý do, số tiền và hình thức hoàn trả trong hồ sơ.",
    ),
    "applicant.result_corrected": (
        "Kết quả của hồ sơ {code} đã được đính chính",
        "Kết quả đã trả của hồ sơ {code} có sai sót và đã được đính chính; xem kết quả đính chính và lý do trong hồ sơ. Cơ quan giải quyết xin lỗi về sai sót này.",
    ),
    "applicant.reopened": (
        "Hồ sơ {code} được giải quyết lại",
        "Hồ sơ {code} được giải quyết lại; xem căn cứ và ngày hẹn trả kết quả trong hồ sơ.",
    ),
    "applicant.desk_wrote": (
        "Hồ sơ {code}: tin nhắn của bộ phận một cửa",
        "Bộ phận một cửa đã viết cho bạn về hồ sơ {code}; xem nội dung trong mục trao đổi của hồ sơ.",
    ),
    "desk.applicant_wrote": (
        "Người nộp hồ sơ {code} đã viết",
        "Người nộp hồ sơ {code} đã viết cho bộ phận một cửa; xem nội dung trong mục trao đổi của hồ sơ.",
    ),
    "desk.reply_proposed": (
        "Đề nghị trả lời người nộp hồ sơ {code}",
        "Đơn vị giải quyết đề nghị nội dung trả lời người nộp hồ sơ {code}; xem trong mục trao đổi của hồ sơ.",
    ),
    "note.mentioned": (
        "Hồ sơ {code}: có ghi chú nhắc đến bạn",
        "Một đồng nghiệp nhắc đến bạn trong ghi chú nội bộ của hồ sơ {code}; xem trong mục trao đổi của hồ sơ.",
    ),
    "desk.result_corrected": (
        "Hồ sơ {code}: trả kết quả đã đính chính",
        "Kết quả đã trả của hồ sơ {code} đã được đính chính; mời người nộp nhận bản đúng và ghi việc trả trong hồ sơ.",
    ),
    "unit.consultation_asked": (
        "Lấy ý kiến về hồ sơ {code}",
        "Đơn vị được lấy ý kiến về hồ sơ {code}; xem nội dung và thời hạn trả lời trong danh sách lấy ý kiến.",
    ),
    "desk.consultation_answered": (
        "Đã có ý kiến trả lời: hồ sơ {code}",
        "Đơn vị được lấy ý kiến về hồ sơ {code} đã trả lời.",
    ),
    "desk.consultation_passed": (
        "Quá hạn trả lời lấy ý kiến: hồ sơ {code}",
        "Đơn vị được lấy ý kiến về hồ sơ {code} không trả lời trong thời hạn.",
    ),
    "applicant.calendar_revised": (
        "Ngày hẹn trả kết quả hồ sơ {code} thay đổi",
        "Lịch làm việc đã thay đổi, nên ngày hẹn trả kết quả hồ sơ {code} được tính lại; xem ngày hẹn mới trong hồ sơ.",
    ),
    "desk.supplement_proposed": (
        "Đề nghị yêu cầu bổ sung hồ sơ {code}",
        "Đơn vị giải quyết đề nghị yêu cầu người nộp bổ sung hồ sơ {code}.",
    ),
    "account.contact_code": (
        "Mã xác nhận địa chỉ thư điện tử",
        "Mã xác nhận địa chỉ thư điện tử: {secret}. Mã có hiệu lực trong 15 phút. Nếu không phải bạn yêu cầu, hãy bỏ qua thư này và không đưa mã cho ai.",
    ),
    "account.contact_changed": (
        "Địa chỉ liên hệ của tài khoản đã thay đổi",
        "Địa chỉ liên hệ của tài khoản vừa được thay đổi. Nếu không phải bạn làm, hãy báo ngay cho người quản trị.",
    ),
    "account.sign_in_changed": (
        "Cách đăng nhập của tài khoản đã thay đổi",
        "Một cách đăng nhập của tài khoản vừa được thêm hoặc bỏ. Nếu không phải bạn làm, hãy báo ngay cho người quản trị.",
    ),
    "account.recovery_asked": (
        "Có yêu cầu khôi phục tài khoản",
        "Người quản trị đã yêu cầu khôi phục tài khoản của bạn; người quản trị thứ hai phải xác nhận. Nếu bạn không đề nghị, hãy báo ngay.",
    ),
    "account.recovered": (
        "Tài khoản đã được khôi phục",
        "Mọi cách đăng nhập cũ của tài khoản đã bị thu hồi. Nếu bạn không đề nghị khôi phục, hãy báo ngay cho người quản trị.",
    ),
    "account.invitation": (
        "Lời mời chọn cách đăng nhập",
        "Bạn được mời chọn cách đăng nhập. Mở địa chỉ sau trong 72 giờ, dùng được một lần: {secret}",
    ),
    "escalation.step_due": (
        "Bước xử lý quá hạn: hồ sơ {code}",
        "Bước “{step}” của hồ sơ {code} đã quá hạn lúc {due}.",
    ),
    "escalation.step_unclaimed": (
        "Bước quá hạn chưa có người nhận: hồ sơ {code}",
        "Bước “{step}” của hồ sơ {code} đã quá hạn lúc {due} mà chưa có người nhận.",
    ),
    "escalation.due_soon": ("Hồ sơ {code} sắp đến hạn", "Hồ sơ {code} đến hạn trả kết quả lúc {due}."),
    "escalation.overdue": ("Hồ sơ {code} quá hạn", "Hồ sơ {code} đã quá hạn trả kết quả lúc {due}."),
    "escalation.reception_waits": (
        "Hồ sơ chờ tiếp nhận: {code}",
        "Hồ sơ {code} đã chờ tiếp nhận từ 2 giờ làm việc trở lên; hạn tiếp nhận là {due}.",
    ),
    "job.done": (
        "Việc chạy lâu đã xong: {subject}",
        "{job} {subject} đã xong: {moved} hồ sơ đã xử lý, {left} hồ sơ giữ nguyên; xem từng hồ sơ trong mục Việc chạy lâu.",
    ),
    "job.failed": (
        "Việc chạy lâu không xong: {subject}",
        "{job} {subject} đã ngừng vì lỗi sau khi xử lý {moved} hồ sơ; xem lý do và ra lệnh lại trong mục Việc chạy lâu.",
    ),
    "job.cancelled": (
        "Việc chạy lâu đã bị dừng: {subject}",
        "{job} {subject} bị người khác dừng sau khi xử lý {moved} hồ sơ; những gì đã làm vẫn giữ. Xem trong mục Việc chạy lâu.",
    ),
    "reminder.dossier": (
        "Nhắc xử lý hồ sơ {code} quá hạn",
        "Bạn được nhắc xử lý hồ sơ {code}, đã quá hạn trả kết quả lúc {due}.",
    ),
    "reminder.step": (
        "Nhắc xử lý bước quá hạn: hồ sơ {code}",
        "Bạn được nhắc xử lý bước “{step}” của hồ sơ {code}, đã quá hạn lúc {due}.",
    ),
    "reminder.reception": (
        "Nhắc tiếp nhận hồ sơ {code}",
        "Bạn được nhắc tiếp nhận, từ chối hoặc yêu cầu bổ sung hồ sơ {code}; hạn tiếp nhận đã hết lúc {due}.",
    ),
    "report.due": (
        "Sắp đến hạn báo cáo {period}: {report}",
        "{unit} phải gửi {report}, kỳ {period}, trước ngày {day}.",
    ),
    "report.late": (
        "Quá hạn báo cáo {period}: {report}",
        "{unit} chưa gửi {report}, kỳ {period}; hạn là trước ngày {day}.",
    ),
    "report.reminder": (
        "Đôn đốc báo cáo {period}: {report}",
        "{unit} được nhắc gửi {report}, kỳ {period}; hạn là trước ngày {day}.",
    ),
    "duty.uncovered": (
        "Chưa có người trực ngày {day}: {unit}",
        "{unit} chưa có ai trực tiếp nhận hồ sơ trực tuyến ngày {day}; nhập lịch trực cho ngày này.",
    ),
    "escalation.reception_overdue": (
        "Quá hạn tiếp nhận: hồ sơ {code}",
        "Hồ sơ {code} chưa được tiếp nhận, từ chối hay yêu cầu bổ sung; hạn tiếp nhận đã hết lúc {due}.",
    ),
}
#: What a long job does, by its kind.
_JOBS = {
    "rehoming": "Việc chuyển hồ sơ sang đơn vị kế thừa",
    "calendar_revision": "Việc áp dụng lịch làm việc",
    "migration": "Việc chuyển hồ sơ sang phiên bản khác của thủ tục",
}
_OTHERS = ("Thông báo về hồ sơ {code}", "Có thông báo mới về hồ sơ {code}.")


class MailSettings(BaseSettings):
    """Settings of e-mail: each field from `HOSO_` and its name in capitals.

    Without a folder and a server, nothing is sent.
    """

    model_config = SettingsConfigDict(env_prefix="HOSO_", extra="ignore")

    #: The address that mail comes from.
    mail_sender: str = "hoso@localhost"
    #: A folder that gets each message with an address as an .eml file, for a mail gateway to fetch or for somebody to look at.
    mail_folder: Path | None = None
    #: The SMTP server that takes what has an address.
    smtp_host: str | None = None
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    #: STARTTLS with a certificate that is checked, before anything is said; off only for a server on this machine.
    smtp_tls: bool = True
    #: Seconds that one answer of the server may take; the answer to the mail itself four times as long. With the most, a
    #: round of delivery and its last mail still end before the lease of what they have in hand.
    smtp_timeout: float = Field(default=30, gt=0, le=40)


def transports(settings: MailSettings) -> tuple[outbox.Transport, ...]:
    """Transports that the settings name.

    A message that none of them serves is not sent; it is set aside as for the portal.
    """
    ways: list[outbox.Transport] = []
    if settings.mail_folder:
        ways.append(Folder(settings.mail_folder, settings.mail_sender))
    if settings.smtp_host:
        ways.append(Server(settings))
    return tuple(ways)


def compose(message: outbox.Message, sender: str) -> EmailMessage:
    """The e-mail of a message; every attempt gives the same one."""
    subject, text = said(message.topic, {**message.payload, **message.secret})
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = message.address or "undisclosed-recipients:;"
    mail["Date"] = message.created_at
    mail["Message-ID"] = message_id(message.dedup_key)
    mail["Auto-Submitted"] = "auto-generated"
    mail["Subject"] = subject
    mail.set_content(text, cte="base64")
    return mail


def said(topic: str, payload: Mapping[str, Any]) -> tuple[str, str]:
    """Subject and text of a message in Vietnamese, for mails and lists alike."""
    subject, text = WORDING.get(topic, _OTHERS)
    words = _words(payload)
    return subject.format_map(words), text.format_map(words)


def message_id(dedup_key: str) -> str:
    """The Message-ID of a message, the same for every copy of it."""
    return f"<{quote(dedup_key, safe='')}@hoso>"


def _words(payload: Mapping[str, Any]) -> dict[str, str]:
    due = payload.get("due")
    instant = datetime.fromisoformat(due).astimezone(localtime.ZONE) if due else None
    return {
        "code": str(payload.get("code") or payload.get("reference") or ""),
        "step": str(payload.get("step") or ""),
        "due": f"{instant:%H:%M ngày %d/%m/%Y}" if instant else "",
        "unit": str(payload.get("unit_name") or ""),
        "day": f"{date.fromisoformat(payload['day']):%d/%m/%Y}" if "day" in payload else "",
        "secret": str(payload.get("secret") or "…"),
        "job": _JOBS.get(str(payload.get("kind")), "Việc"),
        **{name: str(payload.get(name, "")) for name in ("subject", "moved", "left", "report", "period")},
    }


@dataclass(frozen=True, slots=True)
class Folder:
    """Messages with an address as files; sent twice, it is the same file."""

    path: Path
    sender: str

    @property
    def server(self) -> None:
        """No server is behind a folder."""

    async def send(self, message: outbox.Message) -> bool:
        """Write the file whole or not at all. Raises OSError, Refused."""
        if not message.address:
            return False
        await asyncio.to_thread(self._write, message)
        return True

    def _write(self, message: outbox.Message) -> None:
        mail = _written(message, self.sender)
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = hashlib.sha256(message.dedup_key.encode()).hexdigest()[:32]
        part = self.path / f".{name}.part"
        # In a folder that others enter too, they find no letters that they can read.
        part.unlink(missing_ok=True)
        with open(part, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(mail)
        part.replace(self.path / f"{name}.eml")


@dataclass(frozen=True, slots=True)
class Server:
    """An SMTP server; messages without an address are not for it."""

    settings: MailSettings

    @property
    def server(self) -> str:
        """Its name among those that may be away."""
        return self._access.name

    async def send(self, message: outbox.Message) -> bool:
        """Hand the mail over. Raises Undeliverable with the server's code, never with the address."""
        if not message.address:
            return False
        sender = self.settings.mail_sender
        await smtp.hand_over(self._access, sender, message.address, _written(message, sender))
        return True

    @property
    def _access(self) -> smtp.Access:
        it = self.settings
        password = it.smtp_password.get_secret_value() if it.smtp_password else None
        return smtp.Access(
            it.smtp_host or "", it.smtp_port, it.smtp_tls, it.smtp_user, password, it.smtp_timeout
        )


def _written(message: outbox.Message, sender: str) -> bytes:
    """The mail's bytes. Raises Refused for what can be in no header."""
    try:
        return compose(message, sender).as_bytes(policy=LINES)
    except ValueError as wrong:
        raise outbox.Refused("it cannot be written as a mail") from wrong
