"""The rules of the check for who reads its findings."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from starlette.responses import Response

from hoso_api.http import acts, authentication
from hoso_api.pages.rules import rule_pages
from hoso_api.pages.shared import session
from hoso_api.pages.shared.visit import VisitNow

router = APIRouter(
    prefix=rule_pages.ADDRESS,
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)


@router.get("")
@acts.named("get_version")
async def rules_page(visit: VisitNow) -> Response:
    """Every rule of the check, and whether it refuses publication."""
    return visit.page("rules/list.html", here="thu-tuc", rules=rule_pages.rules(visit.look.language))


@router.get("/{rule}")
@acts.named("get_version")
async def rule_page(rule: Annotated[str, Path(max_length=64)], visit: VisitNow) -> Response:
    """One rule, with a declaration that it refuses and one that it accepts."""
    found = rule_pages.description(rule, visit.look.language)
    return visit.page("rules/rule.html", here="thu-tuc", rule=rule, description=found)
