"""Nobody files online in another person's name, unless on a paper that says they may and that is handed in."""

from typing import Any

import pytest

from hoso_models import EntryChannel, PartyKind, PrincipalKind
from hoso_workflows import errors
from hoso_workflows.dossiers.filer_identity import Filer
from hoso_workflows.lifecycle import commands
from hoso_workflows.lifecycle.commands import Applicant
from support.world import CITIZEN, World

#: Who `CITIZEN` is registered as, and somebody else.
NAME, OTHER = "Người nộp 1", "Người nộp 2"
MINE, THEIRS = "000000000001", "000000000002"
#: A component that stands for the paper by which somebody is authorised.
PAPER = "TP03"
GIVEN = ("TP01", "TP02", "TP03", "TP04")


def proxy(**change: Any) -> Applicant:
    """Somebody else as the applicant, for whom the citizen files."""
    said = {
        "identifier": THEIRS,
        "authorised_name": NAME,
        "authorised_identifier": MINE,
        "authorisation_paper": PAPER,
    }
    return Applicant(OTHER, **{**said, **change})


async def fields(world: World, applicant: Applicant, **said: Any) -> list[str]:
    """The fields at fault when the citizen files this online; nothing is stored then."""
    before = await world.one("select count(*) from party")
    with pytest.raises(errors.FormRefused) as refused:
        await world.files(channel="online", applicant=applicant, **said)
    assert await world.one("select count(*) from party") == before
    return [fault.field for fault in refused.value.faults]


async def test_nobody_files_online_in_the_name_of_somebody_else(world: World) -> None:
    assert await fields(world, Applicant(OTHER, identifier=THEIRS)) == ["applicant.name"]
    assert await fields(world, Applicant("Công ty mẫu", PartyKind.ORGANISATION, "3000000000")) == [
        "applicant.name"
    ]


@pytest.mark.parametrize(
    "name", ["Người nộp 1", "NGƯỜI NỘP 1", "Ngu\u031bo\u031b\u0300i no\u0323\u0302p 1", " Người  nộp 1 "]
)
async def test_a_name_is_the_same_however_it_is_written(world: World, name: str) -> None:
    await world.files(channel="online", applicant=Applicant(name, identifier=MINE))
    assert await fields(world, Applicant(name, identifier=THEIRS)) == ["applicant.identifier"]


async def applicants(world: World) -> list[tuple[str, str | None]]:
    """Name and identifier on each dossier, in the order of filing."""
    rows = await world.db.rows(
        "select p.name, p.identifier from dossier d join party p on p.id = d.applicant_id order by d.ctid"
    )
    return [(row.name, row.identifier) for row in rows]


async def test_who_has_filed_for_themselves_keeps_identifier_and_kind(world: World) -> None:
    await world.files(channel="online", applicant=Applicant(NAME))
    await world.files(channel="online", applicant=Applicant(NAME, identifier=MINE))
    assert await fields(world, Applicant(NAME, identifier=THEIRS)) == ["applicant.identifier"]
    assert await fields(world, Applicant(NAME, PartyKind.ORGANISATION, MINE)) == ["applicant.kind"]
    await world.files(channel="online", applicant=Applicant(NAME))
    await world.files(channel="online", applicant=Applicant(NAME, identifier=MINE))


async def test_what_was_filed_for_others_says_nothing_of_oneself(world: World) -> None:
    """Also not what was filed in another name before anybody compared."""
    await world.files(channel="online", applicant=proxy(), components=GIVEN)
    await world.changed("update party set authorised_name = null")
    await world.files(channel="online", applicant=Applicant(NAME, identifier=MINE))
    assert await applicants(world) == [(OTHER, THEIRS), (NAME, MINE)]


async def test_who_is_authorised_files_for_somebody_else(world: World) -> None:
    filed = await world.files(channel="online", applicant=proxy(), components=GIVEN)
    row = await world.db.row(
        "select p.name, p.identifier, p.authorised_name, p.authorisation_paper, p.principal_id, d.filed_by"
        " from dossier d join party p on p.id = d.applicant_id where d.reference = $1",
        [filed.reference],
    )
    assert tuple(row or ()) == (OTHER, THEIRS, NAME, PAPER, CITIZEN, CITIZEN)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"authorised_name": OTHER}, "applicant.authorised_name"),
        ({"authorised_identifier": None}, "applicant.authorised_identifier"),
        ({"authorised_identifier": THEIRS}, "applicant.authorised_identifier"),
        ({"authorisation_paper": None}, "applicant.authorisation_paper"),
        ({"authorisation_paper": "Giấy ủy quyền"}, "applicant.authorisation_paper"),
        ({"authorised_name": None}, "applicant.name"),
    ],
    ids=lambda change: "=".join(map(str, *change.items())) if isinstance(change, dict) else "",
)
async def test_an_authorisation_names_who_files_and_its_paper(
    world: World, change: dict[str, Any], field: str
) -> None:
    await world.files(channel="online", applicant=Applicant(NAME, identifier=MINE))
    assert await fields(world, proxy(**change), components=GIVEN) == [field]


async def test_the_paper_of_an_authorisation_is_handed_in(world: World) -> None:
    assert await fields(world, proxy(), components=("TP01", "TP02", "TP04")) == [
        "applicant.authorisation_paper"
    ]


async def test_the_desk_enters_whoever_stands_before_it(world: World) -> None:
    for channel in ("desk", "post"):
        await world.files(channel=channel, applicant=Applicant(OTHER, identifier=THEIRS))
        await world.files(channel=channel, applicant=proxy(authorisation_paper="Giấy ủy quyền"))
    assert await applicants(world) == [(OTHER, THEIRS)] * 4


async def test_another_authoritys_system_files_for_its_users(world: World) -> None:
    await world.changed("update principal set kind = 'partner' where id = $1", CITIZEN)
    await world.files(channel="online", applicant=Applicant(OTHER, identifier=THEIRS))
    assert await applicants(world) == [(OTHER, THEIRS)]


async def test_all_that_is_wrong_is_named_at_once_and_says_what_to_do(world: World) -> None:
    with pytest.raises(errors.FormRefused) as refused:
        await world.files(
            channel="online", applicant=Applicant(OTHER, identifier=THEIRS), components=("TP01",)
        )
    what_to_do = (
        "is not the name under which you are registered; to file for somebody else, name yourself in authorised_name"
        " and authorised_identifier and the paper in authorisation_paper, or have the desk file the dossier"
    )
    *missing, name = refused.value.faults
    assert [each.field for each in missing] == ["components", "components"]
    assert name == errors.Fault("applicant.name", what_to_do)
    assert NAME not in str(refused.value)


@pytest.mark.parametrize("kind", PrincipalKind)
@pytest.mark.parametrize("channel", EntryChannel)
def test_only_a_citizen_online_is_held_to_their_own_name(kind: PrincipalKind, channel: EntryChannel) -> None:
    request = commands.FileDossier("1.014464", Applicant(OTHER), channel)
    faults = list(Filer(kind, NAME).faults(request))
    assert bool(faults) == ((kind, channel) == (PrincipalKind.CITIZEN, EntryChannel.ONLINE))
