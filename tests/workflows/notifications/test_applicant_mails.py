"""Mails to applicants: of each topic what it must hold, by whatever channel they filed, in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from email.message import EmailMessage
from html import unescape
from typing import Any

import pytest

from hoso_workflows.correspondence import applicant_mails
from hoso_workflows.lifecycle import commands
from hoso_workflows.lifecycle.commands import Applicant
from hoso_workflows.notifications import email, outbox, rules
from hoso_workflows.notifications.applicants import words as registry
from hoso_workflows.notifications.outbox import Message
from support import mail_text
from support.builders.histories import local
from support.world import DESK, PROVINCE, Outcome, World, person

# Each test has dossiers of its own.
pytestmark = pytest.mark.world("shared")

AT = local("2026-03-06 09:00")
ORIGIN = "https://motcua.example.vn"
RECEPTION = person("reception", DESK)
#: What every mail says: what it is about, and whom to ask.
PROCEDURE = (
    "Cấp giấy chứng nhận lưu hành tự do (CFS) đối với hàng hóa xuất khẩu trong lĩnh vực báo chí, xuất bản"
)
TELEPHONE = "(0239) 3855 555"
RECEIVING, HANDLING = "Trung tâm Phục vụ hành chính công tỉnh", "Sở Văn hóa, Thể thao và Du lịch"
APPOINTED, ANSWER, RECEIVED = "05/03/2026", "13/03/2026", "02/03/2026"

#: Topic → what its event says, what the mail must say of it in any language, and what is to be done: online and elsewhere in
#: Vietnamese, online and elsewhere in English.
MUST: dict[str, tuple[dict[str, Any], tuple[str, ...], tuple[str, str, str, str]]] = {
    "applicant.filed": (
        {},
        ("15:00", RECEIVED),
        ("trả lời bạn đúng hạn", "trả lời bạn đúng hạn", "answers you in time", "answers you in time"),
    ),
    "applicant.accepted": (
        {},
        ("17:00", APPOINTED),
        ("vào ngày hẹn", "Giữ giấy tiếp nhận", "on the appointed day", "Keep the receipt"),
    ),
    "applicant.refused": (
        {"reason": "Không thuộc thẩm quyền"},
        ("Không thuộc thẩm quyền",),
        ("nộp hồ sơ mới", "nộp hồ sơ mới", "file a new dossier", "file a new dossier"),
    ),
    "applicant.supplement_asked": (
        {"reason": "Bản sao mờ", "items": ["Hộ chiếu", "Ảnh 4×6"], "justification": "chỉ cán bộ đọc"},
        ("17:00", ANSWER, "Bản sao mờ", "Hộ chiếu", "Ảnh 4×6"),
        ("ở trang hồ sơ", "đến nơi đã nộp hồ sơ", "on the page of your dossier", "office where you filed"),
    ),
    "applicant.result_ready": (
        {"result": "not_eligible", "reason": "Không đủ điều kiện"},
        ("Không đủ điều kiện",),
        ("mang theo giấy tờ tùy thân", "mang theo giấy tờ tùy thân", "identity card", "identity card"),
    ),
    "applicant.withdrawn": (
        {},
        (),
        ("báo ngay", "báo ngay", "at once", "at once"),
    ),
    "applicant.stopped": (
        {"ground": "Không còn đối tượng", "basis": ["Điều 10"], "reason": "lời của bản vẽ"},
        ("Không còn đối tượng", "Điều 10"),
        ("nộp hồ sơ mới", "nộp hồ sơ mới", "file a new dossier", "file a new dossier"),
    ),
    "applicant.closed_unanswered": (
        {"answer_due": "2026-03-04T17:00:00+07:00"},
        ("17:00", "04/03/2026"),
        ("nộp hồ sơ mới", "nộp hồ sơ mới", "file a new dossier", "file a new dossier"),
    ),
    "applicant.transferred": (
        {"reason": "Thuộc ngành y tế", "to": "H27.SYT", "authority": None},
        ("Sở Y tế", "Thuộc ngành y tế"),
        ("hỏi cơ quan nhận", "hỏi cơ quan nhận", "ask the authority", "ask the authority"),
    ),
    "applicant.suspended": (
        {"reason": "Chờ giám định", "basis": ["Điều 7", "Điều 8"], "expected_end": "2026-03-20"},
        ("Chờ giám định", "Điều 7", "Điều 8", "20/03/2026"),
        ("báo ngày hẹn", "báo ngày hẹn", "told the appointed day", "told the appointed day"),
    ),
    "applicant.suspension_ended": (
        {"reason": "Đã có kết luận"},
        ("17:00", APPOINTED, "Đã có kết luận"),
        ("vào ngày hẹn", "vào ngày hẹn", "on the appointed day", "on the appointed day"),
    ),
    "applicant.obligation_set": (
        {"reason": "Thuế đất", "basis": ["Điều 9"], "amount": 50000, "document": "Thông báo 12/TB"},
        ("Thuế đất", "Điều 9", "Thông báo 12/TB"),
        ("chứng từ ở trang hồ sơ", "chứng từ đến nơi", "proof on the page", "proof to the office"),
    ),
    "applicant.appointed": (
        {"proof": "Biên lai 7"},
        ("17:00", APPOINTED),
        ("vào ngày hẹn", "vào ngày hẹn", "on the appointed day", "on the appointed day"),
    ),
    "applicant.extended": (
        {"term": "2 ngày làm việc", "kind": "law", "reason": "Hồ sơ phức tạp", "basis": ["Điều 5"]},
        ("17:00", APPOINTED, "Hồ sơ phức tạp", "Điều 5"),
        ("vào ngày hẹn", "vào ngày hẹn", "on the appointed day", "on the appointed day"),
    ),
    "applicant.reappointed": (
        {"due": "2026-03-05T10:00:00+00:00", "reason": "Quá tải", "before": "2026-03-04T10:00:00+00:00"},
        ("17:00", APPOINTED, "Quá tải"),
        ("vào ngày hẹn", "vào ngày hẹn", "on the appointed day", "on the appointed day"),
    ),
    "applicant.rectified": (
        {"reason": "Sai họ tên", "fields": ["name"], "own_fault": True},
        ("Sai họ tên",),
        ("còn sai thì báo", "Hỏi nơi ghi dưới đây", "if it is still wrong", "Ask the office below"),
    ),
    "applicant.disclosed": (
        {"recipient": "Tòa án tỉnh", "basis": "Điều 3", "purpose": "Xét xử", "decision": "1/QĐ"},
        ("Tòa án tỉnh", "Điều 3", "Xét xử"),
        ("phản ánh", "phản ánh", "If you think it wrong", "If you think it wrong"),
    ),
    "applicant.fee_assessed": (
        {"fee": 1, "title": "Lệ phí cấp phép", "amount": 1250000, "due": "return"},
        ("Lệ phí cấp phép",),
        ("Nộp tiền ở trang hồ sơ", "Nộp tiền tại nơi đã nộp", "Pay on the page", "Pay at the office"),
    ),
    "applicant.fee_exempted": (
        {"fee": 1, "title": "Lệ phí cấp phép", "amount": 1250000, "basis": "Hộ nghèo"},
        ("Lệ phí cấp phép", "Hộ nghèo"),
        ("không phải nộp", "không phải nộp", "do not have to pay", "do not have to pay"),
    ),
    "applicant.payment_recorded": (
        {"payment": "x", "fee": 1, "title": "Lệ phí cấp phép", "amount": 1250000, "method": "cash"},
        ("Lệ phí cấp phép",),
        ("Biên lai ở trang hồ sơ", "Giữ biên lai", "receipt is on the page", "Keep the receipt"),
    ),
    "applicant.payment_cancelled": (
        {"payment": "x", "fee": 1, "amount": 1250000, "reason": "Ghi nhầm"},
        ("Ghi nhầm",),
        ("còn phải nộp ở trang", "Hỏi nơi đã nộp", "See on the page", "Ask the office"),
    ),
    "applicant.payment_refunded": (
        {"refund": "x", "payment": "x", "fee": 1, "amount": 1250000, "method": "cash", "reason": "Nộp thừa"},
        ("Nộp thừa",),
        ("chưa nhận được thì báo", "chưa nhận được thì báo", "if not, tell", "if not, tell"),
    ),
    "applicant.result_corrected": (
        {"title": "Giấy phép", "reason": "Sai số hiệu"},
        ("Sai số hiệu",),
        ("Nhận bản đúng", "Nhận bản đúng", "Take the correct result", "Take the correct result"),
    ),
    "applicant.reopened": (
        {"reason": "Theo kết luận thanh tra", "basis": ["Điều 12"], "term": "3 ngày làm việc"},
        ("17:00", APPOINTED, "Theo kết luận thanh tra", "Điều 12"),
        ("vào ngày hẹn", "vào ngày hẹn", "on the appointed day", "on the appointed day"),
    ),
    "applicant.desk_wrote": (
        {"text": "Mời bạn đến ký lúc 8:00.\nMang theo bản chính."},
        ("Mời bạn đến ký lúc 8:00.", "Mang theo bản chính."),
        ("viết ở mục Hỏi đáp", "liên hệ nơi ghi", "under Questions", "turn to the office"),
    ),
    "applicant.calendar_revised": (
        {"basis": "Nghỉ bù"},
        ("17:00", APPOINTED),
        ("vào ngày hẹn", "vào ngày hẹn", "on the appointed day", "on the appointed day"),
    ),
}
#: What stands in a payload and is for nobody outside.
INNER = ("chỉ cán bộ đọc", "lời của bản vẽ")
#: Sums, as each language writes them.
SUMS = {50000: ("50.000 đồng", "50,000 VND"), 1250000: ("1.250.000 đồng", "1,250,000 VND")}
LANGUAGES = ("vi", "en")


class Heard:
    """A way out that keeps what it was given."""

    server = None

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def send(self, message: Message) -> bool:
        self.messages.append(message)
        return message.address is not None


async def filed(world: World, channel: str) -> Outcome:
    """A dossier that was accepted, with dates that are easily told apart."""
    dossier = await world.accepts(await world.files(channel=channel))
    await world.changed("update unit set telephone = $2 where code = $1", DESK, TELEPHONE)
    await world.changed(
        "update dossier set due_promised = '2026-03-05 17:00+07', reception_due = '2026-03-02 15:00+07',"
        " answer_due = '2026-03-13 17:00+07' where reference = $1",
        dossier.reference,
    )
    return dossier


async def message(
    world: World, dossier: Outcome, topic: str, said: dict[str, Any], number: int = 900
) -> Message:
    """The message about an event, with the event in the dossier's history."""
    kinds = {told: kind for kind, told in rules.TOPICS.items()} | {rules.CALENDAR_REVISED: "calendar_revised"}
    await world.changed(
        "insert into dossier_event (dossier_id, seq, at, kind, actor_id, payload, digest, previous, hash)"
        " select id, $2, $3, $4, $5, $6, '', '', '' from dossier where reference = $1",
        dossier.reference,
        number,
        AT,
        str(kinds[topic]),
        RECEPTION,
        said,
    )
    about = {"reference": dossier.reference, "code": dossier.code, "seq": number}
    return Message(1, f"{dossier.reference}/{number}", topic, None, None, about, AT, 1, "a@example.org")


async def told(world: World, about: Message, origin: str | None = ORIGIN) -> Message:
    """A message with its facts, as a transport gets it."""
    heard = Heard()
    (way,) = applicant_mails.to_applicants([heard], world.db, origin)
    assert await way.send(about)
    return heard.messages[0]


def composed(about: Message, language: str) -> EmailMessage:
    return email.compose(replace(about, language=language), "hoso@example.org")


def words(mail: EmailMessage) -> tuple[str, str]:
    """The text of a mail and that of its page."""
    return mail_text.plain(mail), unescape(mail_text.html(mail))


def missing(expected: Iterable[str], said: str) -> list[str]:
    return [each for each in expected if each not in said]


def test_the_table_names_every_topic_of_which_applicants_are_told() -> None:
    topics = {
        topic for topic in (*rules.TOPICS.values(), rules.CALENDAR_REVISED) if topic.startswith("applicant.")
    }
    assert set(MUST) == topics
    for language in (registry.VIETNAMESE, registry.ENGLISH):
        assert set(language.topics) == topics == set(registry.FACTS)
        assert {
            *registry.COMMON,
            *(each for facts in registry.FACTS.values() for each in facts),
        } == {*language.labels} - {"todo"}


@pytest.mark.parametrize("topic", sorted(MUST))
async def test_a_mail_says_what_it_is_about_what_to_do_by_when_and_whom_to_ask(
    world: World, topic: str
) -> None:
    said, of_event, todo = MUST[topic]
    for column, channel in enumerate(("online", "desk")):
        dossier = await filed(world, channel)
        about = await told(world, await message(world, dossier, topic, said))
        assert dossier.code is not None
        place = (
            f"{ORIGIN}/ho-so/{dossier.code}" if channel == "online" else f"{ORIGIN}/tra-cuu/{dossier.code}"
        )
        for row, language in enumerate(LANGUAGES):
            sums = (SUMS[said["amount"]][row],) if "amount" in said else ()
            expected = (PROCEDURE, RECEIVING, TELEPHONE, HANDLING, dossier.code, place, RECEIVED)
            expected = (*expected, *of_event, *sums, todo[2 * row + column])
            for text in words(composed(about, language)):
                assert missing(expected, text) == []
                assert [each for each in INNER if each in text] == []


async def test_how_a_dossier_was_filed_and_when_a_fee_is_paid_are_said_in_words(world: World) -> None:
    fee = MUST["applicant.fee_assessed"][0]
    found = {}
    for channel in ("online", "desk", "post"):
        about = await told(
            world, await message(world, await filed(world, channel), "applicant.fee_assessed", fee)
        )
        for language in LANGUAGES:
            lines = mail_text.plain(composed(about, language)).splitlines()
            found[channel, language] = [
                each for each in lines if each.startswith(("Đã nộp", "Filed", "Thời", "To be"))
            ]

    assert found == {
        ("online", "vi"): ["Thời điểm nộp: khi nhận kết quả", "Đã nộp: trực tuyến, ngày 02/03/2026"],
        ("online", "en"): ["To be paid: when the result is handed over", "Filed: online, on 02/03/2026"],
        ("desk", "vi"): ["Thời điểm nộp: khi nhận kết quả", "Đã nộp: tại bộ phận một cửa, ngày 02/03/2026"],
        ("desk", "en"): [
            "To be paid: when the result is handed over",
            "Filed: at the one-stop desk, on 02/03/2026",
        ],
        ("post", "vi"): ["Thời điểm nộp: khi nhận kết quả", "Đã nộp: qua bưu chính, ngày 02/03/2026"],
        ("post", "en"): ["To be paid: when the result is handed over", "Filed: by post, on 02/03/2026"],
    }


@pytest.mark.parametrize(
    ("mode", "vietnamese", "english"),
    [
        ("counter", "Đến nơi tiếp nhận", "Fetch the result at the office"),
        ("post", "kết quả được gửi qua bưu chính", "the result is sent by post"),
        ("online", "Nhận kết quả điện tử", "Take the electronic result"),
    ],
)
async def test_a_result_is_fetched_or_comes_as_its_applicant_wanted(
    world: World, mode: str, vietnamese: str, english: str
) -> None:
    dossier = await filed(world, "online")
    await world.changed("update dossier set delivery_mode = $2 where reference = $1", dossier.reference, mode)
    about = await told(world, await message(world, dossier, "applicant.result_ready", {}))

    assert vietnamese in mail_text.plain(composed(about, "vi"))
    assert english in mail_text.plain(composed(about, "en"))


async def test_a_mail_reads_as_one_text_from_what_happened_to_how_to_be_told_otherwise(world: World) -> None:
    said = MUST["applicant.supplement_asked"][0]
    dossier = await filed(world, "online")
    about = await told(world, await message(world, dossier, "applicant.supplement_asked", said))

    mail = composed(about, "vi")
    assert (mail["Subject"], mail_text.plain(mail)) == (
        f"Yêu cầu bổ sung hồ sơ {dossier.code}",
        f"""Hồ sơ {dossier.code} cần được bổ sung, hoàn thiện.

Việc cần làm: Gửi giấy tờ bổ sung đúng hạn ở trang hồ sơ của bạn. Quá hạn, hồ sơ dừng giải quyết.
Hạn bổ sung: 17:00 ngày 13/03/2026
Lý do: Bản sao mờ
Nội dung cần bổ sung:
– Hộ chiếu
– Ảnh 4×6
Thủ tục: {PROCEDURE}
Mã hồ sơ: {dossier.code}
Đã nộp: trực tuyến, ngày 02/03/2026
Nơi giải quyết: {HANDLING}
Nơi tiếp nhận, trả lời câu hỏi: {RECEIVING}, điện thoại {TELEPHONE}
Trang hồ sơ của bạn: {ORIGIN}/ho-so/{dossier.code}

Thư này được gửi tự động; xin đừng trả lời. Chọn cách nhận thư: {ORIGIN}/cua-toi/nhan-thu
""",
    )


async def test_without_an_address_of_our_pages_a_mail_has_no_link_and_says_the_rest(world: World) -> None:
    about = await message(world, await filed(world, "online"), "applicant.refused", {"reason": "Sai mẫu"})
    plain = mail_text.plain(composed(await told(world, about, None), "vi"))

    assert "://" not in plain
    assert missing((PROCEDURE, "Sai mẫu", RECEIVING), plain) == []


@pytest.mark.parametrize(("channel", "place"), [("online", "/ho-so/"), ("desk", None)])
async def test_what_has_no_code_yet_is_linked_on_its_own_page_alone(
    world: World, channel: str, place: str | None
) -> None:
    dossier = await world.files(channel=channel)
    plain = mail_text.plain(
        composed(await told(world, await message(world, dossier, "applicant.filed", {})), "vi")
    )

    links = [line.partition(": ")[2] for line in plain.splitlines() if line.startswith(("Trang", "Tra cứu"))]
    assert links == ([] if place is None else [f"{ORIGIN}{place}{dossier.reference}"])
    assert f"Mã hồ sơ: {dossier.reference}\n" in plain


async def test_of_an_event_that_was_erased_a_mail_says_nothing(world: World) -> None:
    dossier = await filed(world, "online")
    about = await message(world, dossier, "applicant.refused", {"reason": "Không đủ tuổi"})
    await world.changed(
        "update dossier_event set payload = null, salt = null from dossier d"
        " where d.id = dossier_id and d.reference = $1 and seq = 900",
        dossier.reference,
    )
    plain = mail_text.plain(composed(await told(world, about), "vi"))

    assert "Lý do:" not in plain
    assert f"Mã hồ sơ: {dossier.code}\n" in plain


async def test_a_page_shows_texts_of_officers_as_text(world: World) -> None:
    reason = "<img src=x onerror=alert(1)> & 5 < 6"
    about = await told(
        world, await message(world, await filed(world, "desk"), "applicant.refused", {"reason": reason})
    )
    page = mail_text.html(composed(about, "vi"))

    assert "<img" not in page
    assert reason in unescape(page)


async def test_a_desk_without_a_number_has_that_of_its_authority_and_of_no_other(world: World) -> None:
    dossier = await filed(world, "desk")
    about = await message(world, dossier, "applicant.accepted", {})

    async def named(desk: str | None, province: str | None, *, authority: bool) -> str | None:
        await world.changed(
            "update unit set telephone = $2, is_authority = $3 where code = $1", DESK, desk, authority
        )
        await world.changed("update unit set telephone = $2 where code = $1", PROVINCE, province)
        said = (await told(world, about)).payload["facts"]["telephone"]
        return str(said) if said else None

    assert await named("1022", "1900 1234", authority=False) == "1022"
    assert await named(None, "1900 1234", authority=False) == "1900 1234"
    assert await named(None, "1900 1234", authority=True) is None
    await named(TELEPHONE, None, authority=True)


async def test_acts_at_the_desk_mail_what_is_missing_and_the_appointed_day(world: World) -> None:
    applicant = Applicant("Người nộp 1", identifier="000000000001", email="nguoi.nop@example.org")
    before = await world.files(applicant=applicant)
    asked = await world.does(
        before, commands.AskSupplement("Bản sao mờ", ("Hộ chiếu",)), RECEPTION, "2026-03-02 08:30"
    )
    heard = Heard()
    ways = applicant_mails.to_applicants([heard], world.db, ORIGIN)
    await outbox.deliver(world.db, ways, at=local("2026-03-02 08:31"))
    received = await world.does(asked, commands.ReceiveSupplement(), RECEPTION, "2026-03-02 08:45")
    accepted = await world.accepts(received)
    await outbox.deliver(world.db, ways, at=local("2026-03-02 09:01"))

    mine = {
        each.topic: mail_text.plain(composed(each, "vi"))
        for each in heard.messages
        if each.payload.get("reference") == before.reference
    }
    assert sorted(mine) == ["applicant.accepted", "applicant.filed", "applicant.supplement_asked"]
    supplement = mine["applicant.supplement_asked"]
    assert missing(("Lý do: Bản sao mờ", "Nội dung cần bổ sung: Hộ chiếu", "Hạn bổ sung: "), supplement) == []
    assert "Ngày hẹn trả kết quả: 17:00 ngày 05/03/2026" in mine["applicant.accepted"]
    assert f"{ORIGIN}/tra-cuu/{accepted.code}" in mine["applicant.accepted"]


async def test_a_digest_says_of_each_dossier_what_its_own_mail_says(world: World) -> None:
    several = []
    for number, topic in enumerate(("applicant.refused", "applicant.supplement_asked"), start=901):
        about = await message(world, await filed(world, "online"), topic, MUST[topic][0], number)
        several.append(about)
    digest = replace(
        several[0],
        topic="digest",
        payload={"messages": [{"topic": each.topic, "payload": each.payload} for each in several]},
    )
    plain, page = words(composed(await told(world, digest), "vi"))

    for text in (plain, page):
        assert missing(("Không thuộc thẩm quyền", "Hộ chiếu", "17:00 ngày 13/03/2026"), text) == []
        assert text.count("Thư này được gửi tự động") == 1
