"""Settings of the portal: the table `[portal]` of `hoso.toml`.

What the footer names is asked for by Circular 32/2017/TT-BTTTT, article 16.
"""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

_Line = Annotated[str, Field(max_length=300)]
#: What the law wants to be named, in the order of the footer.
REQUIRED = ("owner", "responsible", "address", "telephone", "email")


class PortalSettings(BaseModel):
    """The owner of a portal, and how to reach them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    #: The authority whose portal it is.
    owner: _Line = ""
    #: Who answers for it, by office: no name of a person.
    responsible: _Line = ""
    address: _Line = ""
    telephone: Annotated[str, Field(max_length=60, pattern=r"^[0-9+() .-]*$")] = ""
    email: Annotated[str, Field(max_length=254, pattern=r"^([^\s@<>]+@[^\s@<>]+)?$")] = ""
    #: A folder with guides of the authority's own, `vi/<name>.md` and `en/<name>.md`; one of the same name takes the place of ours.
    guides: Path | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of what the law wants and nobody has set."""
        return tuple(name for name in REQUIRED if not getattr(self, name).strip())
