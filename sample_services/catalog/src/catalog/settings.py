"""Django settings, read from the environment."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

DEFAULT_DATABASE_URL = f"sqlite:///{Path.cwd() / 'catalog.db'}"
SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"


def database_from_url(url: str) -> dict[str, Any]:
    """Django's database settings for a `sqlite:///` or `postgresql://` URL."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path.removeprefix("/")),
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": SQLITE_PRAGMAS,
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.removeprefix("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
        }
    raise ValueError(f"DATABASE_URL: expected sqlite or postgresql, seen {parts.scheme!r}")


DEBUG = False
SECRET_KEY = os.environ.get("SECRET_KEY", "only-for-a-developer-machine")
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "*").split(",")
API_TOKEN = os.environ.get("CATALOG_API_TOKEN", "catalog-dev-token")

INSTALLED_APPS = ["catalog"]
MIDDLEWARE = ["catalog.middleware.json_method_errors"]
ROOT_URLCONF = "catalog.urls"
WSGI_APPLICATION = "catalog.wsgi.application"
APPEND_SLASH = False

DATABASES = {"default": database_from_url(os.environ.get("DATABASE_URL", DEFAULT_DATABASE_URL))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

USE_TZ = True
TIME_ZONE = "UTC"
