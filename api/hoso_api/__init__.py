"""REST, pages and the command line. The door at which sentences are translated, so it knows the catalogues."""

from pathlib import Path

import hoso_workflows
from hoso_calendar.messages import add_catalogues

# Not in the package itself: the recount is to need no part of ours.
add_catalogues("hoso_workflows", Path(str(hoso_workflows.__file__)).with_name("locale"))
add_catalogues("hoso_api", Path(__file__).with_name("locale"))
