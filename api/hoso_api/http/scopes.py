"""The scope that a token needs, told from method and path of a call."""

from hoso_workflows.organisation.credentials import Scope

#: Below these paths people, units, procedures and tokens are entered and changed.
REGISTER = (
    "/v1/principals",
    "/v1/recoveries",
    "/v1/units",
    "/v1/role-assignments",
    "/v1/competences",
    "/v1/substitutions",
    "/v1/duty-roster",
    "/v1/calendars",
    "/v1/destruction-lists",
    "/v1/letter-templates",
    "/v1/procedures",
    "/v1/catalogue",
    "/v1/service-levels",
    "/v1/agency-systems",
    "/v1/report-kinds",
    "/v1/reports/online-targets",
    "/v1/areas",
    "/v1/ladders",
    "/v1/outage-recipients",
    "/v1/verifications",
    "/v1/jobs",
    "/v1/tokens",
    "/v1/keys",
    "/v1/webhooks",
    "/v1/partner-portals",
    "/v1/contact-points",
    "/v1/role-proposals",
    "/v1/setup",
    "/v1/me/",
)
#: What signs papers or speaks to the public needs a fresh proof of who acts; a token has none, so it needs the widest scope.
PROVEN = ("/signature", "/signatures", "/announcement")


def reads(method: str, path: str) -> bool:
    """True for a call that changes nothing. A search is read, whatever its method."""
    return method in {"GET", "HEAD"} or path.endswith("/search")


def of(method: str, path: str) -> Scope:
    """The scope of a call."""
    if reads(method, path):
        return Scope.READ
    return Scope.REGISTER if path.startswith(REGISTER) or path.endswith(PROVEN) else Scope.ACT
