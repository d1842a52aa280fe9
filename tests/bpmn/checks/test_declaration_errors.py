"""An error is caught by its code around where it is thrown; the check and the engine say the same of it."""

from hoso_bpmn.checks import inspection
from support.builders import packages
from support.builders.bpmn import Walk, specification, users

DECLARED = '<error id="Loi_1" errorCode="KHONG-DAT" /><error id="Loi_2" errorCode="KHONG-DAT" /><error id="Loi_3" errorCode="KHAC" />'


def thrown(ref: str) -> str:
    return f'<errorEventDefinition errorRef="{ref}" />'


def subprocess(inner: str = "") -> str:
    return f"""
    <subProcess id="Tham_dinh" name="Thẩm định"><startEvent id="Vao" name="Vào" />
      <userTask id="Xem" name="Xem xét" limit="2 ngày làm việc" /><endEvent id="Ra" name="Không đạt">{thrown("Loi_1")}</endEvent>
      <sequenceFlow id="K1" sourceRef="Vao" targetRef="Xem" /><sequenceFlow id="K2" sourceRef="Xem" targetRef="Ra" />{inner}
    </subProcess>"""


def caught(ref: str) -> str:
    return (
        f'<boundaryEvent id="Bat" name="Không đạt" attachedToRef="Tham_dinh">{thrown(ref)}</boundaryEvent>'
        '<sequenceFlow id="N1" sourceRef="Bat" targetRef="Ky" />'
    )


def uncaught(change: str) -> list[str | None]:
    found = inspection.inspect_package(packages.package(change + DECLARED)).findings
    return [finding.element for finding in found if finding.rule == "error-uncaught"]


def test_an_error_with_the_same_code_under_another_id_is_caught() -> None:
    assert uncaught(subprocess() + caught("Loi_2")) == []
    assert uncaught(subprocess() + caught("Loi_3")) == ["Ra"]


def test_what_an_event_subprocess_throws_goes_past_it() -> None:
    again = f"""
    <subProcess id="Xu_ly" name="Xử lý" triggeredByEvent="true"><startEvent id="Khi" name="Khi không đạt">{thrown("Loi_2")}</startEvent>
      <userTask id="Sua" name="Sửa" /><endEvent id="Lai" name="Vẫn không đạt">{thrown("Loi_1")}</endEvent>
      <sequenceFlow id="X1" sourceRef="Khi" targetRef="Sua" /><sequenceFlow id="X2" sourceRef="Sua" targetRef="Lai" />
    </subProcess>"""
    assert uncaught(subprocess(again)) == ["Lai"]
    assert uncaught(subprocess(again) + caught("Loi_2")) == []


def test_the_engine_catches_what_the_check_calls_caught() -> None:
    inner = (
        '<startEvent id="s"/><userTask id="t"/><endEvent id="e"><errorEventDefinition errorRef="L1"/></endEvent>'
        '<sequenceFlow id="i1" sourceRef="s" targetRef="t"/><sequenceFlow id="i2" sourceRef="t" targetRef="e"/>'
    )
    again = (
        '<subProcess id="h" triggeredByEvent="true"><startEvent id="hs"><errorEventDefinition errorRef="L2"/></startEvent>'
        '<userTask id="u"/><endEvent id="he"><errorEventDefinition errorRef="L1"/></endEvent>'
        '<sequenceFlow id="h1" sourceRef="hs" targetRef="u"/><sequenceFlow id="h2" sourceRef="u" targetRef="he"/></subProcess>'
    )
    spec = specification(
        users("a b")
        + f'<subProcess id="x">{inner}{again}</subProcess><boundaryEvent id="c" attachedToRef="x">{thrown("L2")}</boundaryEvent>',
        "start>x x>a a>end c>b b>end",
        '<error id="L1" errorCode="1"/><error id="L2" errorCode="1"/>',
    )
    walk = Walk(spec)
    walk.do("t")
    assert walk.open == ["u"]
    walk.do("u")
    assert walk.open == ["b"]
