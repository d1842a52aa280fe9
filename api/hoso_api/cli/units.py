"""`hoso units`: the register of units."""

from hoso_api.cli import rehome

app = rehome.app
