"""A procedure as linked data of schema.org.

It stands in the page, where search engines read it: a block of data is no script, so that no policy of scripts concerns it. It has an
address of its own besides.
"""

from typing import Any
from urllib.parse import quote

from hoso_workflows.catalogue.comparison import fee
from hoso_workflows.catalogue.reads import Entry


def service(code: str, entry: Entry, origin: str, *, online: bool) -> dict[str, Any]:
    """The `GovernmentService` of an entry; what is not published is left out."""
    content = entry.version.content
    page = f"{origin}/thu-tuc/{quote(code, safe='')}"
    found = {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "@id": page,
        "url": page,
        "identifier": code,
        "name": content.name,
        "inLanguage": "vi",
        "category": content.field,
        "provider": {
            "@type": "GovernmentOrganization",
            "identifier": content.authority,
            "name": entry.authority_name,
        },
        "description": content.sequence,
        "audience": {"@type": "Audience", "audienceType": content.applicants} if content.applicants else None,
        "serviceOutput": {"@type": "Thing", "name": content.result} if content.result else None,
        "termsOfService": "; ".join(content.legal_basis) if content.legal_basis else None,
        "offers": [{"@type": "Offer", "description": fee(each)} for each in content.fees or ()] or None,
        "availableChannel": {"@type": "ServiceChannel", "serviceUrl": f"{origin}/nop/{quote(code, safe='')}"}
        if online
        else None,
    }
    return {name: value for name, value in found.items() if value is not None}
