"""A dossier walks through the API: filed, accepted, handled, decided, returned; and what is read of it on the way."""

from rest import CLERK, HEAD, SPECIALIST, Rest
from world import PROVINCE, person


async def test_a_dossier_walks_from_filing_to_its_return(rest: Rest):
    filed = await rest.files()
    accepted = await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)
    at_head = await rest.completes(accepted, CLERK)
    print(at_head)
