"""Sources of letter templates: the house's own, and a page to begin with."""

import difflib
from importlib import resources

#: Page of a letter to begin with: it shows what a letter of any form must show. Letters are in Vietnamese.
STARTING = """<header>
<p>{{ letter.head.unit }}</p>
<p>Số: {{ letter.series }}</p>
<p>{{ letter.place_and_date }}</p>
</header>
<h1>{{ letter.title }}</h1>
{% if letter.code %}<p>Mã hồ sơ: {{ letter.code }}</p>{% endif %}
{% if letter.reference and not letter.code %}<p>Mã tra cứu: {{ letter.reference }}</p>{% endif %}
{% if letter.applicant %}<p>Hồ sơ của: {{ letter.applicant.name }}</p>{% endif %}
{% if letter.matter %}<p>Thủ tục: {{ letter.matter }}</p>{% endif %}
{% if letter.reason %}<p>Lý do: {{ letter.reason }}</p>{% endif %}
{% if letter.return_at %}<p>Trả kết quả: {{ letter.return_at }}</p>{% endif %}
{% if letter.qr %}<figure>{{ letter.qr }}</figure>{% endif %}
"""


def house(form: str) -> tuple[str, str]:
    """The house's own sources of a form, as HTML and as typst."""
    folder = resources.files("hoso_workflows.letters").joinpath("templates")
    page = folder.joinpath("html", f"{form}.html").read_text(encoding="utf-8")
    return page, folder.joinpath("typst", f"{form}.typ").read_text(encoding="utf-8")


def differences(older: str, newer: str) -> list[str]:
    """The lines that differ, `-` before and `+` after, with one around them."""
    found = difflib.unified_diff(older.splitlines(), newer.splitlines(), lineterm="", n=1)
    return [line for line in found if not line.startswith(("---", "+++"))]
