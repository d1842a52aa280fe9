"""Dossiers in which everything that people write is a canary."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from hoso_models.storage import database
from hoso_workflows.dossiers.service import DossierService
from support import api_client, files, signing_keys
from support.acts_of_law import AGENCY_HEAD, TO_THE_RESULT
from support.api_client import ADMINISTRATOR, CLERK, FILING, HEAD, LEADER, OWN, SPECIALIST, Rest
from support.builders import forms
from support.canaries import Canaries
from support.procedures import charging
from support.world import CITIZEN, DESK, OTHER, PROVINCE, World, instant, person

COLLEAGUE, DESK_HEAD = person("specialist", number=2), person("head", DESK)


@dataclass
class Life:
    """A dossier that is acted on, an act a minute."""

    rest: Rest
    canary: Canaries
    begins: str
    minute: int = 0
    standing: Any = None

    def turn(self) -> None:
        """A minute later."""
        self.minute += 1
        self.rest.clock.turn(f"{self.begins[:-2]}{self.minute:02}")

    @property
    def path(self) -> str:
        """The address of the dossier."""
        return f"/v1/dossiers/{self.standing['reference']}"

    async def acts(self, name: str, by: UUID, **said: Any) -> Any:
        """An act on the dossier; its answer."""
        return await self.done(f"{self.path}/{name}", by, said)

    async def works(self, name: str, by: UUID, **said: Any) -> Any:
        """An act on its only open task; its answer."""
        (task,) = (await self.rest.get(self.path, CLERK)).json()["tasks"]
        return await self.done(f"/v1/user-tasks/{task['id']}/{name}", by, said)

    async def done(self, path: str, by: UUID, said: Any) -> Any:
        """Any act, by its address; its answer."""
        self.turn()
        return await self.rest.done(path, by, said)

    async def hands_in(self, by: UUID, path: str | None = None, **said: Any) -> str:
        """A file, described by canaries; its address."""
        self.turn()
        where = {"path": path} if path else {}
        named = {"title": self.canary(), **said, **where}
        content = files.pdf(mark=str(self.minute))
        about = "" if path else self.standing["reference"]
        sent = await files.sends(self.rest, about, by, content, f"{self.canary()}.pdf", **named)
        assert sent.status_code == 201, sent.text
        return sent.headers["Location"]

    async def begins_upload(self, by: UUID) -> None:
        """An upload that is cut off. What it is lies sealed, so that no canary in it would be found."""
        self.turn()
        said = {"file": "giay-to.pdf", "size": 2}
        begun = await self.rest.post(f"{self.path}/uploads", by, said)
        headers = files.part(0, complete=False)
        kept = await self.rest.ask("PATCH", begun.headers["Location"], by, headers=headers, content=b"%")
        assert kept.status_code == 200, kept.text


def applicant(canary: Canaries) -> dict[str, Any]:
    """An organisation of canaries."""
    texts = ("name", "authorisation_paper")
    numbers = ("identifier", "phone", "authorised_name", "authorised_identifier")
    given = {**{name: canary() for name in texts}, **{name: canary("số") for name in numbers}}
    return {"kind": "organisation", "address": "Số 1", **given, "email": canary.email()}


async def handled(rest: Rest, canary: Canaries) -> Any:
    """One of the desk's, from its filing to the hand-over of its result."""
    life = Life(rest, canary, "2026-03-02 08:00")
    form = {**FILING["form"], **{name: canary() for name in ("thuong_nhan", "hang_hoa", "nuoc_nhap_khau")}}
    life.turn()
    life.standing = await rest.files(applicant=applicant(canary), form=form, external_code=canary("mã"))
    await received(life)
    await asked_around(life)
    await timed(life)
    await worked_on(life)
    signed = (await rest.get(f"{life.path}/letters", CLERK)).json()["items"][0]
    await life.acts(f"letters/{signed['id']}/signature", DESK_HEAD)
    await life.acts(f"letters/{signed['id']}/copies", CLERK, receiver=canary(), reason=canary())
    handed = {name: canary() for name in ("receiver", "identifier", "postal_number", "note")}
    await life.acts("handover", CLERK, **handed)
    await life.hands_in(LEADER, f"{life.path}/result-corrections", reason=canary())
    returned = await life.acts("correction-handover", CLERK, **handed)
    await rest.world.changed(_LATE_DRAFT, returned["reference"], CLERK, {"note": canary()})
    await rest.world.changed(_RATED, returned["reference"], CITIZEN, canary())
    await rest.world.changed(_SPOKEN_OF, returned["reference"], PROVINCE)
    return returned


#: A draft that was being written when its task was closed.
_LATE_DRAFT = """
insert into officer_task (task_id, principal_id, draft, draft_version, draft_saved_at)
select t.id, $2, $3, 1, t.opened_at from user_task t join dossier d on d.id = t.dossier_id where d.reference = $1 limit 1
"""


#: A rating. $3 the comment.
_RATED = """
insert into rating (dossier_id, overall, convenience, timeliness, attitude, comment, given_at, given_by)
select id, 'satisfied', 'satisfied', 'satisfied', 'satisfied', $3, result_ready_at, $2 from dossier where reference = $1
"""
#: Feedback about it, whose words lie sealed.
_SPOKEN_OF = """
insert into feedback (year, number, kind, dossier_id, sealed, wants_answer, given_at, unit_code, term, basis, due_at)
select 2026, 1, 'dossier', id, 'sealed', false, result_ready_at, $2, '10 ngày làm việc', 'Luật', result_ready_at
from dossier where reference = $1
"""


async def received(life: Life) -> None:
    """Files in two versions, a supplement that did not answer, and the acceptance."""
    canary = life.canary
    first = await life.hands_in(CLERK, component="TP01")
    await life.hands_in(CLERK, f"{first}/supersede")
    await life.begins_upload(CLERK)
    await life.acts("supplement-request", CLERK, reason=canary(), items=[canary()])
    await life.acts("supplement", CLERK, note=canary())
    await life.acts("supplement-return", CLERK, reason=canary(), items=[canary()])
    await life.acts("supplement", CLERK, note=canary())
    await life.acts("acceptance", CLERK, note=canary())


async def asked_around(life: Life) -> None:
    """An opinion, a verification, a correction, notes and a disclosure."""
    canary, elsewhere = life.canary, person("specialist", OTHER)
    await life.acts("consultations", CLERK, unit=OTHER, question=canary(), due="2026-03-06")
    (consulted,) = (await life.rest.get("/v1/consultations", elsewhere)).json()["items"]
    await life.acts(f"consultations/{consulted['id']}/answer", elsewhere, answer=canary())
    await life.acts("correction", CLERK, reason=canary(), applicant={"address": canary()})
    await life.acts("notes", CLERK, text=canary())
    (note,) = (await life.rest.get(f"{life.path}/notes", CLERK)).json()["items"]
    await life.acts("note-amendment", CLERK, note=note["seq"], text=canary())
    await life.hands_in(CLERK, internal=True)
    given = {"recipient": "Tòa án", "basis": "Luật", "data": ["Họ tên"], "decision": "QĐ 1"}
    await life.acts("disclosures", HEAD, purpose=canary(), **given)


async def timed(life: Life) -> None:
    """Every act that moves a date, and a hold that was lifted."""
    canary = life.canary
    await life.acts("suspension", HEAD, reason=canary(), basis="Luật")
    await life.acts("suspension-end", HEAD, reason=canary())
    await life.acts("obligation", CLERK, reason=canary(), basis="Luật", document=canary())
    await life.acts("obligation-met", CLERK, proof=canary())
    await life.acts("extension", HEAD, term="2 ngày làm việc", reason=canary(), basis="Luật")
    await life.acts("reappointment", HEAD, due="2026-03-12", reason=canary())
    await life.acts("hold", ADMINISTRATOR, reason=canary(), basis="Luật")
    await life.acts("hold-end", ADMINISTRATOR, reason=canary())


async def worked_on(life: Life) -> None:
    """Tasks that change hands, their completions up to the result, and its file, which was scanned wrongly."""
    canary, scanned = life.canary, ""
    for by, said in TO_THE_RESULT:
        if by == SPECIALIST:
            await handed_round(life)
        more: dict[str, Any] = {}
        if "result" in said:
            scanned = await life.hands_in(CLERK, internal=True)
            more = {"reason": canary(), "attachments": [scanned.rpartition("/")[2]]}
        await life.works("completion", by, note=canary(), **{**said, **more})
    await life.hands_in(CLERK, f"{scanned}/exchange", reason=canary())


async def handed_round(life: Life) -> None:
    """A verification, and a task that is delegated, reassigned and sent back."""
    canary, held = life.canary, instant("2026-03-02 08:00").isoformat()
    found = {"finding": canary(), "place": canary(), "participants": [canary()], "held_at": held}
    await life.acts("verifications", SPECIALIST, **found)
    await life.acts("supplement-proposal", SPECIALIST, reason=canary(), items=[canary()])
    await life.works("assignment", SPECIALIST)
    await life.works("delegation", SPECIALIST, assignee=str(COLLEAGUE), note=canary())
    await life.works("delegation-end", COLLEAGUE, note=canary())
    await life.works("reassignment", AGENCY_HEAD, assignee=str(COLLEAGUE), reason=canary())
    await life.works("return", COLLEAGUE, reason=canary())


async def written_about(rest: Rest, canary: Canaries) -> Any:
    """A citizen's own, filed from a draft, talked about and withdrawn."""
    life = Life(rest, canary, "2026-03-02 09:00")
    mine = {**OWN, "address": canary(), "email": canary.email()}
    content = {**{key: FILING[key] for key in ("form", "components")}, "applicant": mine}
    draft = await life.done("/v1/drafts", CITIZEN, {"procedure": FILING["procedure"], "content": content})
    await life.hands_in(CITIZEN, f"/v1/drafts/{draft['id']}/files")
    life.standing = await life.done(f"/v1/drafts/{draft['id']}/filing", CITIZEN, {})
    await life.acts("acceptance", CLERK)
    await life.works("completion", CLERK)
    await life.acts("conversation", CITIZEN, text=canary())
    await life.acts("reply-proposal", HEAD, text=canary())
    await life.acts("reply", CLERK, text=canary())
    return await life.acts("withdrawal", CITIZEN, reason=canary())


async def charged(rest: Rest, canary: Canaries) -> Any:
    """One with fees, sent to another authority."""
    life = Life(rest, canary, "2026-03-02 10:00")
    life.turn()
    life.standing = await rest.files(**charging.FILING, case="goes_on", applicant=applicant(canary))
    await life.acts("fee-assessment", CLERK, fee=3, amount=50_000, basis=canary())
    await life.acts("fee-exemption", HEAD, fee=3, amount=10_000, basis=canary())
    paid = {"method": "transfer", "reference": canary("FT")}
    await life.acts("payments", CLERK, fee=1, amount=20_000, **paid)
    (payment,) = (await rest.get(f"{life.path}/fees", CLERK)).json()["payments"]
    await life.acts("payment-cancellation", HEAD, payment=payment["id"], reason=canary())
    await life.acts("payments", CLERK, fee=1, amount=25_000, **{**paid, "reference": canary("FT")})
    (*_, payment) = (await rest.get(f"{life.path}/fees", CLERK)).json()["payments"]
    back = {"payment": payment["id"], "amount": 5_000, "reference": canary("FT"), "reason": canary()}
    await life.acts("refunds", HEAD, **back)
    online = [f"https://pay.example.vn/{canary('GW')}", canary("GW"), canary("GW")]
    await rest.world.changed(_PAID_ONLINE, life.standing["reference"], CLERK, *online)
    await rest.world.changed(_LEFT_BY_A_JOB, life.standing["reference"], CLERK, canary())
    (dispute,) = (await rest.get("/v1/payments/disputes", CLERK)).json()["items"]
    settling = {"settlement": "refunded", "reason": canary(), "reference": canary("RF")}
    await rest.done(f"/v1/payments/disputes/{dispute['id']}/settlement", HEAD, settling)
    return await life.acts("transfer", CLERK, reason=canary(), authority="Công an tỉnh")


#: An order at the payment gateway that was paid twice: $3 where, $4 and $5 by which references.
_PAID_ONLINE = """
with o as (
  insert into payment_order (dossier_id, fees, amount, state, pay_at, gateway_reference, created_at, created_by, expires_at)
  select id, '[{"fee": 1, "amount": 20000}]', 20000, 'paid', $3, $4, filed_at, $2, filed_at from dossier where reference = $1
  returning id, dossier_id, created_at
)
insert into payment_dispute (order_id, dossier_id, told_order, amount, gateway_reference, reason, told_at)
select id, dossier_id, id::text, 20000, $5, 'paid_twice', created_at from o
"""

#: A job that has left the dossier as it was. $3 why.
_LEFT_BY_A_JOB = """
with j as (
  insert into job (id, kind, state, subject, unit_code, ordered_by, ordered_at, ended_at, updated_at)
  select gen_random_uuid(), 'rehoming', 'done', handling_unit, handling_unit, $2, filed_at, filed_at, filed_at
  from dossier where reference = $1 returning id
)
insert into job_item (job_id, dossier_id, outcome, why)
select j.id, d.id, 'left', jsonb_build_object('said', $3::text) from j, dossier d where d.reference = $1
"""


async def answered(rest: Rest, canary: Canaries) -> Any:
    """One whose step asks by a form."""
    life = Life(rest, canary, "2026-03-02 11:00")
    life.turn()
    life.standing = await forms.accepted(rest)
    await life.works("completion", SPECIALIST, values={"dia_diem": canary(), "muc": 3})
    return await life.acts("stop", HEAD, reason=canary(), basis="Luật")


async def turned_down(rest: Rest, canary: Canaries) -> Any:
    """Refused, taken up again by a decision, put before others, and closed because nobody answered."""
    life = Life(rest, canary, "2026-01-12 12:00")
    life.turn()
    life.standing = await rest.files(applicant=applicant(canary))
    await life.acts("refusal", CLERK, reason=canary())
    await life.acts("reopening", HEAD, reason=canary(), basis="Quyết định giải quyết khiếu nại")
    await life.works("assignment", CLERK)
    await life.works("priority", DESK_HEAD, priority=2)
    await life.works("reassignment", DESK_HEAD, reason=canary())
    newest = (await rest.get(f"{life.path}/events", CLERK)).json()["items"][-1]
    mended = {"event": newest["seq"], "at": newest["at"].replace(":00+", ":00.5+"), "reason": canary()}
    await life.acts("corrections", ADMINISTRATOR, **mended)
    await life.acts("supplement-request", CLERK, reason=canary(), items=[canary()])
    rest.clock.turn("2026-02-06 08:00")
    return await rest.done(f"{life.path}/closure", CLERK, {})


@asynccontextmanager
async def served(
    url: str, folder: Path, *, kind: type[World] = World, **settings: Any
) -> AsyncIterator[Rest]:
    """The API over the world of `charging`, or of another kind, with a key of the desk."""
    root = signing_keys.issued("Gốc chứng thực mẫu")
    (roots := folder / "root.pem").write_text(root.pem)
    file, phrase = signing_keys.pkcs12_file(folder, "desk", signing_keys.issued("Trung tâm", root), root)
    keys = [{"name": "Trung tâm", "unit": DESK, "file": file, "passphrase_file": phrase}]
    clock = api_client.Clock(instant("2026-03-02 08:00"))
    async with database.connect(url) as db:
        world = kind(DossierService(db))
        transport = api_client.application(world, clock, signing=keys, trusted_roots_file=roots, **settings)
        async with httpx.AsyncClient(transport=transport, base_url="https://hoso.test") as client:
            yield Rest(world, client, clock, api_client.Contract())


ALL = (handled, written_about, charged, answered, turned_down)
