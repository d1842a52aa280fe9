"""Texts that would be markup, code, or another order of reading, where a template let them."""

from hypothesis import strategies as st

HOSTILE = (
    '#read("/etc/passwd")',
    "$x$ @ref *b* _i_ `c` = h\n- l\n+ n",
    "<script>alert(1)</script>",
    "\"' onload=alert(1) x='",
    "</style></title><img src=x onerror=alert(1)>",
    "{{ letter.code }} {% for x in y %} #{letter.code}",
    "&lt;b&gt; &amp; ]]> <!-- -->",
    "a\u200fb\u202etxt.exe",
    "Ngu\u031bo\u031b\u0300i",
    "dài" * 400,
)
_SIGNS = "aăâbcdđeêghiklmnoôơpqrstuưvxyẦẫẬắẶểễệốỗộớỡợừữựỹỵ<>&\"'`#$*_@[]{}()\\/~|=+-.;:,%! \n"
TEXTS = st.sampled_from(HOSTILE) | st.text(alphabet=_SIGNS, min_size=1, max_size=120).filter(str.strip)
