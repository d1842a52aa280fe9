"""The check of an authority's template: its sources, then samples set by it."""

from collections.abc import Iterator
from dataclasses import dataclass

from jinja2 import TemplateError

from hoso_bpmn import text_safety
from hoso_bpmn.findings import Finding, Report
from hoso_calendar.messages import say
from hoso_workflows.letters import display, forms, html, pdf, pool, qr, samples
from hoso_workflows.letters.template_check import html_rules, typst_rules
from hoso_workflows.letters.template_check.findings import HTML, LARGEST, TYPST, finding
from hoso_workflows.letters.values import Values


@dataclass(frozen=True, slots=True)
class Template:
    """A template of an authority for a form, as HTML and as typst.

    HTML is what stands between the tags of our own page; typst may import `common.typ`.
    """

    form: str
    html: str
    typst: str


async def check(template: Template) -> Report:
    """The findings on a template; it may be used when the report is ok. Raises FormUnknown.

    Its form's sample values are set, the short ones and the long ones: whatever takes too long is found.
    """
    form = forms.titled(template.form)
    found = list(_of_sources(template))
    if not found:
        for values in (samples.short(form.code), samples.long(form.code)):
            found += _of_page(form, values, template.html)
            found += await _of_paper(form, values, template.typst)
    if not found and form.signs is not forms.Signs.NOBODY:
        found += await _of_copy(form, template.typst)
    return Report.of(found)


def _of_sources(template: Template) -> Iterator[Finding]:
    for file, source in ((HTML, template.html), (TYPST, template.typst)):
        if len(source) > LARGEST:
            said = say("It has more than {most:,} characters.", most=LARGEST)
            yield finding("template-size", file, 0, said)
            return
        if sign := text_safety.hidden(source):
            said = say("It has the invisible character {sign}.", sign=sign)
            yield finding("template-syntax", file, 0, said)
            return
    yield from html_rules.of_source(template.html)
    yield from typst_rules.of_source(template.typst)


def _of_page(form: forms.Form, values: Values, source: str) -> Iterator[Finding]:
    try:
        body = html.body(values, source)
    except TemplateError as wrong:
        yield finding(
            "template-value", HTML, _line(wrong), say("It asks for what is not there: {why}.", why=str(wrong))
        )
        return
    code = qr.svg(values.check_address) if values.check_address else ""
    plain = body.replace(code, "") if code else body
    yield from html_rules.of_output(plain)
    yield from _lacking(form, values, HTML, html.text(plain))
    if form.has_qr and code not in body:
        yield finding("template-qr", HTML, 0, say("The QR code is missing."))


async def _of_paper(form: forms.Form, values: Values, source: str) -> list[Finding]:
    from hoso_workflows.letters.template_check import drawn

    try:
        made = await pool.POOL.set(pdf.job(values, source))
    except pool.NotSet as failed:
        said = say("It cannot be set: {why}.", why=failed.reason)
        return [finding("template-typst", TYPST, failed.line, said)]
    found = list(_lacking(form, values, TYPST, drawn.text(made)))
    if form.has_qr and not drawn.has_code(made, values.check_address or ""):
        found.append(finding("template-qr", TYPST, 0, say("The QR code is missing.")))
    return found


async def _of_copy(form: forms.Form, source: str) -> list[Finding]:
    """The finding where a copy of the long sample hides its mark."""
    from hoso_workflows.letters.template_check import drawn

    try:
        made = await pool.POOL.set(pdf.job(samples.long(form.code), source, samples.COPY))
    except pool.NotSet as failed:
        return [
            finding("template-mark", TYPST, failed.line, say("It cannot be set: {why}.", why=failed.reason))
        ]
    said = drawn.joined(display.mark(samples.COPY))
    if all(said in drawn.joined(page) for page in drawn.pages(made)):
        return []
    return [finding("template-mark", TYPST, 0, say("The mark of a copy is not seen on each page."))]


def _lacking(form: forms.Form, values: Values, file: str, text: str) -> Iterator[Finding]:
    """Values that every letter of the form shows, and this one does not."""
    from hoso_workflows.letters.template_check import drawn

    shown = display.shown(values)
    names = ["series", *(["code" if values.code else "reference"] if form.has_code else [])]
    names += ["return_at"] if "return_at" in form.needs else []
    for name in names:
        if drawn.joined(str(shown[name])) not in drawn.joined(text):
            yield finding("template-lacks", file, 0, say("{name} is not shown.", name=f"letter.{name}"))


def _line(wrong: TemplateError) -> int:
    """The line of the template at which rendering stopped."""
    at, line = wrong.__traceback__, 0
    while at is not None:
        if at.tb_frame.f_code.co_filename == "<template>":
            line = at.tb_lineno
        at = at.tb_next
    return line
