"""`hoso restore`: a backup in an empty place, brought up to date and audited."""

import time
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from hoso_api.cli import audit as audits
from hoso_api.cli import backup as backing
from hoso_api.cli import console, errors, operators, signals
from hoso_api.installation import backups, installation, occupancy
from hoso_api.system_clock import now
from hoso_calendar.messages import say
from hoso_models.postgres import Role
from hoso_workflows import audit, localtime
from hoso_workflows.backups import manifest, parts, restoring
from hoso_workflows.backups.manifest import Manifest
from hoso_workflows.operation import backup_history
from hoso_workflows.organisation import access_log

app = typer.Typer(
    add_completion=False,
    help="Restore a backup into an empty home or database, or rehearse it; ends in an audit.",
)


@dataclass(frozen=True, slots=True)
class Restored:
    """Outcome of a restore: backup, revision of the database, seconds, differences."""

    backup: Manifest
    #: True where the master key was here and has signed the manifest.
    signature_verified: bool
    revision: str
    verifying_seconds: float
    restoring_seconds: float
    auditing_seconds: float
    differences: list[audit.Difference]


@app.command()
def restore(
    source: Annotated[Path, typer.Argument(help="The folder of a backup.")],
    rehearse: Annotated[
        bool,
        typer.Option(
            "--rehearse", help="Into a temporary home with a PostgreSQL of its own, which is removed."
        ),
    ] = False,
    master_key: Annotated[
        Path | None,
        typer.Option("--master-key", help="The file of the key that sealed the data; it is copied."),
    ] = None,
    without_key: Annotated[
        bool, typer.Option("--without-key", help="Go on where that key is not here yet.")
    ] = False,
    unsigned: Annotated[
        bool,
        typer.Option("--unsigned", help="Take a manifest without a signature, as earlier releases wrote."),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Verify a backup, restore it, bring it up to date, audit it; exit 1 when anything differs.

    Nothing is written where a part is damaged, the master key has not signed the manifest, the place is not empty, or a newer
    release took it.
    """
    with backups.rehearsed() if rehearse else nullcontext():
        without = without_key or rehearse
        done = signals.run(_restored(source.absolute(), master_key, without=without, unsigned=unsigned))
    if rehearse and backups.stands():
        signals.run(_rehearsed(done))
    if json:
        console.json(_told(done, rehearsed=rehearse))
    else:
        _tell(done, rehearsed=rehearse)
    raise typer.Exit(errors.FINDINGS if done.differences else 0)


async def _restored(folder: Path, key: Path | None, *, without: bool, unsigned: bool) -> Restored:
    found = manifest.read(folder)
    restoring.require_known(found)
    opened = backups.opened(folder, found, key, without=without, unsigned=unsigned)
    begun = time.monotonic()
    parts.verify(folder, found)
    verified = time.monotonic()
    with occupancy.kept_from_serving(), installation.server():
        async with installation.owned() as owner:
            await restoring.restore(folder, found, await backups.place(owner))
        backups.configure(folder)
        backups.enter_key(folder, opened.to_enter)
        backups.hand_over()
        revision = await installation.upgraded(lambda line: console.err.print(line, soft_wrap=True))
        await _record(str(found.id))
        restored = time.monotonic()
        async with installation.opened(role=Role.AUDITOR) as db:
            differences = await audits.whole(db, audit.AuditProgress())
    took = verified - begun, restored - verified, time.monotonic() - restored
    verifying, restoring_, auditing = (round(each, 3) for each in took)
    return Restored(found, opened.verified, revision, verifying, restoring_, auditing, differences)


async def _rehearsed(done: Restored) -> None:
    """Let the installation that rehearses know what was found; elsewhere nobody does."""
    entry, found = backups.entry(done.backup), len(done.differences)
    await backing.tell_installation(lambda db: backup_history.record_rehearsal(db, entry, found, at=now()))


async def _record(backup_id: str) -> None:
    """Record the restore as the operator's act."""
    at = now()
    async with installation.opened() as db:
        operator = await operators.entered(db, at=at)
        async with db.transaction() as tx:
            await access_log.record(tx, operator, "restoring a backup", backup_id, at)


def _told(done: Restored, *, rehearsed: bool) -> dict[str, Any]:
    said = {name: getattr(done, name) for name in Restored.__slots__}
    return {
        **said,
        "backup": done.backup.model_dump(mode="json"),
        "rehearsed": rehearsed,
        "differences": [asdict(each) for each in done.differences],
    }


def _tell(done: Restored, *, rehearsed: bool) -> None:
    for difference in done.differences:
        console.out.print(difference.sentence, markup=False, soft_wrap=True)
    held = done.backup.held
    console.out.print(
        say(
            "{dossiers} dossiers, {events} events and {files} files as of {at:%H:%M:%S %d/%m/%Y}; the database stands at {revision}.",
            dossiers=held.dossiers,
            events=held.events,
            files=held.files,
            at=done.backup.taken_at.astimezone(localtime.ZONE),
            revision=done.revision,
        ),
        soft_wrap=True,
    )
    console.out.print(
        say(
            "Verified in {verifying:.1f} s, restored in {restoring:.1f} s, audited in {auditing:.1f} s.",
            verifying=done.verifying_seconds,
            restoring=done.restoring_seconds,
            auditing=done.auditing_seconds,
        ),
        soft_wrap=True,
    )
    console.err.print(audits.closing(done.differences))
    if done.backup.missing:
        text = say(
            "When it was taken, {n} files that its database names were not in the store: {listed} in it names them.",
            n=done.backup.missing,
            listed=manifest.MISSING,
        )
        console.err.print(text, soft_wrap=True, markup=False)
    if not done.signature_verified:
        console.err.print(
            say(
                "The signature of the manifest was not verified: the master key is not here, or there is none."
            ),
            soft_wrap=True,
        )
    if done.backup.left_out and not rehearsed:
        console.err.print(say("Kept apart from the backup, to be put in place before `hoso serve`:"))
        for what, place in done.backup.left_out.items():
            console.err.print(f"  {what}: {place}", soft_wrap=True, markup=False)
