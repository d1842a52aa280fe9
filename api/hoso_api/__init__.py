"""Who may ask: REST, pages, command line."""

from pathlib import Path

from hoso_calendar.messages import add_catalogues

add_catalogues("hoso_api", Path(__file__).with_name("locale"))
