"""Files of others are shipped as they came, with their licence."""

import base64
import hashlib
import json

from hoso_api.pages.shared import templating

VENDOR = templating.STATIC / "vendor"
LOCK = json.loads((templating.HERE / "vendor.lock.json").read_text())


def _digest(path):
    return "sha384-" + base64.b64encode(hashlib.sha384(path.read_bytes()).digest()).decode()


def test_every_vendored_file_is_locked_and_unchanged():
    found = {
        folder.name: {file.name: _digest(file) for file in folder.iterdir()} for folder in VENDOR.iterdir()
    }
    assert found == {name: locked["files"] for name, locked in LOCK.items()}


def test_the_style_sheet_names_only_files_that_are_there():
    sheet = (templating.STATIC / "hoso.css").read_text()
    named = [part.split('"')[1] for part in sheet.split("url(")[1:]]
    assert [name for name in named if not (templating.STATIC / name).is_file()] == []
