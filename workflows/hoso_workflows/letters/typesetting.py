"""Typesetting of letters in limited children."""

from dataclasses import replace

from hoso_workflows.letters import pdf, pool, refusals
from hoso_workflows.letters.values import Copy, Values


async def picture(values: Values, template: str | None = None) -> bytes:
    """The first page of a letter as PNG, by our template or another. Raises LetterNotSet."""
    try:
        return await pool.POOL.set(replace(pdf.job(values, template), picture=True))
    except pool.NotSet as failed:
        raise refusals.LetterNotSet(values.form, failed.reason) from failed


async def typeset(values: Values, template: str | None = None, copy: Copy | None = None) -> bytes:
    """The PDF of a letter or of a copy, by our template or another.

    Equal values give equal bytes: the file is dated as the letter is. It is tagged, has title and language, and is made for
    long keeping (PDF/A-2a, PDF/UA-1) unless a sign is in none of our fonts. At most two are set at a time, in limited
    children; further ones wait. Raises LetterNotSet.
    """
    try:
        return await pool.POOL.set(pdf.job(values, template, copy))
    except pool.NotSet as failed:
        raise refusals.LetterNotSet(values.form, failed.reason) from failed
