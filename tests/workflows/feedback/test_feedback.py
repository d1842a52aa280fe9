"""Feedback: numbered, due by working time, answered once, public without its sender, forgotten after a year."""

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from hoso_models import FeedbackKind
from hoso_workflows import errors
from hoso_workflows.feedback import feedback, mailing, reading, refusals
from hoso_workflows.feedback.feedback import Said
from hoso_workflows.identity.sealing import Seal
from hoso_workflows.notifications import email, notices, outbox
from support import world as worlds
from support.coordinators import appointed, asked
from support.world import DEPARTMENT, OTHER, PROVINCE, World, instant, person

SEAL = Seal(lambda: bytes(32))
AT = instant("2026-03-02 09:00")
SENDER = {"name": "CHIM Tên", "email": "chim@nguoi-nop.test", "wants_answer": True}


async def given(world: World, **said: object) -> reading.Feedback:
    desk = await feedback.desk(world.service, SEAL, at=AT)
    what = {"kind": FeedbackKind.PORTAL, "text": "CHIM Trang mở chậm", **SENDER, **said}
    return await feedback.give(desk, Said(**what), by=None, at=AT)  # type: ignore[arg-type]  # fields of the value


async def test_feedback_is_forwarded_answered_once_and_public_without_its_sender(world: World):
    coordinator, head = await appointed(world), person("head", OTHER)
    first, second = await given(world), await given(world, kind=FeedbackKind.PROCEDURE, procedure="1.013871")
    assert [each.number for each in (first, second)] == ["GY-2026-000001", "GY-2026-000002"]
    assert (first.unit, first.due_at) == (PROVINCE, instant("2026-03-16 17:00"))
    sent = await feedback.forward(world.db, SEAL, first.id, OTHER, asked(coordinator))
    assert (sent.unit, sent.name, sent.text) == (OTHER, "CHIM Tên", "CHIM Trang mở chậm")
    with pytest.raises(errors.NotFound):
        await reading.one(world.db, SEAL, first.id, asked(person("head", DEPARTMENT)))
    with pytest.raises(errors.Forbidden):
        await feedback.answer(
            world.db, SEAL, first.id, "Không phải của tôi", asked(person("head", DEPARTMENT))
        )
    done = await feedback.answer(world.db, SEAL, first.id, "Đã sửa", asked(head), summary="Cổng mở chậm")
    assert (done.published, done.overdue) == (True, False)
    with pytest.raises(refusals.FeedbackAnswered):
        await feedback.answer(world.db, SEAL, first.id, "Lần nữa", asked(head))
    (shown,) = (await reading.published(world.db)).items
    assert (shown.summary, shown.answer) == ("Cổng mở chậm", "Đã sửa")
    receipt = await reading.receipt(world.db, first.id)
    assert "CHIM" not in str((shown, receipt))
    kinds = await world.db.rows(
        "select kind from administration_event where subject = $1 order by number", [str(first.id)]
    )
    assert [row.kind for row in kinds] == ["feedback_forwarded", "feedback_answered"]
    told = await world.db.rows("select payload from outbox where topic = 'feedback.forwarded'")
    assert told
    assert "CHIM" not in str([row.payload for row in told])


async def test_who_said_it_is_sealed_and_forgotten_a_year_after_the_answer(world: World):
    coordinator = await appointed(world)
    made = await given(world)
    (row,) = await world.db.rows("select feedback::text as all from feedback where id = $1", [made.id])
    assert "CHIM" not in row.all
    await feedback.answer(world.db, SEAL, made.id, "Đã sửa", asked(coordinator))
    answered = instant("2026-03-02 09:00")
    assert await feedback.forget(world.db, at=answered + feedback.KEPT) == 0
    assert await feedback.forget(world.db, at=answered + feedback.KEPT + timedelta(days=1)) == 1
    (kept,) = (await reading.listed(world.db, SEAL, None, AT)).items
    assert (kept.text, kept.name, kept.email, kept.answer) == (None, None, None, "Đã sửa")


def read(folder: Path) -> list[EmailMessage]:
    """The mails in a folder."""
    return [message_from_bytes(each.read_bytes(), policy=policy.default) for each in folder.iterdir()]


async def test_the_answer_is_mailed_to_the_sealed_address_of_who_wants_it(world: World, tmp_path: Path):
    coordinator, citizen = await appointed(world), worlds.CITIZEN
    desk = await feedback.desk(world.service, SEAL, at=AT)
    made = await given(world)
    own = await feedback.give(
        desk,
        Said(FeedbackKind.PORTAL, "CHIM Của tôi", email="chim@khac.test", wants_answer=True),
        by=citizen,
        at=AT,
    )
    forgotten, unwanted = await given(world), await given(world, wants_answer=False)
    for each in (made, own, forgotten, unwanted):
        await feedback.answer(world.db, SEAL, each.id, "Đã sửa.\nMời xem lại.", asked(coordinator))
    await world.changed("update feedback set sealed = null where id = $1", forgotten.id)
    rows = await world.db.rows(
        "select o::text as all, recipient_id from outbox o where topic = 'feedback.answered'"
    )
    assert {row.recipient_id for row in rows} == {None, citizen}
    assert "CHIM" not in str(rows).upper()
    assert "Đã sửa" not in str(rows)
    for _ in range(2):
        ways = mailing.to_senders([email.Folder(tmp_path, "mot-cua@tinh.test")], world.db, SEAL, at=AT)
        await outbox.deliver(world.db, ways, at=AT)
    mails = read(tmp_path)
    told = f"UBND tỉnh đã trả lời góp ý {made.number} của bạn.\n\nĐã sửa.\n\nMời xem lại.\n"
    assert {each["To"]: each["Subject"] for each in mails} == {
        "chim@nguoi-nop.test": f"Trả lời góp ý {made.number}",
        "chim@khac.test": f"Trả lời góp ý {own.number}",
    }
    assert told in [body.get_content() for each in mails if (body := each.get_body(("plain",)))]
    states = await world.db.rows(
        "select payload->>'subject' as number, sent_at is not null as sent, aside from outbox where topic = 'feedback.answered'"
    )
    assert {tuple(row) for row in states} == {
        (made.number, True, None),
        (own.number, True, None),
        (forgotten.number, False, "unreached"),
    }
    (listed,) = (await notices.listed(world.db, citizen)).items
    assert listed.text == f"UBND tỉnh đã trả lời góp ý {own.number} của bạn."


async def test_a_unit_proposes_and_who_wants_an_answer_says_where(world: World):
    coordinator = await appointed(world)
    desk = await feedback.desk(world.service, SEAL, at=AT)
    made = await feedback.propose(desk, OTHER, "Nhận hồ sơ sáng thứ Bảy", asked(person("specialist", OTHER)))
    assert (made.kind, made.from_unit, made.unit) == (FeedbackKind.PROPOSAL, OTHER, PROVINCE)
    page = await reading.read(world.db, SEAL, asked(coordinator), waiting=True)
    assert [each.id for each in page.items] == [made.id]
    for wrong in ({"text": " "}, {"email": ""}, {"email": "khong-phai"}, {"kind": FeedbackKind.PROPOSAL}):
        with pytest.raises(errors.FormRefused):
            await given(world, **wrong)
    with pytest.raises(errors.NotFound):
        await reading.receipt(world.db, made.id)
