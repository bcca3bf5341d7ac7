"""Little systems of different shapes, and a tree that holds their texts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

Files = Mapping[str, str]


@dataclass(frozen=True)
class Texts:
    """A tree of files that lies in no directory."""

    content: Files
    name: str = "workspace"

    def files(self) -> Sequence[str]:
        """Name the files, in order."""
        return sorted(self.content)

    def text(self, path: str) -> str | None:
        """Read a file, None where there is none."""
        return self.content.get(path)


def tree_of(files: Files, name: str = "workspace") -> Texts:
    """A tree of files, without the common indentation of their texts."""
    return Texts({path: dedent(text).lstrip("\n") for path, text in files.items()}, name)


def written(files: Files, root: Path) -> None:
    """Write a system to a directory."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(dedent(text).lstrip("\n"), "utf-8")


def _document(path: str) -> str:
    schema = {"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]}
    content = {"application/json": {"schema": {"type": "array", "items": schema}}}
    reply = {"200": {"description": "ok", "content": content}}
    return json.dumps(
        {
            "openapi": "3.0.3",
            "info": {"title": "a system", "version": "1"},
            "paths": {path: {"get": {"responses": reply}}},
        }
    )


FLASK_FACTORY: Files = {
    "requirements.txt": "flask\nrequests\n",
    "shop/__init__.py": "",
    "shop/factory.py": """
        import os

        import requests
        from flask import Flask, jsonify

        PAYMENTS_URL = os.environ.get("PAYMENTS_URL", "http://payments:9000")


        def create_app(config=None):
            app = Flask(__name__)

            @app.get("/items")
            def items():
                return jsonify([{"id": 1}])

            @app.get("/receipts")
            def receipts():
                return requests.get(f"{PAYMENTS_URL}/receipts", timeout=5).json()

            return app
        """,
    "openapi.json": _document("/items"),
    "tests/test_items.py": """
        from flask import Flask

        app = Flask("only for a test")
        """,
}

DJANGO_PROJECT: Files = {
    "manage.py": """
        import os
        import sys

        from django.core.management import execute_from_command_line

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bookshop.settings")
        if __name__ == "__main__":
            execute_from_command_line(sys.argv)
        """,
    "bookshop/__init__.py": "",
    "bookshop/settings.py": """
        import os
        from pathlib import Path

        BASE_DIR = Path(__file__).resolve().parent.parent
        SECRET_KEY = os.environ.get("SECRET_KEY", "only-for-tests")
        ALLOWED_HOSTS = ["*"]
        ROOT_URLCONF = "bookshop.urls"
        WSGI_APPLICATION = "bookshop.wsgi.application"
        DATABASES = {
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": os.environ.get("DB_PATH", "db.sqlite3"),
            }
        }
        """,
    "bookshop/urls.py": """
        from django.http import HttpRequest, JsonResponse
        from django.urls import path


        def books(request: HttpRequest) -> JsonResponse:
            return JsonResponse([{"id": 1}], safe=False)


        urlpatterns = [path("books", books)]
        """,
    "bookshop/wsgi.py": """
        import os

        from django.core.wsgi import get_wsgi_application

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bookshop.settings")
        application = get_wsgi_application()
        """,
    "bookshop/asgi.py": """
        import os

        from django.core.asgi import get_asgi_application

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bookshop.settings")
        application = get_asgi_application()
        """,
    "docs/openapi.json": _document("/books"),
}

FASTAPI_SRC: Files = {
    "pyproject.toml": """
        [project]
        name = "weather"
        version = "1.0.0"
        """,
    "src/weather/__init__.py": "",
    "src/weather/main.py": """
        from fastapi import FastAPI

        app = FastAPI()


        @app.get("/forecast")
        def forecast() -> dict[str, int]:
            return {"celsius": 21}
        """,
    "tests/test_main.py": """
        from weather.main import app
        """,
}

# Two services and an edge: one keeps its settings with pydantic, the other has no `__init__.py`.
MONOREPO: Files = {
    "services/stock/requirements.txt": "fastapi\n",
    "services/stock/Dockerfile": """
        FROM python:3.12
        CMD ["uvicorn", "app.main:api", "--host", "0.0.0.0"]
        """,
    "services/stock/app/main.py": """
        from fastapi import FastAPI

        api = FastAPI()
        internal = FastAPI()


        @api.get("/levels")
        def levels() -> dict[str, int]:
            return {"A-1": 3}
        """,
    "services/web-shop/requirements.txt": "fastapi\nhttpx\n",
    "services/web-shop/shop/__init__.py": "",
    "services/web-shop/shop/settings.py": """
        from dataclasses import dataclass
        from os import environ


        @dataclass
        class Settings:
            stock_url: str


        settings = Settings(stock_url=environ.get("STOCK_SERVICE_URL", "http://localhost:8001"))
        """,
    "services/web-shop/shop/app.py": """
        import httpx
        from fastapi import FastAPI

        from shop.settings import settings

        app = FastAPI()


        @app.get("/home")
        def home() -> dict[str, int]:
            levels: dict[str, int] = httpx.get(f"{settings.stock_url}/levels").json()
            return levels
        """,
    ".github/workflows/tests.yml": "name: tests\n",
}
