"""A procedure that talks with the outside: it sends, receives, calls, waits for the first of two events, and can be held up.

After its acceptance it asks for an opinion (`Gui`), receives it (`Cho`), calls the tax office (`Thue`) and appraises
(`Tham_dinh`). Meanwhile a message may remind (`Nhac`, beside it) or call it off (`Huy`, in its place), and after a day a
timer leads to a gateway that reads `muc`, which nobody has given. Then the fee is awaited, two days at most (`Cong`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from lxml import etree

from hoso_bpmn.package import package
from hoso_models import DOSSIER_PARTS, PrincipalKind, postgres
from hoso_models.storage import database
from hoso_workflows import audit
from hoso_workflows.dossiers import views
from hoso_workflows.dossiers.service import Outcome
from hoso_workflows.lifecycle.commands import Applicant, Complete, FileDossier, Send
from hoso_workflows.organisation import principals, units
from support import databases, rebuilds
from support import world as worlds
from support.builders import packages
from support.world import DEPARTMENT, DESK, FOUNDED, PROVINCE, SINCE, World, instant, person, publish_package

TEMPLATE = "exchanges_of_tests"
CODE = "9.000003"
OPINION, REMINDER, CALLED_OFF, PAID = "Ý kiến trả lời", "Nhắc việc", "Hủy thẩm định", "Đã nộp phí"
SPECIALIST = person("specialist")
#: The machine of the tax office, which plays the specialist's part at the one task that is a call.
PARTNER = person("partner", "")


def _message(identity: str, name: str) -> str:
    return f'<message id="{identity}" name="{name}"/>'


def _event(identity: str, message: str, interrupting: str) -> str:
    return (
        f'<boundaryEvent id="{identity}" attachedToRef="Tham_dinh" cancelActivity="{interrupting}">'
        f'<messageEventDefinition messageRef="{message}"/></boundaryEvent>'
    )


def _timer(span: str) -> str:
    return f"<timerEventDefinition><timeDuration>{span}</timeDuration></timerEventDefinition>"


_ELEMENTS = (
    _message("m1", OPINION)
    + _message("m2", REMINDER)
    + _message("m3", CALLED_OFF)
    + _message("m4", PAID)
    + '<message id="m5" name="Xin ý kiến"/>'
    + '<sendTask id="Gui" name="Gửi xin ý kiến" messageRef="m5"/>'
    + '<receiveTask id="Cho" name="Nhận ý kiến" messageRef="m1"/>'
    + '<serviceTask id="Thue" name="Hỏi cơ quan thuế" limit="1 ngày làm việc"/>'
    + '<userTask id="Tham_dinh" name="Thẩm định" limit="1 ngày làm việc"/>'
    + _event("Nhac", "m2", "false")
    + _event("Huy", "m3", "true")
    + f'<boundaryEvent id="Hen" attachedToRef="Tham_dinh" cancelActivity="false">{_timer("P1D")}</boundaryEvent>'
    + '<exclusiveGateway id="Muc" default="F22"/>'
    + '<userTask id="Don_doc" name="Đôn đốc"/><userTask id="Bao_cao" name="Báo cáo"/><userTask id="Luu" name="Lưu"/>'
    + '<userTask id="Xem_lai" name="Xem lại"/>'
    + '<eventBasedGateway id="Cong"/><exclusiveGateway id="Gop"/>'
    + '<intermediateCatchEvent id="Nop_phi"><messageEventDefinition messageRef="m4"/></intermediateCatchEvent>'
    + f'<intermediateCatchEvent id="Het_han">{_timer("2 ngày làm việc")}</intermediateCatchEvent>'
    + '<endEvent id="Het_nhac"/><endEvent id="Het_bao"/>'
)
_WAY = (
    ("F2", "Tiep_nhan", "Gui"),
    ("F3", "Gui", "Cho"),
    ("F6", "Cho", "Thue"),
    ("F7", "Thue", "Tham_dinh"),
    ("F8", "Tham_dinh", "Cong"),
    ("F9", "Cong", "Nop_phi"),
    ("F10", "Cong", "Het_han"),
    ("F11", "Nop_phi", "Gop"),
    ("F12", "Het_han", "Gop"),
    ("F13", "Huy", "Xem_lai"),
    ("F14", "Xem_lai", "Gop"),
    ("F15", "Gop", "Ky"),
    ("F16", "Nhac", "Don_doc"),
    ("F17", "Don_doc", "Het_nhac"),
    ("F20", "Hen", "Muc"),
    ("F22", "Muc", "Luu"),
    ("F23", "Bao_cao", "Het_bao"),
    ("F24", "Luu", "Het_bao"),
)
_CONDITION = "<conditionExpression>muc &gt; 5</conditionExpression>"


def drawn(change: str = "") -> package.Package:
    """The package as an authority would upload it; elements with the ids of those in `change` are replaced."""
    flows = "".join(
        f'<sequenceFlow id="{identity}" sourceRef="{source}" targetRef="{target}"/>'
        for identity, source, target in _WAY
    )
    flows += f'<sequenceFlow id="F21" sourceRef="Muc" targetRef="Bao_cao">{_CONDITION}</sequenceFlow>'
    files = packages.package(_ELEMENTS + flows, f'code = "{CODE}"\n[[case]]\nterm = "10 ngày làm việc"')
    files["process.bpmn"] = _replaced(files["process.bpmn"], change)
    return package.read(files)


def _replaced(drawing: bytes, change: str) -> bytes:
    root = etree.fromstring(drawing)
    for element in etree.fromstring(f"{packages.HEAD}{change}</definitions>"):
        (old,) = root.findall(f".//*[@id='{element.get('id')}']")
        old.getparent().replace(old, element)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


@contextmanager
def founded(server: postgres.Server) -> Iterator[str]:
    """The address of a fresh copy of the world in which the procedure is published; the first one a session is built."""
    worlds.ensure(server)
    databases.ensure_template(server, TEMPLATE, establish, base=worlds.TEMPLATE)
    with databases.clone(server, TEMPLATE) as url:
        yield url


async def establish(url: str) -> None:
    """Publish the procedure, make units competent for it, and let the partner play the specialist's part."""
    async with database.connect(url) as db:
        async with db.transaction() as tx:
            for part, unit in zip(DOSSIER_PARTS, (DESK, DEPARTMENT, PROVINCE), strict=True):
                units.competence(tx, CODE, unit, part, SINCE, basis="Quyết định công bố")
            name = "Hệ thống thông tin thuế"
            principals.principal(tx, PrincipalKind.PARTNER, name, at=FOUNDED, identity=PARTNER)
            await tx.flush()
            units.assign(tx, PARTNER, DEPARTMENT, "specialist", SINCE)
        await publish_package(db, drawn())


def task(outcome: Outcome, element: str) -> UUID:
    """The open task of an element."""
    (found,) = (UUID(each["id"]) for each in outcome.body["tasks"] if each["step"] == element)
    return found


RECEPTION, HEAD, ADMINISTRATOR = (
    person("reception", DESK),
    person("head"),
    person("administrator", PROVINCE),
)


async def accepted(world: World) -> Outcome:
    """A dossier that has asked for an opinion and waits for it."""
    request = FileDossier(
        procedure=CODE, channel="desk", applicant=Applicant("Người nộp 1", identifier="000000000001")
    )
    filed = await world.service.file(request, actor=RECEPTION, at=instant("2026-03-02 08:00"))
    return await world.accepts(filed)


async def calling(world: World) -> Outcome:
    """A dossier that waits for the tax office."""
    return await world.does(await accepted(world), Send(OPINION), SPECIALIST)


async def appraised(world: World) -> Outcome:
    """A dossier at its appraisal, beside which messages are awaited and a timer runs."""
    before = await calling(world)
    return await world.does(before, Complete(task(before, "Thue")), PARTNER, "2026-03-02 11:00")


async def waits(world: World, before: Outcome, reader: UUID = SPECIALIST) -> dict[str, Any]:
    """Open subscriptions of a dossier."""
    return await views.waits(world.service, before.reference, reader=reader, at=instant("2026-03-02 10:00"))


async def events(world: World, *kinds: str) -> list[tuple[str, Any]]:
    """The events of these kinds in their order, with what they say; the seal of the act aside."""
    rows = await world.db.rows(
        "select kind, payload - 'act' as payload from dossier_event where kind = any($1::text[]) order by seq",
        [list(kinds)],
    )
    return [(row.kind, row.payload) for row in rows]


async def sound(world: World, before: Outcome) -> None:
    """Rebuild what was lost, and have the audit find nothing."""
    assert await rebuilds.differing(world.service, before.reference) == []
    assert [str(found) async for found in audit.differences(world.service)] == []


async def refused(world: World) -> list[tuple[UUID, str]]:
    """Refused acts, each with its principal."""
    rows = await world.db.rows("select principal_id, act from access_log where not granted order by id")
    return [(row.principal_id, row.act) for row in rows]
