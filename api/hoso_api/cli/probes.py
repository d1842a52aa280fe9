"""Probes of `hoso doctor`: checks that the settings alone cannot answer."""

import errno
import io
import os
import shutil
import tempfile
from contextlib import suppress
from datetime import datetime
from http import HTTPStatus
from pathlib import Path

import httpx

from hoso_api.cli.checks import Check, State
from hoso_api.installation import identity, installation, master_key
from hoso_api.openid import relying_party
from hoso_api.openid.refusals import ProviderAway, SignInRefused
from hoso_api.portal_settings import PortalSettings
from hoso_api.provider_settings import Provider, SecretUnusable
from hoso_api.server import processes
from hoso_api.settings import GivenSettings, Settings, loopback
from hoso_api.system_clock import now
from hoso_api.translation import system_errors
from hoso_calendar.messages import Message, joined, opening, say
from hoso_models import Scan
from hoso_models.storage import database
from hoso_workflows.attachments import scanning
from hoso_workflows.attachments.refusals import ScannerAway, StoreAway
from hoso_workflows.attachments.settings import StoreSettings
from hoso_workflows.attachments.store import Missing, Store
from hoso_workflows.identity import factors, sealing
from hoso_workflows.organisation import gaps

#: Free space below which PostgreSQL is in danger.
FREE_BYTES = 1 << 30
#: What is written to see whether a disk takes it.
_PIECE = b"hoso" * 1024
_START = say("Start it with `hoso serve`.")
_ROOM = say("Make room on that disk.")
_BUCKET = say(
    "Correct HOSO_STORE_…: bucket, endpoint, region and keys; the keys must write, read, list and delete."
)
#: Name of the object by which a bucket is tried.
_PROBE = "probe"


def home() -> Check:
    """Write to the installation's disk, and look how much room it has."""
    folder = installation.home()
    place = next(each for each in (folder, *folder.parents) if each.exists())
    try:
        _written(place)
    except OSError as refused:
        why = opening(system_errors.reason(refused))
        detail = say("{place} takes no file: {why}", place=place, why=why)
        return Check(say("home"), State.FAILING, detail, _remedy(refused, place))
    free = shutil.disk_usage(place).free
    detail = say("{folder} can be written, {free:.1f} GiB free", folder=folder, free=free / (1 << 30))
    if free < FREE_BYTES:
        return Check(say("home"), State.WARNING, detail, _ROOM)
    return Check(say("home"), State.OK, detail)


def _written(place: Path) -> None:
    with tempfile.TemporaryFile(dir=place) as file:
        file.write(_PIECE)
        file.flush()
        os.fsync(file.fileno())


def _remedy(refused: OSError, place: Path) -> str:
    if refused.errno in (errno.ENOSPC, errno.EDQUOT):
        return _ROOM
    if refused.errno in (errno.EACCES, errno.EPERM):
        return say(
            "Run hoso as the user to whom {place} belongs, or name another folder with HOSO_HOME.",
            place=place,
        )
    return say("Name a folder on another disk with HOSO_HOME.")


async def stores(settings: StoreSettings) -> list[Check]:
    """Have a file searched, and an object written to the bucket of files.

    It is read and deleted again. Without a bucket there is nothing to be asked.
    """
    return [await _search(settings), *([await _bucket(settings)] if settings.store_bucket else [])]


async def _search(settings: StoreSettings) -> Check:
    """Check that files are searched for malicious code."""
    name, place = say("search of files"), settings.clamd_address
    if not place:
        detail = say("nobody searches files for malicious code")
        remedy = say("Run clamd of ClamAV, and name where it listens with HOSO_CLAMD_ADDRESS.")
        return Check(name, State.WARNING, detail, remedy)
    with suppress(ScannerAway):
        if await scanning.scan(io.BytesIO(_PIECE), _PROBE, settings) is Scan.CLEAN:
            return Check(name, State.OK, say("clamd answers at {place}", place=place))
    remedy = say("Start clamd, or correct HOSO_CLAMD_ADDRESS.")
    return Check(name, State.FAILING, say("clamd does not answer at {place}", place=place), remedy)


async def _bucket(settings: StoreSettings) -> Check:
    name, bucket = say("store of files"), Store.of(settings)
    try:
        await bucket.put(_PROBE, _PIECE)
        read = b"".join([piece async for piece in bucket.chunks(_PROBE)])
        await bucket.delete([_PROBE])
    except (StoreAway, Missing) as away:
        detail = say("the bucket {name} does not do what is asked", name=settings.store_bucket)
        why = str(away.__cause__ or away).partition("\n")[0]
        return Check(name, State.FAILING, joined(": ", [detail, why]), _BUCKET)
    detail = say("the bucket {name} takes, gives and deletes", name=settings.store_bucket)
    return Check(name, State.OK if read == _PIECE else State.FAILING, detail)


async def api(settings: Settings) -> Check:
    """Ask the API at its address, and by its mark whether it is ours."""
    place = f"{settings.host}:{settings.port}"
    try:
        async with httpx.AsyncClient(timeout=3) as client:
            answer = await client.get(f"{settings.origin}/health/live")
    except httpx.HTTPError:
        return Check("API", State.WARNING, say("nothing answers on {place}", place=place), _START)
    mark = answer.headers.get(identity.HEADER)
    if mark is None or mark != identity.own():
        who = say("another program") if mark is None else say("the API of another installation")
        return _foreign("API", who, place, "port")
    if answer.status_code != HTTPStatus.OK:
        detail = say("answers {status} on {place}", status=answer.status_code, place=place)
        return Check("API", State.FAILING, detail, say("Look at log/api.log."))
    if not loopback(settings.host):
        detail = say("answers on {place}; reachable from outside", place=place)
        return Check("API", State.WARNING, detail, say("Put a TLS proxy in front of it."))
    return Check("API", State.OK, say("answers on {place}", place=place))


def portal(named: PortalSettings) -> Check:
    """Look whether the footer of the portal names whom the law wants named."""
    if named.missing:
        detail = say("the footer names no {parts}", parts=", ".join(named.missing))
        remedy = say("Set them in the table [portal] of hoso.toml, or in HOSO_PORTAL.")
        return Check(say("portal"), State.WARNING, detail, remedy)
    if named.guides is not None and not named.guides.is_dir():
        detail = say("{folder} is no folder", folder=named.guides)
        remedy = say("Correct guides in the table [portal] of hoso.toml.")
        return Check(say("portal"), State.WARNING, detail, remedy)
    return Check(say("portal"), State.OK, say("the footer names {owner}", owner=named.owner))


async def providers(settings: Settings) -> list[Check]:
    """Ask each identity provider for its description and its keys."""
    return [await _provider(each, settings) for each in settings.oidc]


async def _provider(asked: Provider, settings: Settings) -> Check:
    name = say("provider {name}", name=asked.name)
    try:
        keys = await relying_party.opened(asked, "", settings.inner_hosts).probe(now())
    except SecretUnusable as unusable:
        remedy = say("Correct the file, or name another one in hoso.toml; `hoso providers key` makes a key.")
        return Check(name, State.FAILING, unusable.args[0], remedy)
    except ProviderAway as away:
        remedy = say(
            "Look whether this machine reaches it; a host of an inner network is listed in inner_hosts."
        )
        return Check(name, State.FAILING, away.why, remedy)
    except SignInRefused as refused:
        remedy = say("Compare the issuer in hoso.toml, sign by sign, with the one that the provider names.")
        return Check(name, State.FAILING, refused.args[0], remedy)
    if not keys:
        remedy = say("Ask its administrator for a signing key of RSA, P-256 or Ed25519.")
        return Check(name, State.FAILING, say("it shows no key that is used here"), remedy)
    return Check(name, State.OK, say("answers, with {keys} keys", keys=keys))


async def prefect(settings: Settings) -> Check:
    """Ask Prefect's server as a stranger, then with the auth string of this home.

    Without one it hands out secrets and runs code for whoever reaches its port.
    """
    address = processes.prefect_api(settings)
    place = address.partition("://")[2].removesuffix("/api")
    try:
        stranger, ours = await _asked(f"{address}/version", settings)
    except httpx.HTTPError:
        remedy = say("Start it with `hoso serve`; `hoso sweep` does its work meanwhile.")
        return Check("Prefect", State.WARNING, say("nothing answers on {place}", place=place), remedy)
    if stranger == HTTPStatus.OK:
        detail = say("answers on {place} to a stranger", place=place)
        return Check("Prefect", State.FAILING, detail, say("Stop it, and start it by `hoso serve`."))
    if ours == HTTPStatus.OK:
        return Check("Prefect", State.OK, say("answers on {place}, to us alone", place=place))
    theirs = stranger == HTTPStatus.UNAUTHORIZED
    who = say("the Prefect of another installation") if theirs else say("another program")
    return _foreign("Prefect", who, place, "prefect_port")


async def _asked(address: str, settings: Settings) -> tuple[int, int | None]:
    """The HTTP statuses of Prefect's API without and with this home's auth string.

    The second is None where the home has no auth string.
    """
    async with httpx.AsyncClient(timeout=3) as client:
        stranger = (await client.get(address)).status_code
        # It would be made where it is missing.
        if not processes.auth_file(settings).exists():
            return stranger, None
        user, _, password = processes.auth(settings).partition(":")
        return stranger, (await client.get(address, auth=(user, password))).status_code


def _foreign(name: str, who: Message, place: str, field: str) -> Check:
    """Somebody else has the port: in the way only where it was named."""
    detail = say("{who} answers on {place}", who=who, place=place)
    if field in GivenSettings().model_fields_set:
        variable = f"HOSO_{field.upper()}"
        remedy = say("Stop what listens there, or name another port with {variable}.", variable=variable)
        return Check(name, State.FAILING, detail, remedy)
    remedy = say("`hoso serve` finds a free port by itself, and keeps it.")
    return Check(name, State.WARNING, detail, remedy)


async def seal(db: database.Database, settings: Settings) -> Check:
    """Check that the key of this installation opens what is sealed in the database."""
    name, home, named = say("key"), installation.home(), settings.master_key_file
    file = master_key.path(home, named)
    back = say(
        "Put back {path} from the day of the dump; without it, each person needs a recovery.", path=file
    )
    try:
        key = master_key.existing(home, named)
    except master_key.Unusable as wrong:
        return Check(name, State.FAILING, str(wrong), back)
    stored, opened = await factors.sealed_secrets(db, sealing.Seal(lambda: key or bytes(sealing.LENGTH)))
    if opened < stored:
        detail = say("{path} opens {opened} of {stored} secrets", path=file, opened=opened, stored=stored)
        return Check(name, State.FAILING, detail, back)
    if key is None:
        return Check(name, State.OK, say("made when somebody first needs it"))
    return Check(
        name,
        State.OK,
        say("{path} opens {opened} of {stored} secrets", path=file, opened=opened, stored=stored),
    )


#: Gaps that are named one by one; of more, how many.
_NAMED_GAPS = 5


async def register(db: database.Database, at: datetime) -> list[Check]:
    """Checks of the register: each gap, in words."""
    found = await gaps.gaps(db, None, at)
    checks = [Check(say("register"), State.WARNING, gap.message, gap.remedy) for gap in found[:_NAMED_GAPS]]
    if len(found) > _NAMED_GAPS:
        rest = say("{n} more gaps", n=len(found) - _NAMED_GAPS)
        checks.append(
            Check(say("register"), State.WARNING, rest, say("All are listed by `hoso units gaps`."))
        )
    return checks or [Check(say("register"), State.OK, say("nothing is missing"))]
