"""Asks over HTTP: with time limits, tries, credentials and bounds."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urljoin, urlsplit

import requests
from requests.auth import AuthBase, HTTPBasicAuth
from urllib3.exceptions import NewConnectionError

from harness.broker.wire import Reply, Request
from harness.domain.errors import BrokerFailed, Misused

MAX_SIZE_BYTES: Final = 32 * 1024 * 1024
_CHUNK_BYTES: Final = 64 * 1024
_PASSING: Final = frozenset({429, 502, 503, 504})
# Of these nothing was done yet; after the others it may have been.
_UNTOUCHED: Final = frozenset({429, 503})
_FAULTS: Final = (
    requests.Timeout,
    requests.ConnectionError,
    requests.exceptions.ChunkedEncodingError,
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a broker is shown: a bearer token, or a name with a password, or nothing."""

    token: str = field(default="", repr=False)
    username: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Patience:
    """
    How long an answer is waited for, and how often it is asked for again.

    Units: seconds; `waits_s` has one wait for each further try.
    """

    connect_s: float = 5.0
    read_s: float = 30.0
    waits_s: tuple[float, ...] = (0.5, 1.0, 2.0)


USUAL_PATIENCE: Final = Patience()
_NO_AUTHORITY: Final = "expected a file of the authorities to trust, saw no certificate in it"
_AUTHORITIES: Final = "see PACT_BROKER_CA, SSL_CERT_FILE and REQUESTS_CA_BUNDLE"
# OpenSSL's numbers for a certificate whose signer is not known: another authority may know it.
_UNKNOWN_SIGNERS: Final = frozenset({2, 18, 19, 20, 21})
_LONGEST_WAIT_S: Final = 8.0


def patience_of(tries: int) -> Patience:
    """The patience of so many further tries, each wait twice as long as the one before."""
    return Patience(waits_s=tuple(min(0.5 * 2**at, _LONGEST_WAIT_S) for at in range(tries)))


class Untrusted(BrokerFailed):
    """Who signed the certificate of a host is not among the authorities that are trusted."""


class HttpAsking:
    """
    A session with one host; proxies come from the environment, as `requests` reads them
    (`HTTPS_PROXY`, `NO_PROXY`), and so do the authorities that are trusted, unless `authority`
    names a file or a directory of them; `direct` are hosts that no proxy leads to.
    """

    def __init__(
        self,
        credentials: Credentials,
        patience: Patience = USUAL_PATIENCE,
        sleep: Callable[[float], None] = time.sleep,
        authority: str = "",
        direct: Collection[str] = (),
    ) -> None:
        self._session = requests.Session()
        self._session.auth = _auth(credentials)
        self._patience = patience
        self._sleep = sleep
        self._authority = authority
        self._direct = direct

    def ask(self, request: Request) -> Reply:
        """
        The answer to a request; what may pass is asked for again, longer and longer apart.

        Raises: BrokerFailed, where there is no answer; Misused, for what is no address.
        """
        for wait_s in self._patience.waits_s:
            try:
                reply = self._once(request)
            except _FAULTS as error:
                if not _may_repeat(request, error):
                    raise _fault(request.url, error) from None
            else:
                if reply.status not in (_PASSING if request.is_repeatable else _UNTOUCHED):
                    return reply
            self._sleep(wait_s)
        try:
            return self._once(request)
        except requests.RequestException as error:
            raise _fault(request.url, error) from None

    def _once(self, request: Request) -> Reply:
        limits = (self._patience.connect_s, self._patience.read_s)
        kind = {"Content-Type": request.kind} if request.kind else {}
        is_reading = request.method == "GET"
        host = urlsplit(request.url).hostname or ""
        with (
            _named(request.url),
            self._session.request(
                request.method,
                request.url,
                data=request.body or None,
                headers={"Accept": request.accept, **kind},
                timeout=limits,
                stream=True,
                allow_redirects=is_reading,
                proxies={"no_proxy": host} if host in self._direct else None,
                # Given here, since what the session holds gives way to the environment.
                verify=self._authority or None,
            ) as response,
        ):
            if response.is_redirect:
                raise _redirected(request, response)
            return Reply(response.status_code, _bounded(response, request.url))

    def close(self) -> None:
        """Let connections go."""
        self._session.close()


def _may_repeat(request: Request, error: requests.RequestException) -> bool:
    """Whether a fault may pass, and asking again does no harm: nobody can have heard it yet."""
    if isinstance(error, requests.exceptions.SSLError):
        return False
    if request.is_repeatable or isinstance(error, requests.ConnectTimeout):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NewConnectionError)


def _redirected(request: Request, response: requests.Response) -> BrokerFailed:
    """What a redirect makes of a change: a client that followed would only read."""
    there = urljoin(request.url, response.headers.get("Location", ""))
    said = f"{_origin(request.url)} sends elsewhere what would change it"
    return BrokerFailed(said, hint=f"give the address that it names: {_origin(there)}")


@contextmanager
def _named(url: str) -> Iterator[None]:
    """Say in a sentence what is no address; what may pass is left to the caller."""
    try:
        yield
    except _FAULTS:
        raise
    except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema) as error:
        raise Misused(f"expected an address such as https://broker.example, saw {url}") from error
    except requests.RequestException as error:
        raise _fault(url, error) from None
    except OSError as error:  # of `requests`, for a file of authorities that is not there
        raise Misused(_NO_AUTHORITY, hint=_AUTHORITIES) from error


def _bounded(response: requests.Response, url: str) -> bytes:
    body = bytearray()
    for chunk in response.iter_content(_CHUNK_BYTES):
        body += chunk
        if len(body) > MAX_SIZE_BYTES:
            raise BrokerFailed(f"{url} answered with more than {MAX_SIZE_BYTES:,} bytes")
    return bytes(body)


def _fault(url: str, error: requests.RequestException) -> BrokerFailed:
    """What went wrong, without the words of the library: they may hold a proxy's password."""
    if isinstance(error, requests.exceptions.SSLError):
        return _not_secure(_origin(url), _cause(error))
    if isinstance(error, requests.exceptions.ProxyError):
        return BrokerFailed(
            f"the proxy did not lead to {_origin(url)}", hint="see HTTPS_PROXY and NO_PROXY"
        )
    if isinstance(error, requests.Timeout):
        return BrokerFailed(f"{_origin(url)} did not answer in time")
    if isinstance(error, requests.ConnectionError):
        return BrokerFailed(f"{_origin(url)} cannot be reached", hint="is the address right?")
    return BrokerFailed(f"{url} gave no answer that can be read ({type(error).__name__})")


def _not_secure(origin: str, cause: ssl.SSLError | None) -> BrokerFailed:
    if cause is not None and cause.library in ("PEM", "X509"):
        return BrokerFailed(_NO_AUTHORITY, hint=_AUTHORITIES)
    if not isinstance(cause, ssl.SSLCertVerificationError):
        hint = "does the address begin with https where the port speaks http?"
        return BrokerFailed(f"no secure connection to {origin} comes about", hint=hint)
    why = cause.verify_message.rstrip(".")
    said = f"the certificate of {origin} is not trusted: {why}"
    if cause.verify_code in _UNKNOWN_SIGNERS:
        return Untrusted(
            said, hint="set PACT_BROKER_CA to the file of the authority that signed it"
        )
    return BrokerFailed(said, hint="who serves it must present another certificate")


def _cause(error: BaseException) -> ssl.SSLError | None:
    """What OpenSSL said, out of the errors that libraries have wrapped around it."""
    inner: object = error
    while isinstance(inner, BaseException) and not isinstance(inner, ssl.SSLError):
        inner = getattr(inner, "reason", None) or next(iter(inner.args), None)
    return inner if isinstance(inner, ssl.SSLError) else None


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


class _Bearer(AuthBase):
    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class _Nothing(AuthBase):
    """Without it `requests` would show what a `.netrc` holds for the host."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


def _auth(credentials: Credentials) -> AuthBase:
    if credentials.token:
        return _Bearer(credentials.token)
    if credentials.username or credentials.password:
        return HTTPBasicAuth(credentials.username.encode(), credentials.password.encode())
    return _Nothing()
