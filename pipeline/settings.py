"""Folders and knobs, read once from PODIUM_* variables and podium.toml."""

import os
from functools import cache
from pathlib import Path

from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

PROJECT = Path(__file__).resolve().parents[1]
SQL = PROJECT / "sql"
REFERENCE = PROJECT / "data" / "reference"
SAMPLES = PROJECT / "data" / "samples"


class PodiumError(Exception):
    """Something the user can mend; the message says what and how."""


class Settings(BaseSettings):
    """Every knob, its unit in its name. `PODIUM_HOME=/srv/podium` sets `home`, and so on."""

    model_config = SettingsConfigDict(env_prefix="PODIUM_", extra="ignore")

    home: Path = PROJECT / "data"
    host: str = "127.0.0.1"
    port: int = 8501
    dagster_port: int = 3000
    engine: str = "duckdb"
    key_file: Path | None = None
    lock_timeout_s: float = 120.0
    too_late_days: int = 400
    future_tolerance_s: float = 300.0
    max_file_mib: int = 4096
    memory_limit_mib: int = 2048
    threads: int = 0
    keep_versions: int = 3
    keep_archive_days: int = 7
    min_users_per_cell: int = 5

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment, the environment over the file."""
        toml = TomlConfigSettingsSource(settings_cls, toml_file=config_file())
        return init_settings, env_settings, toml

    @property
    def inbox(self) -> Path:
        """Delivered logs not landed yet, one folder per source."""
        return self.home / "inbox"

    @property
    def archive(self) -> Path:
        """Landed logs as delivered, kept `keep_archive_days` for replay."""
        return self.home / "archive"

    @property
    def lake(self) -> Path:
        """The Delta tables."""
        return self.home / "lake"

    @property
    def published(self) -> Path:
        """Versioned serving files and the CURRENT pointer."""
        return self.home / "published"

    @property
    def overrides(self) -> Path:
        """The user's own prices.csv, aliases.csv, quality.csv ...: their rows win over the shipped ones."""
        return self.home / "overrides"

    @property
    def pseudonym_key(self) -> Path:
        """The key of people's pseudonyms: never in the repository, the lake or a log."""
        return self.key_file or Path.home() / ".config" / "podium" / "pseudonym.key"


def config_file() -> Path:
    """PODIUM_CONFIG, or podium.toml in PODIUM_HOME."""
    home = Path(os.environ.get("PODIUM_HOME", PROJECT / "data"))
    return Path(os.environ.get("PODIUM_CONFIG", home / "podium.toml"))


@cache
def settings() -> Settings:
    """The settings of this process; tests call `settings.cache_clear()` after changing the environment."""
    return Settings()
