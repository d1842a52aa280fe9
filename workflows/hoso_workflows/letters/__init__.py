"""Letters of the one-stop shop: numbers, values, pages, PDF.

values = letters.read(letter.data)      # raises ValuesRefused, FormUnknown
html = letters.page(values)
pdf = await letters.typeset(values)     # raises LetterNotSet
png = await letters.picture(values)     # of the first page
"""

from hoso_workflows.letters.document import read, write
from hoso_workflows.letters.forms import titled
from hoso_workflows.letters.html import page
from hoso_workflows.letters.typesetting import picture, typeset
from hoso_workflows.letters.values import Copy, Values

__all__ = ["Copy", "Values", "page", "picture", "read", "titled", "typeset", "write"]
