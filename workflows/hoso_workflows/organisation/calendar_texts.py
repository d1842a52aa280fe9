"""Present texts of the calendars of the house."""

from hoso_models.storage.database import Database, Transaction


async def texts(asked: Database | Transaction) -> dict[str, bytes]:
    """The present text of every calendar that has one.

    Of a parent that has no version of its own, the text that its newest child was compiled with.
    """
    found: dict[str, bytes] = {}
    own: dict[str, bytes] = {}
    for row in await asked.rows(_TEXTS):
        found |= {name: text.encode() for name, text in row.documents.items()}
        own[row.id] = row.documents[row.id].encode()
    return found | own


_TEXTS = """
select c.id, v.documents from calendar c join calendar_version v on v.calendar = c.id and v.version = c.version
order by v.created_at, v.id
"""
