"""The session of a persona (development mode), and tokens that keep other sites from sending our forms.

A session cookie holds the persona and when it ends, with a keyed hash over both. A form holds the keyed hash of a
random cookie that the browser keeps for us: another site knows neither, so what it sends is refused.
"""

from __future__ import annotations

import hmac

from starlette.requests import HTTPConnection
from starlette.responses import Response

from graph_service.domain.time import Instant, later
from graph_service.errors import InvalidInput, NotAuthenticated, Problem
from graph_service.services.call import World

SESSION = "graph-service-session"
BROWSER = "graph-service-browser"
HOURS = 12
_LONGEST = 1_000


def given(connection: HTTPConnection, name: str) -> str | None:
    """Return a cookie of ours."""
    return connection.cookies.get(_named(connection, name)) or None


def begin(response: Response, connection: HTTPConnection, world: World, persona: str, at: Instant) -> None:
    """Begin a session."""
    content = f"{later(at, seconds=HOURS * 3600)}|{persona}"
    encoded = content.encode().hex()
    _set(response, connection, SESSION, f"{encoded}.{world.envelope.keyed_hash(content, SESSION)}")


def end(response: Response, connection: HTTPConnection) -> None:
    """End the session."""
    _set(response, connection, SESSION, "")


def persona(world: World, cookie: str, at: Instant) -> str:
    """Return the persona of a session cookie. Raises NotAuthenticated if it is not ours or has ended."""
    encoded, _, mark = cookie.partition(".")
    try:
        content = bytes.fromhex(encoded[:_LONGEST]).decode()
    except ValueError:
        raise NotAuthenticated("SESSION_ENDED") from None
    until, _, name = content.partition("|")
    if not _equal(mark, world.envelope.keyed_hash(content, SESSION)) or until <= at:
        raise NotAuthenticated("SESSION_ENDED")
    return name


def browser_of(connection: HTTPConnection, world: World) -> str:
    """Return the random value that this browser keeps, or a new one for it."""
    return given(connection, BROWSER) or world.secret(24).hex()


def remember(response: Response, connection: HTTPConnection, browser: str) -> None:
    """Let the browser keep its value."""
    _set(response, connection, BROWSER, browser)


def form_token(world: World, browser: str) -> str:
    """Return the token for the forms of a page that goes to this browser."""
    return world.envelope.keyed_hash(browser, BROWSER)


def check_form(connection: HTTPConnection, world: World, token: str) -> None:
    """Raise InvalidInput (FORM_FOREIGN) unless the form came from a page of ours in this browser."""
    browser = given(connection, BROWSER)
    if not browser or not _equal(token, form_token(world, browser)):
        raise InvalidInput(Problem("FORM_FOREIGN"))


def _equal(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())


def secure(connection: HTTPConnection) -> bool:
    """Tell whether cookies are to go over https only: as this request came."""
    return connection.url.scheme == "https"


def _named(connection: HTTPConnection, name: str) -> str:
    return f"__Host-{name}" if secure(connection) else name


def _set(response: Response, connection: HTTPConnection, name: str, value: str) -> None:
    response.set_cookie(
        _named(connection, name),
        value,
        max_age=HOURS * 3600 if value else 0,
        path="/",
        secure=secure(connection),
        httponly=True,
        samesite="lax",
    )
