"""`hoso sweep`: what Prefect triggers every few minutes, once, by hand or by cron."""

from contextlib import aclosing
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer

from hoso_api.cli import console, instants, signals
from hoso_api.installation import installation
from hoso_api.settings import Settings
from hoso_api.system_clock import now
from hoso_models.storage.database import Database
from hoso_workflows import drafts
from hoso_workflows.attachments import sweep as file_sweep
from hoso_workflows.attachments.settings import StoreSettings
from hoso_workflows.attachments.store import Store
from hoso_workflows.calendars import application
from hoso_workflows.correspondence import applicant_mails
from hoso_workflows.dossiers import due_timers
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.drafts import parked_forms
from hoso_workflows.embedding import seen
from hoso_workflows.feedback import feedback, mailing
from hoso_workflows.identity import contact_points, expiry
from hoso_workflows.jobs import register as jobs
from hoso_workflows.jobs import runner
from hoso_workflows.monitoring import duty_alarm, escalation, lapsed_terms, reassignments
from hoso_workflows.notifications import email, outbox
from hoso_workflows.notifications.quiet_hours import Holding
from hoso_workflows.operation import rate_limit, retention, sweep_progress
from hoso_workflows.payments import gateway, reconciliation
from hoso_workflows.payments.settings import PaymentSettings
from hoso_workflows.portals import resending
from hoso_workflows.privacy import destruction
from hoso_workflows.reports.obligations import sweep as obligation_sweep
from hoso_workflows.tasks import kept
from hoso_workflows.webhooks import delivery as webhooks
from hoso_workflows.webhooks.settings import WebhookSettings, seal

app = typer.Typer(
    add_completion=False,
    help="Fire due timers, escalate what is late, deliver messages, delete what is old: once, without Prefect.",
)


#: What was done, in the words of those who read it.
WORDS = {
    "timers": "Hẹn giờ của quy trình",
    "advanced": "Đã đến giờ, đi tiếp",
    "failed": "Lỗi, sẽ thử lại",
    "lapsed": "Thời hạn đã hết",
    "closed_unanswered": "Đóng hồ sơ không bổ sung",
    "silent": "Không trả lời lấy ý kiến",
    "escalation": "Nhắc việc",
    "ran": "Đã quét",
    "step_due": "Bước quá hạn, nhắc người giữ",
    "step_unclaimed": "Bước quá hạn chưa ai nhận, nhắc thủ trưởng",
    "due_soon": "Hồ sơ sắp đến hạn",
    "overdue": "Hồ sơ quá hạn",
    "overdue_received": "Hồ sơ quá hạn, báo nơi tiếp nhận",
    "return_overdue": "Kết quả chưa trả được đúng hẹn",
    "reception_waits": "Hồ sơ chờ tiếp nhận",
    "reception_overdue": "Hồ sơ quá hạn tiếp nhận",
    "report_due": "Báo cáo sắp đến hạn",
    "report_late": "Báo cáo quá hạn",
    "report_awaited": "Báo cáo quá hạn, báo nơi chờ",
    "report_late_agency": "Báo cáo quá hạn, báo thủ trưởng cơ quan",
    "report_late_coordinator": "Báo cáo quá hạn, báo cơ quan đầu mối",
    "messages": "Tin nhắn mới",
    "unaddressed": "Chưa có người nhận",
    "reassigned": "Chuyển bước quá hạn",
    "given": "Chuyển cho người được báo",
    "returned": "Trả về đơn vị",
    "duty": "Lịch trực",
    "days": "Ngày chưa có người trực",
    "reports": "Báo cáo phải nộp",
    "generated": "Báo cáo mới đến kỳ",
    "outbox": "Gửi tin",
    "sent": "Đã gửi",
    "quarantined": "Để riêng, xem hoso outbox",
    "overtaken": "Không còn đúng, không gửi",
    "portal": "Chỉ có trong danh sách, không gửi thư",
    "held": "Chờ giờ làm việc hoặc thư tổng hợp",
    "away": "Máy chủ thư không dùng được",
    "portals": "Trạng thái cổng khác chưa xác nhận",
    "resent": "Gửi lại",
    "webhooks": "Gửi tin đến hệ thống khác",
    "payments": "Thanh toán trực tuyến",
    "asked": "Đơn đã hỏi cổng thanh toán",
    "paid": "Đơn đã nộp",
    "expired": "Đơn hết hạn nộp",
    "files": "Kho tệp hồ sơ",
    "uploads": "Lượt tải lên dở dang quá hạn",
    "objects": "Tệp không thuộc hồ sơ nào, đã xóa",
    "jobs": "Việc chạy lâu",
    "portions": "Phần đã làm",
    "expiry": "Xóa dữ liệu hết hạn lưu",
    "answers": "Câu trả lời cho yêu cầu gửi lại",
    "messages_gone": "Tin nhắn đã gửi",
    "notices": "Thông báo trong danh sách của người nhận",
    "accesses": "Dòng nhật ký truy cập",
    "portal_answers": "Trả lời của cổng khác",
    "attempts": "Lượt đăng nhập bỏ dở",
    "invitations": "Lời mời đã qua",
    "sessions": "Phiên đã kết thúc",
    "logout_tokens": "Mã đăng xuất đã dùng của nhà cung cấp",
    "used_signatures": "Chữ ký cuộc gọi đã dùng",
    "drafts": "Bản nháp hết hạn",
    "forms": "Biểu mẫu chờ đăng nhập hết hạn",
    "jobs_gone": "Việc chạy lâu đã kết thúc",
    "feedback_gone": "Nội dung góp ý đã trả lời quá hạn lưu",
    "sites_gone": "Lượt xem cũ của các trang nhúng danh mục",
    "kept": "Bản nháp và ngày xem lại của bước đã đóng",
    "unknown_people": "Người chưa liên kết, lâu không đến",
    "destruction": "Tiêu hủy theo danh mục",
    "erased": "Hồ sơ đã xóa dữ liệu",
    "refused": "Hồ sơ chưa xóa được",
    "contact_codes": "Mã xác nhận địa chỉ đã hết hạn",
    "contact_points": "Địa chỉ liên hệ cũ đã xóa",
}


@app.command()
def sweep(
    at: Annotated[str | None, typer.Option(help="As of this instant; now when absent.")] = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Do what is due: safe twice, late, and beside Prefect."""
    done = signals.run(_sweep(at))
    if json:
        console.json(done)
        return
    for name, counts in done.items():
        rows = [(WORDS.get(key, key), _figure(key, value)) for key, value in counts.items()]
        console.table("", (WORDS[name], "số"), rows, numbers=(1,))


def _figure(key: str, value: Any) -> Any:
    if isinstance(value, bool):
        no = "không, lượt khác đang chạy" if key == "ran" else "không"
        return "có" if value else no
    return len(value) if isinstance(value, dict) else value


async def _sweep(at: str | None) -> dict[str, dict[str, Any]]:
    when = instants.read(at, "--at")
    async with installation.opened() as db:
        service = DossierService(db)
        await rate_limit.delete_unused(db, at=when)
        fired = await due_timers.fire(service, at=when)
        await sweep_progress.record_success(db, sweep_progress.Sweep.FIRE_TIMERS, when)
        lapsed = await lapsed_terms.sweep(service, at=when)
        await application.catch_up(service, at=when)
        portions = await runner.run(service, clock=lambda: when)
        owed = await obligation_sweep.sweep(db, at=when)
        swept = await escalation.sweep(db, await service.reference_data.unit_calendars(), at=when, now=now())
        moved = await reassignments.run(service, at=when)
        alarmed = await duty_alarm.sweep(db, await service.reference_data.unit_calendars(), at=when)
        settings = email.MailSettings.read()
        holding = Holding(await service.reference_data.unit_calendars(), settings.quiet)
        ways = mailing.to_senders(email.transports(settings), db, seal(), at=when)
        ways = applicant_mails.to_applicants(ways, db, Settings().public_url)
        ways = contact_points.with_codes(ways, db, at=when)
        delivered = await outbox.deliver(db, ways, at=when, holding=holding)
        await sweep_progress.record_success(db, sweep_progress.Sweep.DELIVER, when)
        anew = await resending.sweep(db, at=when)
        told = await webhooks.deliver(db, WebhookSettings.read(), at=when, now=now(), holding=holding)
        expired = await _expired(db, when)
        await kept.make_findable(db)
        destroyed = await destruction.execute(service, at=when)
        reconciled = await _reconciled(service)
        # Last: a bucket that is away keeps nothing else.
        stored = await file_sweep.sweep(db, Store.of(StoreSettings.read()), at=when, now=now())
    reached = {str(level): number for level, number in swept.reached.items()}
    escalated = {"ran": swept.ran, **reached, "messages": swept.messages, "unaddressed": swept.unaddressed}
    given = {"given": moved.given, "returned": moved.returned, "failed": dict(moved.failed)}
    done = {
        "timers": asdict(fired),
        "lapsed": asdict(lapsed),
        "escalation": escalated,
        "reassigned": given,
        "duty": asdict(alarmed),
        "reports": asdict(owed),
        "jobs": {"portions": portions},
    }
    done["destruction"] = {"erased": destroyed.erased, "refused": dict(destroyed.refused or {})}
    return {
        **done,
        "outbox": asdict(delivered),
        "portals": asdict(anew),
        "webhooks": asdict(told),
        "payments": {**asdict(reconciled), "failed": dict(reconciled.failed)},
        "files": asdict(stored),
        "expiry": expired,
    }


async def _expired(db: Database, at: datetime) -> dict[str, int]:
    """Delete what is kept no longer; how many of each."""
    over = await expiry.expire(db, at=at)
    expired = await retention.expire(db, retention.ExpirySettings.read(), at=at)
    return {
        **asdict(expired),
        **asdict(over),
        "drafts": await drafts.expire(db, at=at),
        "forms": await parked_forms.expire(db, at=at),
        "jobs_gone": await jobs.expire(db, at=at),
        "feedback_gone": await feedback.forget(db, at=at),
        "sites_gone": await seen.forget(db, at=at),
        "kept": await kept.expire(db),
    }


async def _reconciled(service: DossierService) -> reconciliation.Reconciled:
    """By the host's clock, as the gateway signs by its own. Without a gateway nothing is done."""
    ours = gateway.of(PaymentSettings.read())
    if ours is None:
        return reconciliation.Reconciled()
    async with aclosing(ours):
        return await reconciliation.run(service, ours, at=now())
