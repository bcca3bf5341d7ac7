"""Who may delete orders."""

import secrets
from typing import Annotated

from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from orders.settings import settings

_bearer = HTTPBearer(
    scheme_name="bearerAuth", description="The administrator's token.", auto_error=False
)


async def require_admin(
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> None:
    """Let only the administrator's token pass."""
    given = credentials.credentials if credentials else ""
    if not secrets.compare_digest(given.encode(), settings().admin_token.encode()):
        raise HTTPException(401, "a valid bearer token is needed", {"WWW-Authenticate": "Bearer"})


AdminOnly = Depends(require_admin)
