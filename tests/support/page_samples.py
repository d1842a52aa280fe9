"""Addresses of the pages by the table of routes, and how a real one is made where the address has a part that varies."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from hoso_api.http import acts
from hoso_api.pages.course import act_page
from hoso_models import PortalConcern
from hoso_workflows.reports.obligations import sweep
from support import catalogue_entries, coordinators, partner_portals, world
from support.api_client import ADMINISTRATOR, CLERK, FILING, OWN, SPECIALIST, Rest
from support.world import CITIZEN, DEPARTMENT

#: A kind of report that is owed each quarter.
OWED = {
    "code": "dvc-quy",
    "name": "Báo cáo quý về dịch vụ công trực tuyến",
    "period": "quarter",
    "first_month": -1,
    "first_day": 1,
    "last_month": 1,
    "last_day": 31,
    "due_month": 2,
    "due_day": 5,
    "consolidating_unit": "H27.PVHCC",
    "receiving_unit": "H27",
    "valid_from": "2026-01-01",
    "basis": "QĐ 15/2016/QĐ-UBND, sửa đổi 2018, Điều 14",
}
#: Before any test begins.
_EARLIER = "2026-03-02T07:00:00+07:00"
Sample = Callable[[Rest], Awaitable[str]]
LETTER = "/noi-bo/ho-so/{key}/giay/{letter}"
VERSION = "/noi-bo/thu-tuc/{code}/ban/{number}"
FILE = "/noi-bo/ho-so/{key}/giay-to/{attachment}"
TEMPLATE = "/noi-bo/quan-tri/mau-giay/{template}"
HOUSE = "/noi-bo/quan-tri/mau-giay/mau-chung/{form}"
#: Routes beside the pages: what programs read, the page that a library makes by its script, papers and files.
NO_PAGES = frozenset(
    {
        "/v1/openapi.json",
        "/v1/docs",
        f"{LETTER}/ban-in",
        f"{LETTER}/pdf",
        f"{LETTER}/ban-sao/{{ordinal}}/ban-in",
        f"{LETTER}/ban-sao/{{ordinal}}/pdf",
        "/thu-tuc/{code}/du-lieu",
        "/thu-tuc/{code}/mau/{case}/{paper}",
        "/sitemap.xml",
        "/robots.txt",
        "/ho-so/{key}/noi-dung/json",
        "/ho-so/{key}/noi-dung/pdf",
        "/ho-so/{key}/tep/{attachment}",
        *(f"/ho-so/{{key}}/giay/{{letter}}/{word}" for word in ("ban-in", "pdf")),
        FILE,
        f"{FILE}/anh",
        f"{VERSION}/goi.zip",
        *(f"{each}/{word}" for each in (TEMPLATE, HOUSE) for word in ("anh", "pdf")),
        *(f"/noi-bo/mot-cua/so-theo-doi/{word}" for word in ("ban-in", "pdf", "xlsx")),
        "/noi-bo/qua-han/xlsx",
        "/noi-bo/ho-so/{key}/nhat-ky/json",
        "/noi-bo/bao-cao/dung-han/xlsx",
        "/noi-bo/bao-cao/dung-han/danh-sach/xlsx",
        "/noi-bo/bao-cao/{kind}/tep",
        "/noi-bo/bao-cao/nguoi-xu-ly/tep",
        "/noi-bo/bao-cao/nop/{obligation}/tep",
        "/noi-bo/quan-tri/khai-bao/tep",
        "/noi-bo/danh-muc/tep",
        *(f"/nhung/{name}" for name in ("danh-muc.json", "danh-muc.atom", "the.js")),
        "/nop/{code}/mau/{paper}",
        *("/thong-ke/csv", "/thong-bao.atom"),
        *(
            f"/ho-so-nhap/{{draft}}/{word}"
            for word in ("giay-to/{file}", "giay-to/{file}/anh", "du-lieu", "kiem-tra/pdf")
        ),
    }
)


async def _explanation(rest: Rest) -> str:
    filed = await rest.files(CITIZEN, channel="online")
    accepted = await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)
    return f"/ho-so/{accepted['code']}/thoi-han"


async def _followed(rest: Rest) -> str:
    """A dossier of the citizen's whose supplement is awaited; its code."""
    code = (await _explanation(rest)).split("/")[2]
    await rest.done(f"/v1/dossiers/{code}/supplement-request", CLERK, {"reason": "Mờ", "items": ["TP02"]})
    return code


def _of_an_applicant(word: str) -> Sample:
    async def followed(rest: Rest) -> str:
        return f"/ho-so/{await _followed(rest)}{word}"

    return followed


async def _own_letter(rest: Rest) -> str:
    code = (await _explanation(rest)).split("/")[2]
    letters = (await rest.get(f"/v1/dossiers/{code}/letters", CITIZEN)).json()["items"]
    return f"/ho-so/{code}/giay/{letters[0]['id']}"


async def _look_up(rest: Rest) -> str:
    return f"/tra-cuu/{(await rest.accepts())['code']}"


async def _explanation_inside(rest: Rest) -> str:
    return f"/noi-bo/ho-so/{(await rest.accepts())['code']}/thoi-han"


async def _step(rest: Rest) -> str:
    (task,) = (await rest.accepts())["tasks"]
    return f"/noi-bo/viec/{task['id']}"


async def _hands(rest: Rest) -> str:
    return f"{await _step(rest)}/chuyen"


async def _desk_draft(rest: Rest) -> str:
    begun = {"procedure": "1.014464", "content": {"applicant": {"name": "Người nộp 1"}}}
    made = await rest.done("/v1/drafts", CLERK, begun)
    return f"/noi-bo/mot-cua/nop-ho/ban-nhap/{made['id']}"


def _own_draft(word: str) -> Sample:
    async def kept(rest: Rest) -> str:
        content = {"applicant": OWN, "form": FILING["form"]}
        made = await rest.done("/v1/drafts", CITIZEN, {"procedure": "1.014464", "content": content})
        return f"/ho-so-nhap/{made['id']}{word}"

    return kept


async def _filed(rest: Rest) -> str:
    return f"/ho-so/{(await rest.files(CITIZEN, channel='online'))['reference']}/da-nop"


async def _call(rest: Rest) -> str:
    return f"{await _step(rest)}/loi-goi"


async def _paper(rest: Rest) -> str:
    code = (await rest.accepts())["code"]
    letters = (await rest.get(f"/v1/dossiers/{code}/letters", CLERK)).json()["items"]
    return f"/kiem-chung/{letters[0]['id']}"


async def _report_form(rest: Rest) -> str:
    await rest.accepts()
    return "/noi-bo/bao-cao/ii-06"


async def owed_report(rest: Rest) -> str:
    """The report that the department owes for the first quarter."""
    if not (await rest.get("/v1/report-kinds", ADMINISTRATOR)).json()["items"]:
        await rest.done("/v1/report-kinds", ADMINISTRATOR, OWED)
    await sweep.sweep(rest.world.db, at=rest.clock.at)
    items = (await rest.get("/v1/report-obligations", ADMINISTRATOR)).json()["items"]
    return next(each["id"] for each in items if each["unit"] == DEPARTMENT)


async def _owed_report(rest: Rest) -> str:
    return f"/noi-bo/bao-cao/nop/{await owed_report(rest)}"


async def _consolidation(rest: Rest) -> str:
    await owed_report(rest)
    return "/noi-bo/dau-moi/bao-cao/2026-Q1"


async def _out(rest: Rest) -> str:
    """An outage at the desk; its id."""
    said = {
        "unit": world.DESK,
        "service": "Cổng dịch vụ",
        "description": "Không mở được",
        "began_at": _EARLIER,
    }
    return str((await rest.done("/v1/outages", CLERK, said))["id"])


async def _outage(rest: Rest) -> str:
    return f"/noi-bo/dau-moi/su-co/{await _out(rest)}"


async def _announced(rest: Rest) -> str:
    outage = await _out(rest)
    await made_public(rest, outage, "Chưa thanh toán được")
    return f"/thong-bao/{outage}"


async def made_public(rest: Rest, outage: str, text: str) -> Any:
    """An outage that the province's administrator announces."""
    answer = await rest.ask(
        "PUT", f"/v1/outages/{outage}/announcement", ADMINISTRATOR, json={"announcement": text}
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def _urging(rest: Rest) -> str:
    coordinator = await coordinators.appointed(rest.world)
    said = {"kind": "urging", "unit": DEPARTMENT, "text": "Báo cáo tiến độ", "term": "5 ngày làm việc"}
    made = await rest.done("/v1/urgings", coordinator, said)
    return f"/noi-bo/dau-moi/don-doc/{made['id']}"


async def _given(rest: Rest) -> str:
    """Feedback of nobody in particular; its id."""
    said = {"kind": "portal", "text": "Trang mở chậm"}
    made = await rest.post("/v1/public/feedback", json=said)
    return str(made.json()["id"])


async def _feedback(rest: Rest) -> str:
    await coordinators.appointed(rest.world)
    return f"/noi-bo/dau-moi/gop-y/{await _given(rest)}"


async def _feedback_given(rest: Rest) -> str:
    return f"/gop-y/{await _given(rest)}"


async def _document(rest: Rest) -> str:
    coordinator = await coordinators.appointed(rest.world)
    said = {"kind": "measure", "unit": DEPARTMENT, "number": "1/KH", "title": "Hướng dẫn người dân"}
    days = {"issued_on": "2026-03-01", "valid_from": "2026-03-01"}
    made = await rest.done("/v1/register-documents", coordinator, {**said, **days})
    return f"/noi-bo/dau-moi/van-ban/{made['id']}"


def _entry(word: str) -> Sample:
    async def made(rest: Rest) -> str:
        declarer, editor = world.person("procedure_declarer"), await catalogue_entries.kept(rest.world)
        code = f"8.9{len(word):05d}"
        content = {**catalogue_entries.WHOLE.model_dump(mode="json"), "method": None}
        await rest.ask("PUT", f"/v1/catalogue/{code}/draft", declarer, json={"content": content})
        said = {
            **catalogue_entries.DECISION.model_dump(mode="json"),
            "published_at": _EARLIER,
            "decision_date": "2026-03-01",
        }
        await rest.done(f"/v1/catalogue/{code}/publication", editor, said)
        changed = {**content, "result": "Giấy chứng nhận điện tử"}
        await rest.ask("PUT", f"/v1/catalogue/{code}/draft", declarer, json={"content": changed})
        return f"/noi-bo/danh-muc/{code}{word}"

    return made


async def _system(rest: Rest) -> str:
    coordinator = await coordinators.appointed(rest.world)
    said = {"unit": DEPARTMENT, "name": "Cổng của Sở", "purpose": "Nhận hồ sơ", "state": "apart"}
    made = await rest.done("/v1/agency-systems", coordinator, {**said, "state_from": "2026-03-01"})
    return f"/noi-bo/dau-moi/he-thong/{made['id']}"


async def _sheet(rest: Rest) -> str:
    coordinator = await coordinators.appointed(rest.world)
    said = {"unit": DEPARTMENT, "period_from": "2026-01-01", "period_to": "2026-02-28"}
    made = await rest.done("/v1/evaluations", coordinator, said)
    return f"/noi-bo/dau-moi/danh-gia/{made['id']}"


async def _mark(rest: Rest) -> str:
    return f"{await _sheet(rest)}/attitude"


async def _no_provider(rest: Rest) -> str:
    """No provider is in the settings of a test: the page says so."""
    return "/dang-nhap/khong-co"


async def _no_provider_again(rest: Rest) -> str:
    return "/xac-thuc-lai/khong-co"


async def _letter_inside(rest: Rest) -> str:
    code = (await rest.accepts())["code"]
    letters = (await rest.get(f"/v1/dossiers/{code}/letters", CLERK)).json()["items"]
    return f"/noi-bo/ho-so/{code}/giay/{letters[0]['id']}"


async def _copies(rest: Rest) -> str:
    return f"{await _letter_inside(rest)}/ban-sao"


def _at_the_desk(word: str) -> Sample:
    async def filed(rest: Rest) -> str:
        return f"/noi-bo/ho-so/{(await rest.files())['reference']}/{word}"

    return filed


def _of_an_accepted_dossier(word: str) -> Sample:
    async def accepted(rest: Rest) -> str:
        return f"/noi-bo/ho-so/{(await rest.accepts())['code']}{word}"

    return accepted


def _of_an_officer(word: str) -> Sample:
    async def kept(rest: Rest) -> str:
        await rest.world.changed(
            "update principal set home_unit_code = $2 where id = $1", SPECIALIST, DEPARTMENT
        )
        return f"/noi-bo/quan-tri/nguoi-dung/{SPECIALIST}{word}"

    return kept


async def _letter_template(rest: Rest) -> str:
    entry = {"unit": "H27.SVHTTDL", "form": "suspension", "basis": "Quyết định", "valid_from": "2026-03-03"}
    made = await rest.done("/v1/letter-templates", ADMINISTRATOR, entry)
    return f"/noi-bo/quan-tri/mau-giay/{made['id']}"


async def _calendar_revision(rest: Rest) -> str:
    day = {"date": "2026-11-20", "name": "Bão số 3", "basis": "Công điện"}
    made = await rest.done(
        "/v1/calendars/ha-tinh/versions", ADMINISTRATOR, {"basis": "Công điện", "closure": [day]}
    )
    return f"/noi-bo/quan-tri/lich/ha-tinh/ban/{made['number']}"


async def _destruction(rest: Rest) -> str:
    reference = (await rest.files())["reference"]
    await rest.done(f"/v1/dossiers/{reference}/refusal", CLERK, {"reason": "Sai thẩm quyền"})
    ground = {"reason": "Rút đồng ý", "basis": "Luật mẫu điều 1"}
    await rest.done(f"/v1/dossiers/{reference}/erasure", ADMINISTRATOR, ground)
    lists = (await rest.get("/v1/destruction-lists", ADMINISTRATOR)).json()["items"]
    return f"/noi-bo/quan-tri/tieu-huy/{lists[0]['id']}"


async def _job(rest: Rest) -> str:
    order = {"kind": "rehoming", "units": ["H27.SYT"], "successor": "H27.SVHTTDL", "basis": "Nghị quyết"}
    made = await rest.done("/v1/jobs", ADMINISTRATOR, order, headers={"Idempotency-Key": "mau"})
    return f"/noi-bo/viec-chay/{made['id']}"


async def _webhook(rest: Rest, name: str = "Cổng") -> str:
    entry = {
        "unit": "H27",
        "name": name,
        "url": "https://cong.example.vn/",
        "events": ["filed", "accepted"],
    }
    made = await rest.done("/v1/webhooks", ADMINISTRATOR, entry)
    await rest.accepts()
    return f"/noi-bo/quan-tri/webhook/{made['receiver']}"


async def _webhook_change(rest: Rest) -> str:
    return f"{await _webhook(rest, 'Cổng của bộ')}/sua"


async def _portal(rest: Rest) -> str:
    await partner_portals.spoken_for(rest.world)
    await partner_portals.enter(rest.world, concerns=PortalConcern.ALL)
    await rest.accepts()
    return f"/noi-bo/quan-tri/cong/{partner_portals.NATIONAL}"


async def _dispute(rest: Rest) -> str:
    code = (await rest.accepts())["code"]
    await rest.world.changed(_DISPUTED, code)
    identity = await rest.world.one("select id::text from payment_dispute where told_order = $1", code)
    return f"/noi-bo/mot-cua/thu-phi/can-xem-lai/{identity}"


_DISPUTED = """
insert into payment_dispute (dossier_id, told_order, amount, gateway_reference, reason, told_at)
select id, code, 20000, code, 'refused', filed_at from dossier where code = $1
"""


async def _area(rest: Rest) -> str:
    area = {"code": "42", "name": "Hà Tĩnh", "kind": "province", "valid_from": "2026-01-01"}
    await rest.ask("POST", "/v1/areas", ADMINISTRATOR, json=area)
    return "/noi-bo/quan-tri/dia-ban/42/dong"


def _always(address: str) -> Sample:
    async def there(rest: Rest) -> str:
        return address

    return there


#: Pages of the applicant below the address of a dossier.
APPLICANTS = (
    "",
    "/noi-dung",
    "/bo-sung",
    "/bo-sung/kiem-tra",
    "/nghia-vu",
    "/rut",
    "/hoi-dap",
    "/danh-gia",
    "/ai-da-xem",
)
#: Pages of officers and heads below the address of a dossier.
OFFICERS = (
    *("", "/noi-dung", "/quy-trinh", "/nhat-ky", "/trao-doi", "/de-nghi-bo-sung", "/thong-diep", "/giay-to"),
    *("/xin-loi", "/gia-han", "/tam-dung", "/phi", "/hoi-dap", "/dinh-chinh", "/thoi-diem"),
    *("/dinh-chinh-ket-qua", "/ai-giu"),
)
#: Pages of acts on the course below the address of a dossier.
COURSE = tuple(f"/{each.word}" for each in act_page.PAGES)
#: Pages of the desk below the address of a dossier.
DESK = ("tiep-nhan", "yeu-cau-bo-sung", "tu-choi", "nhan-bo-sung", "tra-ket-qua", "rut")
#: Pages of administrators below the address of a unit.
UNITS = ("", "/sua", "/dong", "/chuyen-ho-so")
#: Pages of administrators below the address of an officer.
PEOPLE = ("", "/sua", "/vai-tro", "/dong", "/quyen")
#: Pages of an applicant below the address of a draft.
OWN_DRAFT = ("", "/nguoi-nop", "/giay-to", "/nhan-ket-qua", "/kiem-tra", "/xoa")
#: Route → its sample; who adds a page with a part that varies adds a line here.
SAMPLES: Mapping[str, Sample] = {
    "/ho-so/{key}/thoi-han": _explanation,
    "/ho-so/{key}/da-nop": _filed,
    "/nop/{code}": _always("/nop/1.014464"),
    "/thu-tuc/{code}": _always("/thu-tuc/1.014464"),
    "/nop/{code}/dieu-kien": _always("/nop/1.014464/dieu-kien"),
    "/ho-so-nhap/{draft}/to-khai/{number}": _own_draft("/to-khai/1"),
    **{f"/ho-so-nhap/{{draft}}{word}": _own_draft(word) for word in OWN_DRAFT},
    **{f"/ho-so/{{key}}{word}": _of_an_applicant(word) for word in APPLICANTS},
    "/ho-so/{key}/giay/{letter}": _own_letter,
    "/tra-cuu/{code}": _look_up,
    "/noi-bo/ho-so/{key}/thoi-han": _explanation_inside,
    "/noi-bo/viec/{task}": _step,
    "/noi-bo/viec/{task}/chuyen": _hands,
    "/noi-bo/viec/{task}/loi-goi": _call,
    "/noi-bo/mot-cua/nop-ho/ban-nhap/{draft}": _desk_draft,
    LETTER: _letter_inside,
    f"{LETTER}/ban-sao": _copies,
    "/noi-bo/don-vi/{unit}": _always("/noi-bo/don-vi/H27.SVHTTDL"),
    "/noi-bo/don-vi/{unit}/nguoi-moi": _always("/noi-bo/don-vi/H27.SVHTTDL/nguoi-moi"),
    "/noi-bo/don-vi/{unit}/vang-mat": _always("/noi-bo/don-vi/H27.SVHTTDL/vang-mat"),
    **{
        f"/noi-bo/quan-tri/don-vi/{{unit}}{word}": _always(f"/noi-bo/quan-tri/don-vi/H27.SYT{word}")
        for word in UNITS
    },
    **{f"/noi-bo/quan-tri/nguoi-dung/{{person}}{word}": _of_an_officer(word) for word in PEOPLE},
    "/noi-bo/quy-tac/{rule}": _always("/noi-bo/quy-tac/limits-above-term"),
    "/noi-bo/thu-tuc/{code}": _always("/noi-bo/thu-tuc/1.014464"),
    "/noi-bo/thu-tuc/{code}/co-quan-chu-quan": _always("/noi-bo/thu-tuc/1.014464/co-quan-chu-quan"),
    "/noi-bo/thu-tuc/{code}/nhan-ho-so": _always("/noi-bo/thu-tuc/1.014464/nhan-ho-so"),
    "/noi-bo/thu-tuc/{code}/chuyen-ban": _always("/noi-bo/thu-tuc/1.014464/chuyen-ban"),
    "/noi-bo/thu-tuc/{code}/so-sanh": _always("/noi-bo/thu-tuc/1.014464/so-sanh"),
    VERSION: _always("/noi-bo/thu-tuc/1.014464/ban/1"),
    f"{VERSION}/kich-hoat": _always("/noi-bo/thu-tuc/1.014464/ban/1/kich-hoat"),
    f"{VERSION}/so-do": _always("/noi-bo/thu-tuc/1.014464/ban/1/so-do"),
    f"{VERSION}/sua": _always("/noi-bo/thu-tuc/1.014464/ban/1/sua"),
    f"{VERSION}/kich-ban": _always("/noi-bo/thu-tuc/1.014464/ban/1/kich-ban"),
    f"{VERSION}/bieu-mau/{{name}}": _always("/noi-bo/thu-tuc/1.014464/ban/1/bieu-mau/nop-ho-so.form"),
    "/noi-bo/phe-duyet/{code}/{number}": _always("/noi-bo/phe-duyet/1.014464/1"),
    "/noi-bo/quan-tri/lich/{calendar}": _always("/noi-bo/quan-tri/lich/ha-tinh?nam=2026"),
    "/noi-bo/quan-tri/lich/{calendar}/ban-moi": _always("/noi-bo/quan-tri/lich/ha-tinh/ban-moi"),
    "/noi-bo/quan-tri/lich/{calendar}/ban/{number}": _calendar_revision,
    "/noi-bo/quan-tri/tieu-huy/{list}": _destruction,
    "/noi-bo/mot-cua/thu-phi/can-xem-lai/{dispute}": _dispute,
    "/noi-bo/quan-tri/dia-ban/{area}/dong": _area,
    TEMPLATE: _letter_template,
    HOUSE: _always("/noi-bo/quan-tri/mau-giay/mau-chung/02"),
    "/noi-bo/viec-chay/{job}": _job,
    "/noi-bo/quan-tri/webhook/{webhook}": _webhook,
    "/noi-bo/quan-tri/webhook/{webhook}/sua": _webhook_change,
    "/noi-bo/quan-tri/cong/{portal}": _portal,
    "/noi-bo/bao-cao/{kind}": _report_form,
    "/noi-bo/bao-cao/nop/{obligation}": _owed_report,
    "/noi-bo/dau-moi/bao-cao/{period}": _consolidation,
    "/noi-bo/dau-moi/su-co/{outage}": _outage,
    "/noi-bo/dau-moi/don-doc/{urging}": _urging,
    "/noi-bo/dau-moi/gop-y/{feedback}": _feedback,
    "/gop-y/{feedback}": _feedback_given,
    "/thong-bao/{announcement}": _announced,
    "/huong-dan/{slug}": _always("/huong-dan/nop-ho-so"),
    "/noi-bo/dau-moi/van-ban/{document}": _document,
    **{f"/noi-bo/danh-muc/{{code}}{word}": _entry(word) for word in ("", "/soan", "/cong-bo")},
    "/noi-bo/dau-moi/he-thong/{system}": _system,
    "/noi-bo/dau-moi/danh-gia/{sheet}": _sheet,
    "/noi-bo/dau-moi/danh-gia/{sheet}/{indicator}": _mark,
    **{f"/noi-bo/ho-so/{{key}}{word}": _of_an_accepted_dossier(word) for word in (*OFFICERS, *COURSE)},
    **{f"/noi-bo/ho-so/{{key}}/{word}": _at_the_desk(word) for word in DESK},
    "/kiem-chung/{letter}": _paper,
    "/dang-nhap/{provider}": _no_provider,
    "/xac-thuc-lai/{provider}": _no_provider_again,
}


def routes(rest: Rest) -> list[str]:
    """The routes of all pages, as the application declares them."""
    app: Any = rest.client._transport.app  # type: ignore[attr-defined]  # the application of the test
    return [
        route.path_format
        for route, _ in acts.routes(app)
        if "GET" in (getattr(route, "methods", None) or ())
        and not getattr(route, "include_in_schema", True)
        and route.path_format not in NO_PAGES
    ]


async def addresses(rest: Rest) -> list[str]:
    """An address of every page."""
    varying = [each for each in routes(rest) if "{" in each]
    missing = set(varying) - set(SAMPLES)
    assert not missing, f"support/page_samples.py does not say how to make an address of {sorted(missing)}"
    made = [await SAMPLES[each](rest) for each in varying]
    return [*(each for each in routes(rest) if "{" not in each), *made]
