"""Folders and knobs, read once from PODIUM_* variables and podium.toml."""

import os
import re
from functools import cache
from hashlib import sha256
from pathlib import Path

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from pipeline import zones

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
    port: int = Field(default=8501, ge=1, le=65535)
    dagster_port: int = Field(default=3000, ge=1, le=65535)
    api_origins: str = ""
    export_dir: str = ""
    engine: str = "duckdb"
    reporting_timezone: str = "UTC"
    key_file: Path | None = None
    lock_timeout_s: float = Field(default=120.0, gt=0)
    too_late_days: int = Field(default=400, ge=1)
    future_tolerance_s: float = Field(default=300.0, ge=0)
    max_file_mib: int = Field(default=4096, ge=1)
    memory_limit_mib: int = Field(default=2048, ge=256)
    threads: int = Field(default=0, ge=0)
    score_days: int = Field(default=7, ge=0, le=400)
    min_users: int = Field(default=5, ge=1)
    keep_versions: int = Field(default=3, ge=3)
    keep_archive_days: int = Field(default=7, ge=0)
    litellm_dsn: SecretStr | None = None
    litellm_lookback_s: int = Field(default=7200, ge=0)
    litellm_timeout_s: int = Field(default=300, ge=1)
    inbox_uri: str = ""
    inbox_lookback_days: int = Field(default=2, ge=1)
    inbox_threads: int = Field(default=16, ge=1, le=64)
    lake_uri: str = ""
    lake_cache_mib: int = Field(default=20480, ge=0)
    reconcile: str = ""
    reconcile_tolerance_percent: float = Field(default=0.5, ge=0, le=100)
    collect: bool = False
    collect_host: str = "127.0.0.1"
    collect_port: int = Field(default=4319, ge=1, le=65535)
    collect_token: SecretStr | None = None
    collect_max_body_mib: int = Field(default=64, ge=1, le=64)
    collect_memory_mib: int = Field(default=256, ge=1)
    collect_min_free_mib: int = Field(default=1024, ge=0)
    collect_max_backlog_mib: int = Field(default=16384, ge=0)
    collect_segment_mib: int = Field(default=64, ge=1, le=1024)
    collect_segment_s: float = Field(default=10.0, ge=0.05, le=600)
    collect_body_timeout_s: float = Field(default=30.0, gt=0, le=600)

    @field_validator("home")
    @classmethod
    def _plain(cls, home: Path) -> Path:
        if set("[]{}*?#%'") & set(str(home)):
            raise ValueError("a folder whose name holds none of [ ] { } * ? # % ' is needed")
        return home.expanduser().absolute()

    @field_validator("reporting_timezone")
    @classmethod
    def _whole_hours(cls, name: str) -> str:
        return zones.checked(name)

    @field_validator("inbox_uri")
    @classmethod
    def _bucket(cls, uri: str) -> str:
        if uri and not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]+[a-z0-9](/[^/?#]+)*/?", uri):
            raise ValueError("an address such as s3://bucket/prefix is needed; credentials are AWS_* variables")
        return uri.rstrip("/")

    @field_validator("lake_uri")
    @classmethod
    def _plain_bucket(cls, uri: str, told: ValidationInfo) -> str:
        if uri and not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]+[a-z0-9](/[A-Za-z0-9_][A-Za-z0-9_.=-]*)*/?", uri):
            raise ValueError("an address such as s3://bucket/prefix, of plain letters, is needed")
        if uri and uri.rstrip("/") == told.data.get("inbox_uri"):
            raise ValueError("another address than that of PODIUM_INBOX_URI is needed")
        return uri.rstrip("/")

    @field_validator("reconcile")
    @classmethod
    def _paired(cls, reconcile: str) -> str:
        pairs = pairs_of(reconcile)
        if not all(len(pair) == 2 and all(pair) for pair in pairs):
            raise ValueError("pairs such as litellm_slp=litellm_spendlogs are needed, with a comma between two of them")
        if {source for source, *_ in pairs} & {reference for _, reference in pairs}:
            raise ValueError("a source is on both sides; what counts is on the left, what is not counted on the right")
        return reconcile

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
    def reconcile_pairs(self) -> list[tuple[str, str]]:
        """(what counts, what it is held against) of every pair."""
        return [(source, reference) for source, reference in pairs_of(self.reconcile)]

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
        """The Delta tables, or copies of those in object storage; and how far was pulled and fetched."""
        return self.home / (f"lake-{sha256(self.lake_uri.encode()).hexdigest()[:12]}" if self.lake_uri else "lake")

    @property
    def work(self) -> Path:
        """Scratch space of one run, emptied by the next: it may hold raw logs, so only its owner may look."""
        return self.home / "work"

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


def pairs_of(text: str) -> list[list[str]]:
    """`a=b, c=d` as its parts."""
    return [[name.strip() for name in pair.split("=")] for pair in text.split(",") if pair.strip()]


def config_file() -> Path:
    """PODIUM_CONFIG, which must be there, or podium.toml in PODIUM_HOME, which may."""
    home = Path(os.environ.get("PODIUM_HOME", PROJECT / "data"))
    named = os.environ.get("PODIUM_CONFIG")
    if named and not Path(named).is_file():
        raise PodiumError(f"PODIUM_CONFIG: there is no file {named}; name the settings file, or unset it")
    return Path(named) if named else home / "podium.toml"


def endpoint_url() -> str:
    """Where S3 is, if not at Amazon: AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL, as other programs read it."""
    return os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL", "")


@cache
def settings() -> Settings:
    """The settings of this process; tests call `settings.cache_clear()` after changing the environment."""
    return Settings()
