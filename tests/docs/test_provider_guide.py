"""docs/operations.md tells how a provider is connected: its example is one, its table names every setting."""

import re
import tomllib
from pathlib import Path

from hoso_api.provider_settings import Provider
from hoso_api.settings import Settings

GUIDE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
SECTION = GUIDE.partition("\n## Sign-in by an identity provider\n")[2].partition("\n## ")[0]


def test_the_example_is_good() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", SECTION, flags=re.S)
    settings = Settings.model_validate(tomllib.loads(example))
    assert [each.name for each in settings.oidc] == ["tinh"]
    assert settings.inner_hosts == ("sso.hatinh.gov.vn",)


def test_every_setting_stands_in_the_table() -> None:
    cells = re.findall(r"^\| (`[^|]+`) \|", SECTION, flags=re.M)
    named = {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}
    assert named == {field.alias or name for name, field in Provider.model_fields.items()}
