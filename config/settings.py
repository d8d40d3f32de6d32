"""Settings of one installation, read from the environment (`KAOHE_…`) and `.env`."""

from functools import cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Where things lie and how long a run may keep silent."""

    model_config = SettingsConfigDict(env_prefix="KAOHE_", env_file=".env", extra="ignore")

    data: Path = Path("var")
    database_url: str = ""
    out: Path = Path("out")
    calendar_file: Path | None = None
    lease_seconds: int = 60
    attempts_without_progress: int = 3
    port: int = 4200
    smtp_url: str = Field(default="", repr=False)  # smtp://, smtp+tls:// (STARTTLS) or smtps://user:password@host:port
    mail_from: str = ""
    smtp_timeout: float = 20
    channels: dict[str, str] = Field(default_factory=dict, repr=False)  # name → Apprise URL, which may hold a token
    ui_url: str = ""
    sweep_minutes: int = Field(default=5, ge=1)
    dispatch_seconds: int = Field(default=5, ge=1)
    remind_from: int = Field(default=8, ge=0, le=23)  # reminders are written from this hour on, in China's time…
    remind_until: int = Field(default=20, ge=1, le=24)  # … until this one, so that nobody is woken by one

    @property
    def calendar(self) -> Path:
        """Return the editable file of holidays: the given one, else one in the data folder, which may be missing."""
        return self.calendar_file or self.data / "calendar.csv"

    @property
    def database(self) -> str:
        """Return the database URL: the given one, else a SQLite file in the data folder."""
        return self.database_url or f"sqlite:///{(self.data / 'kaohe.db').resolve()}"

    @property
    def prefect_home(self) -> Path:
        """Return Prefect's own folder, apart from our tables."""
        return (self.data / "prefect").resolve()


@cache
def settings() -> Settings:
    """Return the settings of this process."""
    return Settings()
