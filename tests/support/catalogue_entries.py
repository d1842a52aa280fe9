"""A made-up set of procedures of a province: three levels, thirty fields, whatever number; the same for the same number.

Nothing in it is published anywhere: the codes begin with an 8, which no real procedure's does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from hoso_models import PrincipalKind, PublicationKind
from hoso_workflows import localtime
from hoso_workflows.catalogue import values
from hoso_workflows.catalogue.values import Content, Publication
from hoso_workflows.organisation import principals, units
from hoso_workflows.organisation.asking import Asked
from support.world import DEPARTMENT, FOUNDED, OTHER, PROVINCE, SINCE, World, instant, person

EDITOR = person("catalogue_editor", PROVINCE)
FIELDS: Sequence[str] = (
    *("An toàn thực phẩm", "Bảo hiểm xã hội", "Bảo trợ xã hội", "Báo chí, xuất bản", "Chăn nuôi, thú y"),
    *("Chứng thực", "Công nghiệp", "Dược, mỹ phẩm", "Đất đai", "Đấu thầu", "Điện lực", "Đường bộ"),
    *(
        "Giáo dục phổ thông",
        "Hộ tịch",
        "Hoạt động xây dựng",
        "Hóa chất",
        "Khám bệnh, chữa bệnh",
        "Khoáng sản",
    ),
    *("Lâm nghiệp", "Lao động, việc làm", "Lý lịch tư pháp", "Môi trường", "Người có công", "Nhà ở"),
    *("Nuôi con nuôi", "Quy hoạch", "Tài nguyên nước", "Thể thao", "Thủy sản", "Văn hóa, di sản"),
)
_ACTS = (
    "Cấp mới",
    "Cấp lại",
    "Gia hạn",
    "Điều chỉnh",
    "Thu hồi",
    "Công nhận",
    "Đăng ký",
    "Phê duyệt",
    "Xác nhận",
)
_THINGS = (
    *("giấy phép hoạt động", "giấy chứng nhận đủ điều kiện", "chứng chỉ hành nghề", "phương án sử dụng"),
    *(
        "hồ sơ thiết kế",
        "kế hoạch hằng năm",
        "quyết định hỗ trợ",
        "danh sách thành viên",
        "thông tin thay đổi",
    ),
)
_WHOM = (
    "đối với tổ chức",
    "đối với cá nhân",
    "đối với hộ gia đình",
    "tại khu công nghiệp",
    "lần đầu",
    "theo đề nghị",
)
_PAPERS = (
    "Đơn đề nghị theo mẫu",
    "Bản sao giấy tờ pháp lý",
    "Thuyết minh",
    "Bản vẽ hoặc sơ đồ",
    "Danh sách kèm theo",
)
_TERMS = ("3 ngày làm việc", "5 ngày làm việc", "10 ngày làm việc", "15 ngày", "20 ngày làm việc", "30 ngày")
_FIRST = date(2024, 1, 8)


def entries(
    number: int = 2_000, authorities: Sequence[str] = (DEPARTMENT, OTHER, PROVINCE)
) -> Iterator[tuple[str, Content, Publication]]:
    """So many entries by code. One in twenty is of the districts that are no more; one in four is not complete."""
    chance = Random(number)  # noqa: S311 - a made-up set, not a secret
    for place in range(number):
        field = FIELDS[place % len(FIELDS)]
        level = "district" if place % 20 == 7 else "commune" if place % 20 > 13 else "province"
        decided = _FIRST + timedelta(days=chance.randrange(500))
        yield (
            f"8.{place + 1:06d}",
            _content(place, field, level, authorities, chance),
            _publication(level, decided, chance),
        )


def _content(place: int, field: str, level: str, authorities: Sequence[str], chance: Random) -> Content:
    whole = place % 4 != 3
    said = f"{chance.choice(_ACTS)} {chance.choice(_THINGS)} {chance.choice(_WHOM)}"
    papers = [
        {
            "code": f"TP{number:02d}",
            "name": f"{paper} ({field})",
            "originals": 1,
            "copies": number % 2,
            "required": number < 4,
        }
        for number, paper in enumerate(_PAPERS[: 2 + place % 4], start=1)
    ]
    return values.content(
        {
            "name": f"{said} trong lĩnh vực {field[0].lower()}{field[1:]} ({place + 1})",
            "authority": authorities[place % len(authorities)],
            "level": level,
            "field": field,
            "sequence": "Nộp hồ sơ tại bộ phận một cửa.\nCơ quan giải quyết thẩm định.\nNhận kết quả theo giấy hẹn.",
            "method": "Trực tiếp, qua bưu chính công ích hoặc trực tuyến.",
            "components": papers,
            "sets": 1,
            "term": chance.choice(_TERMS),
            "applicants": chance.choice(("Tổ chức", "Cá nhân", "Tổ chức, cá nhân")),
            "decided_by": "Cơ quan chủ quản" if whole else None,
            "result": "Giấy phép hoặc văn bản trả lời có nêu lý do",
            "forms": [f"Mẫu số {1 + place % 9:02d}"] if whole or place % 8 == 3 else None,
            "conditions": None,
            "fees": [] if place % 3 else [{"name": "Lệ phí", "amount": 50_000 * (1 + place % 5)}],
            "receiving": ["direct", "post", "online"][: 1 + place % 3],
            "returning": ["direct", "post"],
            "legal_basis": [f"Luật về lĩnh vực {field}", "Nghị định quy định chi tiết"],
        }
    )


def _publication(level: str, decided: date, chance: Random) -> Publication:
    public = datetime.combine(decided + timedelta(days=chance.randrange(3)), FOUNDED.time(), localtime.ZONE)
    return values.publication(
        {
            "kind": PublicationKind.NEW,
            "decision_no": f"{100 + chance.randrange(2_000)}/QĐ-UBND",
            "decision_date": decided,
            "published_at": public,
            "valid_from": decided + timedelta(days=chance.randrange(3, 30)),
            "valid_to": date(2025, 6, 30) if level == "district" else None,
        }
    )


def asked(by: UUID = EDITOR, at: str = "2026-03-02 09:00") -> Asked:
    """Somebody who asks at a local time."""
    return Asked(by, instant(at))


async def kept(world: World) -> UUID:
    """The editor of the province's catalogue, entered once."""
    if not await world.one("select count(*) from principal where id = $1", EDITOR):
        async with world.db.transaction() as tx:
            name = f"catalogue_editor 1 · {PROVINCE}"
            principals.principal(tx, PrincipalKind.OFFICER, name, at=FOUNDED, identity=EDITOR)
            await tx.flush()
            units.assign(tx, EDITOR, PROVINCE, "catalogue_editor", SINCE)
    return EDITOR


#: An entry that says everything, and the decision that publishes it.
CODE = "8.100001"
WHOLE = values.content(
    {
        "name": "Cấp giấy chứng nhận đủ điều kiện trưng bày",
        "authority": DEPARTMENT,
        "level": "province",
        "field": "Văn hóa, di sản",
        "sequence": "Nộp hồ sơ, thẩm định, trả kết quả.",
        "method": "Trực tiếp hoặc trực tuyến.",
        "components": [
            {"code": "TP01", "name": "Đơn đề nghị"},
            {"name": "Bản vẽ", "originals": 0, "copies": 2, "required": False},
        ],
        "sets": 1,
        "term": "5 ngày làm việc",
        "applicants": "Tổ chức, cá nhân",
        "decided_by": "Sở Văn hóa, Thể thao và Du lịch",
        "result": "Giấy chứng nhận",
        "forms": ["Mẫu số 01"],
        "fees": [],
        "receiving": ["direct", "online"],
        "returning": ["direct"],
        "legal_basis": ["Luật Di sản văn hóa"],
    }
)
DECISION = values.publication(
    {
        "kind": "new",
        "decision_no": "12/QĐ-UBND",
        "decision_date": "2026-02-26",
        "published_at": "2026-02-27T10:00:00+07:00",
        "valid_from": "2026-03-02",
    }
)
