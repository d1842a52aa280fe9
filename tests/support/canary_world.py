"""A world in which every column that holds something of people holds a canary."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hoso_models.storage.database import Database
from hoso_workflows.identity import sessions
from support import canary_rows, coordinators, files, lives, page_samples, partner_portals, personal_columns
from support.api_client import ADMINISTRATOR, CLERK, FILING, HEAD, OWN, SPECIALIST, Rest
from support.canaries import Canaries, everything
from support.world import CITIZEN, DEPARTMENT, DESK, instant, person

AT = "2026-03-06 08:00"


@dataclass
class Lived:
    """The world: what nobody may read in it, and by which names its things are asked for."""

    canary: Canaries = field(default_factory=Canaries)
    #: Kind → names: codes, ids, numbers.
    known: dict[str, list[str]] = field(default_factory=dict)
    #: What the house has made of files, and the ids of people, parties, steps and files.
    made: list[str] = field(default_factory=list)
    #: Answers to feedback that only its sender reads, by the id of the feedback.
    answers: dict[str, str] = field(default_factory=dict)
    #: Code → degree of every dossier.
    degrees: dict[str, int] = field(default_factory=dict)
    #: Signed papers and files of results, as their holders have them.
    papers: list[bytes] = field(default_factory=list)

    def words(self) -> list[str]:
        """Words that a stranger may type: a name of each kind, and what is personal in part and whole."""
        personal = [each.split()[-1] for each in self.canary.given[1:60:20]]
        return [*(names[0] for names in self.known.values() if names), *personal, "chimbao"]

    def found(self, text: str) -> set[str]:
        """Everything in a text that nobody may read."""
        named = {*_ID.findall(text.lower()), *_DIGEST.findall(text.lower())}
        codes = {each for kind in ("dossier", "reference") for each in self.known[kind] if each in text}
        return {*_CANARY.findall(text.lower()), *named.intersection(self.made), *codes}


#: A canary, also as bytes in hexadecimal; an id; a digest.
_CANARY = re.compile(r"chimbao\d{3}x|6368696d62616f(?:3\d){3}78")
_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


async def lived(rest: Rest) -> Lived:
    """Everything that people do, each word a canary."""
    made = Lived()
    canary = made.canary
    _from_somewhere(rest, canary)
    await rest.world.changed(canary_rows.PORTAL, CLERK, instant("2026-01-05 08:00"))
    await _named(rest, canary, but=CITIZEN)
    dossiers = [await life(rest, canary) for life in lives.ALL]
    rest.clock.turn(AT)
    await _typed(rest, canary)
    await _administered(rest, canary)
    await _heard(rest, made, dossiers[0]["code"])
    await _read(rest, canary, dossiers[0]["code"])
    await _open(rest, canary)
    await _told_by_others(rest, canary)
    await rest.world.changed("update principal set name = $2 where id = $1", CITIZEN, canary())
    await _known(rest.world.db, made)
    return made


def _from_somewhere(rest: Rest, canary: Canaries) -> None:
    """The network from which everybody acts."""
    transport: Any = rest.client._transport  # the transport of the test
    transport.client = (canary.word(), 1)


async def _named(rest: Rest, canary: Canaries, *, but: object) -> None:
    """Names of all people. That of who files in their own name is what their dossiers say, until they are there."""
    for row in await rest.world.db.rows("select id from principal where kind <> 'system' order by id"):
        said = [canary() for _ in range(5)]
        await rest.world.changed(canary_rows.NAMED, row.id, *said)
    await rest.world.changed("update principal set name = $2 where id = $1", but, OWN["name"])


async def _typed(rest: Rest, canary: Canaries) -> None:
    """A draft with files that is not filed, a token, a session."""
    content = {"applicant": lives.applicant(canary), "form": {"hang_hoa": canary()}}
    begun = {"procedure": FILING["procedure"], "content": content}
    draft = await rest.done("/v1/drafts", CITIZEN, begun)
    path = f"/v1/drafts/{draft['id']}"
    sent = await files.sends(
        rest, "", CITIZEN, files.pdf(mark=canary()), f"{canary()}.pdf", title=canary(), path=f"{path}/files"
    )
    assert sent.status_code == 201, sent.text
    upload = await rest.post(f"{path}/uploads", CITIZEN, {"file": f"{canary()}.pdf", "size": 2})
    assert upload.status_code == 201, upload.text
    part = files.part(0, complete=False)
    kept = await rest.ask("PATCH", upload.headers["Location"], CITIZEN, headers=part, content=b"%")
    assert kept.status_code == 200, kept.text
    await rest.done("/v1/me/tokens", CLERK, {"label": canary(), "scopes": ["read"], "days": 1})
    async with rest.world.db.transaction() as tx:
        origin = sessions.Origin("local", ("pwd",), None, canary(), canary(), provider_sid=canary())
        await sessions.begin(tx, CITIZEN, origin, at=rest.clock.at)


async def _administered(rest: Rest, canary: Canaries) -> None:
    """A person who is entered, one who stands in for another, a webhook, an outage and an entry of the catalogue that are public."""
    entered = {"name": canary(), "title": canary(), "unit": DEPARTMENT, "code": canary.word()}
    await rest.done("/v1/principals", ADMINISTRATOR, entered)
    absent = {"absent": str(SPECIALIST), "acting": str(person("specialist", number=2)), "unit": DEPARTMENT}
    days = {"valid_from": "2026-04-01", "valid_to": "2026-04-02"}
    await rest.done("/v1/substitutions", ADMINISTRATOR, {**absent, **days, "reason": canary()})
    where = f"https://127.0.0.1/{canary.word()}"
    receiver = await partner_portals.told_at(rest.world, where)
    await rest.world.changed(
        "update webhook_receiver set name = $2, last_error = $3 where id = $1", receiver, canary(), canary()
    )
    out = {"unit": DESK, "service": "Cổng", "description": canary(), "began_at": "2026-03-02T07:00:00+07:00"}
    await page_samples.SAMPLES["/noi-bo/danh-muc/{code}"](rest)
    outage = await rest.done("/v1/outages", CLERK, out)
    await page_samples.made_public(rest, outage["id"], "Cổng tạm ngừng")


async def _heard(rest: Rest, made: Lived, code: str) -> None:
    """Feedback: that of a dossier and of the portal, answered for anybody, for its sender, and not yet."""
    canary, coordinator = made.canary, await coordinators.appointed(rest.world)
    for kind, summary in (("dossier", "Đã chấn chỉnh"), ("dossier", ""), ("portal", None)):
        given = {
            "kind": kind,
            "text": canary(),
            "name": canary(),
            "email": canary.email(),
            "wants_answer": True,
        }
        about = {"dossier": code} if kind == "dossier" else {}
        sent = await rest.post("/v1/public/feedback", json={**given, **about})
        assert sent.status_code == 201, sent.text
        if summary is None:
            continue
        path = f"/v1/feedback/{sent.json()['id']}"
        await rest.done(f"{path}/forwarding", coordinator, {"unit": DESK})
        answer = "Cảm ơn" if summary else canary()
        desk = person("head", DESK)
        await rest.done(f"{path}/answer", desk, {"answer": answer, "summary": summary})
        if not summary:
            made.answers[sent.json()["id"]] = answer.split()[-1]


async def _read(rest: Rest, canary: Canaries, code: str) -> None:
    """A read of an officer elsewhere, with its reason and what led there."""
    said = {"Access-Reason": canary("vi"), "Led-By": canary("theo")}
    answer = await rest.get(f"/v1/dossiers/{code}", HEAD, headers=said)
    assert answer.status_code == 200, answer.text


async def _open(rest: Rest, canary: Canaries) -> None:
    """One that waits at the desk, and one that is worked on."""
    for taken in (False, True):
        headers = {"Idempotency-Key": canary.word()}
        filed = await rest.done(
            "/v1/dossiers", CLERK, {**FILING, "applicant": lives.applicant(canary)}, headers=headers
        )
        if taken:
            accepted = await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)
            await rest.completes(accepted, CLERK)


async def _told_by_others(rest: Rest, canary: Canaries) -> None:
    """Words of machines, and sign-ins that go on elsewhere."""
    for sql in canary_rows.ROWS:
        words = max(map(int, re.findall(r"\$(\d)", sql)), default=0)
        await rest.world.changed(sql, *(canary() for _ in range(words)))


async def _known(db: Database, made: Lived) -> None:
    """Names of what is there."""
    for kind, sql in _KNOWN.items():
        made.known[kind] = [str(row[0]) for row in await db.rows(sql)]
    for sql in _MADE:
        made.made += [str(row[0]) for row in await db.rows(sql) if row[0]]
    made.papers = [bytes(row.content) for row in await db.rows("select content from letter_file")]
    rows = await db.rows("select code, degree from dossier where code is not null order by code")
    made.degrees = {row.code: row.degree for row in rows}


async def uncovered(db: Database) -> dict[str, list[str]]:
    """Columns of people without a canary, and sealed ones and files without a row."""
    packed = await everything(db)
    texts = {each: await _text(db, each) for each in personal_columns.personal()}
    texts["engine_state.state"] = packed
    sealed = personal_columns.named(personal_columns.SEALED, personal_columns.MADE)
    return {
        "without": [each for each, text in texts.items() if not _CANARY.search(text)],
        "empty": [each for each in sealed if not await _text(db, each)],
    }


async def _text(db: Database, column: str) -> str:
    """Everything in a column."""
    table, name = column.split(".")
    rows = await db.rows(f"select distinct {name}::text from {table} where {name} is not null")  # noqa: S608 - names of our own
    return "\n".join(row[0] for row in rows)


#: Names by which things are asked for.
_KNOWN: Mapping[str, str] = {
    "dossier": "select code from dossier where code is not null order by code",
    "reference": "select reference from dossier order by code",
    "letter": "select distinct on (form) id from letter order by form, id",
    "feedback": "select id from feedback order by year, number",
    "draft": "select id from draft where sealed is not null",
    "announcement": "select id from outage",
    "task": "select id from user_task order by id limit 1",
    "attachment": "select id from attachment order by id limit 1",
    "file": "select id from draft_file",
    "upload": "select id from upload order by id limit 1",
    "person": "select id from principal order by id limit 1",
    "procedure": (
        "select procedure_code from procedure_entry_version"
        " union select procedure_code from workflow_version where status = 'active' order by 1 desc"
    ),
    "unit": "select code from unit order by code",
    "portal": "select external_code from portal_filing",
    "order": "select id from payment_order",
    "external": "select external_code from dossier where external_code is not null",
}
#: Of which nothing may be read.
_MADE = (
    "select unnest(array[sha256, object, thumbnail]) from attachment",
    "select unnest(array[object, thumbnail]) from draft_file",
    "select sha256 from letter_file",
    "select unnest(pieces) from upload",
    "select id from attachment union select id from dossier union select id from draft union select id from draft_file",
    "select id from party union select id from principal union select id from upload union select id from user_task",
)
