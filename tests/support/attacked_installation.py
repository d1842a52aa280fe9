"""A demonstration that is served for attackers: with people whom it lacks, and a look at whether anything has changed.

Its parts are served one by one, so that the flows change nothing while an attack is watched.
"""

import asyncio
import io
import json
import os
import pwd
import stat
import zipfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from hoso_bpmn.package import package
from hoso_models import DOSSIER_PARTS, PrincipalKind, postgres
from hoso_models.postgres import Role
from hoso_models.storage import database
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.identity.sealing import Seal
from hoso_workflows.operation import key_file
from hoso_workflows.organisation import principals, units
from support import api_client as rests
from support import databases, ports, signing_keys
from support.api_client import ADMINISTRATOR, CLERK, HEAD, SPECIALIST, Rest
from support.builders import forms
from support.command_line import Ran, hoso
from support.procedures import exchange, signed_results
from support.served import PATIENCE, members, said, serving
from support.world import (
    CITIZEN,
    DEPARTMENT,
    DESK,
    FOUNDED,
    OTHER,
    PROVINCE,
    SINCE,
    STRANGER,
    World,
    person,
    publish_package,
)

PERIOD = ("--dossiers", "40", "--seed", "7", "--from", "2026-10-19", "--until", "2026-11-20")
COMMUNE = "H27.XA"
MAYOR, SECRETARY = person("procedure_declarer", COMMUNE), person("procedure_approver", COMMUNE)
DECLARER, APPROVER = person("procedure_declarer"), person("procedure_approver", PROVINCE)
#: Another department's officer and machine, and two heads of it, one of them dismissed, with who stands in for each.
COLLEAGUE, MACHINE = person("specialist", OTHER), person("machine", OTHER)
PRESENT, DISMISSED = (person("agency_head", OTHER, number) for number in (1, 2))
DEPUTY, LEFT_BEHIND = (person("deputy", OTHER, number) for number in (1, 2))
NAMESAKE = "Nguyễn Văn Trùng"
#: A procedure whose first message is in nobody's lane.
UNLANED = "9.000004"
#: Who is entered beside the people of the demonstration: with a role in a unit, or with none.
OFFICERS = {
    CLERK: ("reception", DESK),
    HEAD: ("division_head", DEPARTMENT),
    SPECIALIST: ("specialist", DEPARTMENT),
    DECLARER: ("procedure_declarer", DEPARTMENT),
    APPROVER: ("procedure_approver", PROVINCE),
    MAYOR: ("procedure_declarer", COMMUNE),
    SECRETARY: ("procedure_approver", COMMUNE),
    PRESENT: ("agency_head", OTHER),
    DISMISSED: ("agency_head", OTHER),
    COLLEAGUE: ("specialist", OTHER),
    ADMINISTRATOR: ("administrator", PROVINCE),
}
ZIP = {"Content-Type": "application/zip"}
#: Bodies by the end of the path, where an empty one is not enough.
SENT: Mapping[str, Any] = {
    **{
        end: {"reason": "Không"}
        for end in (
            *("refusal", "supplement-proposal", "supplement-request", "supplement-return", "withdrawal"),
            *("suspension-end", "hold-end"),
        )
    },
    **{
        end: {"reason": "Chờ", "basis": "Luật"}
        for end in ("suspension", "obligation", "stop", "reopening", "hold", "erasure")
    },
    "transfer": {"reason": "Khác", "authority": "Công an tỉnh"},
    "extension": {"reason": "Chờ", "basis": "Luật", "term": "1 ngày"},
    "reappointment": {"reason": "Xin lỗi", "due": "2026-03-20"},
    "obligation-met": {"proof": "0001"},
    "fee-assessment": {"fee": 1},
    "fee-exemption": {"fee": 1, "basis": "Luật"},
    "payments": {"fee": 1, "amount": 1_000, "method": "transfer", "reference": "FT1"},
    "payment-cancellation": {
        "payment": "00000000-0000-4000-8000-000000000009",
        "reason": "Ghi nhầm",
    },
    "refunds": {"payment": "00000000-0000-4000-8000-000000000009", "reason": "Nộp thừa"},
    "consultations": {"unit": "H27.SYT", "question": "Có không?", "due": "2026-03-06"},
    "answer": {"answer": "Có"},
    "uploads": {"file": "a.png", "size": 1},
    "conversation": {"text": "Khi nào?"},
    "rating": dict.fromkeys(("overall", "convenience", "timeliness", "attitude"), "satisfied"),
    "reply": {"text": "Đúng hẹn"},
    "reply-proposal": {"text": "Đúng hẹn"},
    "verifications": {"finding": "Đúng", "place": "Tại chỗ", "held_at": "2026-03-02T08:00:00+07:00"},
    "disclosures": {
        **dict.fromkeys(("recipient", "basis", "purpose", "decision"), "Không"),
        "data": ["Họ tên"],
    },
    "correction": {"reason": "Gõ sai", "applicant": {"address": "Số 1"}},
    "corrections": {"event": 2, "at": "2026-03-02T08:00:00+07:00", "reason": "Đồng hồ sai"},
    "messages": {"name": "Trả lời"},
    "failure": {"message": "hỏng"},
    "notes": {"text": "Đã gọi"},
    "note-amendment": {"note": 9, "text": "Đã gọi lại"},
    "priority": {"priority": 2},
    "reassignment": {"reason": "Nghỉ"},
    "delegation": {"assignee": "00000000-0000-4000-8000-000000000005"},
    "return": {"reason": "Thiếu"},
    "follow-up": {"follow_up": "2026-03-09"},
}
#: Statements that would rewrite a table.
REWRITTEN = (
    *("update {} set at = at", "delete from {}", "truncate {}", "alter table {} add column forged text"),
    *("alter table {} disable trigger user", "alter table {} disable trigger all", "drop table {}"),
)
#: Gives each of two dossiers, $1 and $2, the other's history and head.
SWAPPED = (
    "alter table dossier_event disable trigger dossier_event_append_only",
    "update dossier_event set seq = seq + 1000 where dossier_id in ($1, $2)",
    (
        "update dossier_event set seq = seq - 1000, dossier_id = case dossier_id when $1::uuid then $2::uuid else $1::uuid end"
        " where dossier_id in ($1, $2)"
    ),
    (
        "update engine_state e set head = (select o.head from engine_state o where o.dossier_id in ($1, $2)"
        " and o.dossier_id <> e.dossier_id) where dossier_id in ($1, $2)"
    ),
    "alter table dossier_event enable trigger dossier_event_append_only",
)


@dataclass(frozen=True)
class House:
    """The installation: where it is, and on which port it answers."""

    home: Path
    port: int
    prefect_port: int

    def url(self, role: Role = Role.APPLICATION) -> str:
        """The address of its database, by the secrets in its folder."""
        return postgres.Server(self.home).url(role=role)

    @property
    def told(self) -> dict[str, str]:
        """The settings of what serves it."""
        ports = {"HOSO_PORT": str(self.port), "HOSO_PREFECT_PORT": str(self.prefect_port)}
        file, phrase, root = (str(self.home / name) for name in _KEY)
        key = {"name": "so", "unit": DEPARTMENT, "file": file, "passphrase_file": phrase}
        # The store of the tests is closed to the user of the services.
        return {
            **ports,
            "HOSO_WORKERS": "2",
            "HOSO_STORE_FOLDER": str(self.home / "files"),
            "HOSO_SIGNING": json.dumps([key]),
            "HOSO_TRUSTED_ROOTS_FILE": root,
        }

    @property
    def seal(self) -> Seal:
        """The seal of its secrets."""
        return Seal(lambda: key_file.key(key_file.path(self.home, None)))

    @property
    def workers(self) -> set[int]:
        """The processes that answer."""
        return {
            each.pid
            for each in members(self.home)
            if any(one.laddr.port == self.port for one in each.net_connections() if one.status == "LISTEN")
        }

    def hoso(self, *words: str, given: str | None = None) -> Ran:
        """A command of the operator."""
        return hoso(*words, home=self.home, given=given, **self.told)


#: The department's key, its passphrase and its root, in the home.
_KEY = ("so.p12", "so.pass", "root.pem")


def _give_key(home: Path) -> None:
    """Lay a key that signs into the home; it belongs to whoever the home belongs to."""
    root, whose = signing_keys.issued("Gốc chứng thực mẫu"), home.stat()
    signing_keys.pkcs12_file(home, "so", signing_keys.issued("Sở mẫu", root), root)
    (home / "root.pem").write_text(root.pem)
    for name in _KEY:
        (home / name).chmod(0o600)
        os.chown(home / name, whose.st_uid, whose.st_gid)


def unlaned() -> package.Package:
    """The procedure that exchanges messages, under another code; its first message is in nobody's lane."""
    files = dict(exchange.drawn().files)
    files["procedure.toml"] = files["procedure.toml"].replace(exchange.CODE.encode(), UNLANED.encode())
    drawing = files["process.bpmn"].replace(b"<flowNodeRef>Cho</flowNodeRef>", b"")
    assert drawing != files["process.bpmn"]
    return package.read({**files, "process.bpmn": drawing})


async def peopled(url: str) -> None:
    """Enter who and what the demonstration lacks."""
    async with database.connect(url) as db:
        async with db.transaction() as tx:
            words = {"kind": "commune", "level": "commune", "calendar": "ha-tinh", "parent": PROVINCE}
            units.unit(tx, COMMUNE, "UBND xã", valid_from=SINCE, **words)  # type: ignore[arg-type]  # words of the call
            for number, who in enumerate((CITIZEN, STRANGER), 1):
                principals.principal(
                    tx, PrincipalKind.CITIZEN, f"Người nộp {number}", at=FOUNDED, identity=who
                )
            for kind in (PrincipalKind.CITIZEN, PrincipalKind.OFFICER):
                principals.principal(tx, kind, NAMESAKE, at=FOUNDED)
            principals.principal(tx, PrincipalKind.SYSTEM, "Máy 1 · Sở Y tế", at=FOUNDED, identity=MACHINE)
            for number, who in enumerate((*OFFICERS, DEPUTY, LEFT_BEHIND)):
                name = f"Cán bộ thử số {number}"
                entered = principals.principal(tx, PrincipalKind.OFFICER, name, at=FOUNDED, identity=who)
                entered.closed_at = FOUNDED if who == DISMISSED else None
            await tx.flush()
            for who, (role, unit) in OFFICERS.items():
                units.assign(tx, who, unit, role, SINCE)
            for absent, acting in ((PRESENT, DEPUTY), (DISMISSED, LEFT_BEHIND)):
                await tx.rows("update principal set home_unit_code = $2 where id = $1", [acting, OTHER])
                units.substitute(tx, absent, acting, SINCE, SINCE.replace(year=2099), reason="Nghỉ phép")
        for drawn, decides in (
            (forms.drawn(), PROVINCE),
            (unlaned(), PROVINCE),
            (signed_results.declared(), DEPARTMENT),
        ):
            async with db.transaction() as tx:
                for part, unit in zip(DOSSIER_PARTS, (DESK, DEPARTMENT, decides), strict=True):
                    units.competence(tx, drawn.code, unit, part, SINCE, basis="Quyết định công bố")
            await publish_package(db, drawn)


@contextmanager
def attacked() -> Iterator[House]:
    """A demonstration, peopled and served by two workers."""
    with ExitStack() as stack:
        home = stack.enter_context(databases.home())
        made = House(home, stack.enter_context(ports.kept()), stack.enter_context(ports.kept()))
        demo = made.hoso("demo", *PERIOD, "--no-serve")
        assert demo.status == 0, demo.err
        _give_key(home)
        for part in ("api", "prefect"):
            said(stack.enter_context(serving(home, part, **made.told)), f"{part} is ready")
        asyncio.run(peopled(made.url()))
        # The operator of the shell is entered by their first command.
        assert made.hoso("tokens", "create", str(STRANGER)).status == 0
        yield made


@asynccontextmanager
async def asking(house: House) -> AsyncIterator[Rest]:
    """Client of the served API, with a connection to its database."""
    async with (
        database.connect(house.url()) as db,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{house.port}", timeout=PATIENCE) as client,
    ):
        yield Rest(World(DossierService(db)), client, rests.Clock(FOUNDED), rests.Contract())


@asynccontextmanager
async def unchanged(rest: Rest) -> AsyncIterator[None]:
    """A check that the block leaves no trace but in the log and the throttle."""
    before = await rest.content()
    yield
    assert await rest.content() == before


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A package as it is uploaded."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


async def answering(rest: Rest, until: asyncio.Future[Any]) -> int:
    """Number of successful liveness probes until the future is done."""
    heard = 0
    while not until.done():
        assert (await rest.get("/health/live")).status_code == 200
        heard += 1
    return heard


async def a_task(rest: Rest, role: str, unit: str) -> tuple[str, str]:
    """An open task of the demonstration's, and the code of its dossier."""
    (row, *_) = await rest.world.db.rows(
        "select t.id::text, d.code from user_task t join dossier d on d.id = t.dossier_id"
        " where t.status = 'open' and t.role = $1 and t.unit_code = $2 order by d.code",
        [role, unit],
    )
    return row.id, row.code


async def swap(owner: database.Database, two: list[object]) -> None:
    """Give each of two dossiers the other's history, as the owner of the database."""
    for statement in SWAPPED:
        await owner.one_statement(statement, two if "$1" in statement else [])


def kept(home: Path) -> set[tuple[str, str]]:
    """Owners and modes of all files in a home."""
    found = set()
    for path in (home, *home.rglob("*")):
        with suppress(FileNotFoundError):
            seen = path.lstat()
            found.add((pwd.getpwuid(seen.st_uid).pw_name, stat.filemode(seen.st_mode)))
    return found


def users(home: Path) -> list[int]:
    """As whom the processes of an installation run."""
    found = []
    for process in members(home):
        with suppress(psutil.NoSuchProcess):
            found += {process.uids().real, process.uids().saved}
    return found
