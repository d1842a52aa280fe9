"""An authority's own template is checked before use: its sources, and what it makes of the samples."""

from pathlib import Path

import pytest

from hoso_workflows import letters
from hoso_workflows.letters import display, forms, html, pdf, pool, qr, samples
from hoso_workflows.letters.template_check import Template, check, drawn

pytestmark = pytest.mark.slow

OURS = Path(letters.__file__).parent / "templates" / "typst"
PAGE = """<header><p>{{ letter.head.unit }}</p><p>Số: {{ letter.series }}</p><p>{{ letter.code }}</p></header>
<h1 class="title">{{ letter.title }}</h1>
<p>Người nộp: {{ letter.applicant.name }}, hẹn trả: <strong>{{ letter.return_at }}</strong></p>
{% if letter.components %}<ol>{% for row in letter.components %}<li>{{ row.name }}{{ loop.index }}</li>{% endfor %}</ol>{% endif %}
{% if letter.register is not none %}<p>{{ letter.register.book }}</p>{% else %}<p>Không</p>{% endif %}
<figure>{{ letter.qr }}</figure>
"""
PAPER = """#import "common.typ": *
#show: setup
#head()
#title()
#applicant("Người nộp")
#field("Hẹn trả", letter.return_at)
#closing()
"""


async def found(page: str = PAGE, paper: str = PAPER, form: str = "01") -> list[tuple[str, str, int, str]]:
    """Rule, file, line and message of each finding; each has a remedy."""
    report = await check(Template(form, page, paper))
    assert [each for each in report.findings if not each.remedy] == []
    assert report.ok == (report.findings == ())
    return [(each.rule, each.file, each.line, each.message) for each in report.findings]


async def test_a_sound_template_has_no_finding():
    assert await found() == []


@pytest.mark.parametrize("form", ["01", "04", "transfer", "receipt_of_payment"])
async def test_our_own_typst_templates_pass_the_check(form: str):
    page = PAGE if form == "01" else PAGE.split("{% if")[0] + "<figure>{{ letter.qr }}</figure>"
    if "return_at" not in forms.FORMS[form].needs:
        page = page.replace("{{ letter.return_at }}", "")
    assert await found(page, (OURS / f"{form}.typ").read_text(encoding="utf-8"), form) == []


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        (
            "{{ letter.colour }}",
            ("template-value", 8, "It asks for what is not there: 'dict object' has no attribute 'colour'."),
        ),
        (
            "{{ letter.applicant.colour }}",
            ("template-value", 8, "It asks for what is not there: 'dict object' has no attribute 'colour'."),
        ),
        ("{{ colour }}", ("template-value", 0, "colour is no value of a letter.")),
        (
            "{{ letter.code",
            (
                "template-syntax",
                8,
                "It cannot be read: unexpected end of template, expected 'end of print statement'..",
            ),
        ),
        ("{% include 'parts.html' %}", ("template-language", 8, "Include is not allowed here.")),
        ("{% import 'parts.html' as x %}", ("template-language", 8, "Import is not allowed here.")),
        ("{% extends 'page.html' %}", ("template-language", 8, "Extends is not allowed here.")),
        ("{% set x = letter.code %}", ("template-language", 8, "Assign is not allowed here.")),
        ("{% macro x() %}{% endmacro %}", ("template-language", 8, "Macro is not allowed here.")),
        ("{{ letter.code|safe }}", ("template-language", 8, "Filter is not allowed here.")),
        ("{{ letter.code.upper() }}", ("template-language", 8, "Call is not allowed here.")),
        ("{{ 'x' * 10 }}", ("template-language", 8, "Mul is not allowed here.")),
        ("{{ letter['code'] }}", ("template-language", 8, "Getitem is not allowed here.")),
        ("{% for x in range(9) %}{% endfor %}", ("template-language", 8, "For is not allowed here.")),
        (
            "{% for x in letter.components %}{% for y in letter.components %}{% endfor %}{% endfor %}",
            ("template-language", 8, "A loop stands within a loop."),
        ),
        (
            "<p class={{ letter.code }}>x</p>",
            ("template-element", 8, "A value stands within the brackets of an element."),
        ),
        ("<script>1</script>", ("template-element", 0, "The element script is not allowed.")),
        ("<style>p{}</style>", ("template-element", 0, "The element style is not allowed.")),
        ("<p onclick='x'>a</p>", ("template-element", 0, "The attribute onclick is not allowed.")),
        ("<p style='x'>a</p>", ("template-element", 0, "The attribute style is not allowed.")),
        ("<a href='https://x.example'>a</a>", ("template-element", 0, "The element a is not allowed.")),
    ],
)
async def test_html_that_does_more_than_show_values_is_refused_with_its_line(
    line: str, finding: tuple[str, int, str]
):
    rule, number, message = finding
    assert (rule, "template.html", number, message) in await found(f"{PAGE}\n{line}")


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        (
            '#import "@preview/cetz:0.3.0": *',
            ("template-reads", 8, "import reaches for more than the letter's values."),
        ),
        (
            '#import "/etc/x.typ": *',
            ("template-reads", 8, "import reaches for more than the letter's values."),
        ),
        ('#include "01.typ"', ("template-reads", 8, "include reaches for more than the letter's values.")),
        ('#read("/etc/passwd")', ("template-reads", 8, "read reaches for more than the letter's values.")),
        ("#let r = read", ("template-reads", 8, "read reaches for more than the letter's values.")),
        ('#plugin("x.wasm")', ("template-reads", 8, "plugin reaches for more than the letter's values.")),
        ('#eval("1")', ("template-reads", 8, "eval reaches for more than the letter's values.")),
        ("#sys.inputs", ("template-reads", 8, "sys reaches for more than the letter's values.")),
        (
            "#letter.colour",
            ("template-typst", 8, 'It cannot be set: dictionary does not contain key "colour".'),
        ),
        ("#(", ("template-typst", 8, "It cannot be set: unclosed delimiter.")),
    ],
)
async def test_typst_that_reaches_further_than_the_letter_is_refused_with_its_line(
    line: str, finding: tuple[str, int, str]
):
    rule, number, message = finding
    assert (rule, "template.typ", number, message) in await found(paper=f"{PAPER}{line}")


async def test_a_loop_without_end_is_stopped(monkeypatch: pytest.MonkeyPatch):
    patient = pool.Pool(seconds=1.0)
    monkeypatch.setattr(pool, "POOL", patient)
    try:
        endless = "#for i in range(100000) { for j in range(100000) {} }"
        assert await found(paper=f"{PAPER}{endless}") == [
            ("template-typst", "template.typ", 0, "It cannot be set: it took longer than 1 seconds."),
        ]
    finally:
        patient.close()


async def test_a_template_that_leaves_out_what_a_letter_must_show_is_told_of_each():
    page = (
        PAGE.replace("{{ letter.series }}", "")
        .replace("{{ letter.qr }}", "")
        .replace("{{ letter.code }}", "")
    )
    paper = '#import "common.typ": *\n#show: setup\n#title()\n'
    assert await found(page, paper) == [
        ("template-lacks", "template.html", 0, "letter.code is not shown."),
        ("template-lacks", "template.html", 0, "letter.series is not shown."),
        ("template-qr", "template.html", 0, "The QR code is missing."),
        ("template-lacks", "template.typ", 0, "letter.code is not shown."),
        ("template-lacks", "template.typ", 0, "letter.return_at is not shown."),
        ("template-lacks", "template.typ", 0, "letter.series is not shown."),
        ("template-qr", "template.typ", 0, "The QR code is missing."),
    ]


async def test_a_qr_code_that_is_hidden_or_too_small_is_missing():
    for drawn_so in ("#hide(check())", "#scale(30%, check())", "#rotate(45deg, check())"):
        paper = PAPER.replace("#closing()", drawn_so)
        assert await found(paper=paper) == [("template-qr", "template.typ", 0, "The QR code is missing.")]


async def test_a_template_that_takes_the_place_of_the_mark_of_copies_is_refused():
    paper = PAPER.replace("#head()", "#set page(foreground: [Mật])\n#head()")
    said = "The mark of a copy is not seen on each page."
    assert await found(paper=paper) == [("template-mark", "template.typ", 0, said)]
    assert await found(paper=paper.replace("foreground", "background")) == []


async def test_a_template_that_is_too_long_is_not_even_read():
    assert await found(PAGE + " " * 50_000) == [
        ("template-size", "template.html", 0, "It has more than 50,000 characters.")
    ]


@pytest.mark.parametrize("garbage", ["", "\0", "{{", "{% %}", "\ud800", "<" * 999, "#" * 999, "}}" * 99])
async def test_garbage_has_findings_and_no_more(garbage: str):
    assert [rule for rule, *_ in await found(garbage, garbage)] != []


async def test_a_letter_is_made_by_the_template_of_the_authority():
    values = samples.short("01")
    page = letters.page(values, PAGE)
    assert '<h1 class="title">GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ</h1>' in page
    assert "Người nộp: Người nộp 1, hẹn trả: 16 giờ 30 phút, ngày 10/03/2026" in html.text(page).replace(
        "  ", " "
    )
    made = drawn.text(await letters.typeset(values, PAPER))
    assert "Hẹn trả: 16 giờ 30 phút, ngày 10/03/2026" in made
    assert "Thành phần hồ sơ" not in made


def test_items_of_a_letter_are_its_own_and_no_method():
    body = html.body(samples.short("02"), "{% for each in letter.items %}<p>{{ each }}</p>{% endfor %}")
    assert body == "<p>Bản thảo có mục lục, đóng dấu giáp lai</p><p>Giấy giới thiệu của tổ chức</p>"


@pytest.mark.parametrize(
    "address", ["https://a.example/", "https://dichvucong.vidu.example/kiem-chung/" + "x" * 240]
)
def test_short_and_long_addresses_are_read_from_paper(address: str):
    document = {**letters.write(samples.short("01")), "check_address": address}
    made = pool.POOL.set_now(pdf.job(letters.read(document)))
    assert drawn.has_code(made, address)
    assert len(qr.modules(address)) == len(qr.modules(address)[0])
    assert display.shown(letters.read(document))["check_address"] == address
