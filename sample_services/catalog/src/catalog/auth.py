"""Who may change prices."""

from secrets import compare_digest

from django.conf import settings
from django.http import HttpRequest
from ninja.security import HttpBearer


class BearerToken(HttpBearer):
    """A shared secret sent as a bearer token."""

    def authenticate(self, request: HttpRequest, token: str) -> str | None:
        """The token when it is the right one."""
        expected = settings.API_TOKEN
        return token if compare_digest(token.encode(), expected.encode()) else None
