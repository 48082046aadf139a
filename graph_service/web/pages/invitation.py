"""Answering an invitation, without an account: a form for the code, what is asked, and the three answers.

Looking uses nothing up. The secret in the address proves who answers, so no session is needed and none is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from graph_service.domain.invitation import read_code
from graph_service.domain.language import LanguageMap
from graph_service.endorse.jsontext import MAX_BYTES
from graph_service.errors import Conflict, CredentialError, InvalidInput, LimitExceeded, Problem, SecretUnknown
from graph_service.locale import sentence
from graph_service.services import answering, handing_in
from graph_service.services.answering import Stated
from graph_service.services.call import Call
from graph_service.web import forms
from graph_service.web.pages import language_of, page

_LONGEST_CODE = 1_000
_LONGEST_ANSWER = 2 * MAX_BYTES  # a credential as a file; one that is pasted may be written as %XX, three times as long
_ANSWERS = ("STATED", "SIGNED", "DECLINED")
_HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
_MEND = (InvalidInput, CredentialError, LimitExceeded, Conflict)
"""What somebody can put right on the page, if there still is something to answer; what they typed stays there."""


async def ask_code(request: Request) -> Response:
    """Show the form for a typed code."""
    return _page(request, "invitation_code", {})


async def enter_code(request: Request) -> Response:
    """Lead on from a typed code to what it opens."""
    forms.check_own(request)
    code = read_code(_text(await forms.read(request, _LONGEST_CODE), "code"))
    if code is None:
        raise SecretUnknown
    return RedirectResponse(f"invitations/{code}", 303, headers=_HEADERS)


async def show(request: Request) -> Response:
    """Show what is asked; this changes nothing, however often and whoever looks."""
    call: Call = await request.app.state.call(request)
    return await _asked(request, call, {}, None)


async def answer(request: Request) -> Response:
    """Take an answer: a statement, a credential, or that somebody declines."""
    forms.check_own(request)
    call: Call = await request.app.state.call(request)
    form: Mapping[str, bytes] = {}
    try:
        form = await forms.read(request, _LONGEST_ANSWER)
        done = await _done(request, call, form)
    except _MEND as error:
        return await _asked(request, call, form, error)
    return _page(request, "invitation_done", {"done": done})


async def _done(request: Request, call: Call, form: Mapping[str, bytes]) -> str:
    """Do what the form says and return what was done."""
    world, code, address = request.app.state.world, request.path_params["code"], _text(form, "address")
    number = _text(form, "number")
    seen = int(number[:9]) if number.isdecimal() else 0
    match _text(form, "answer"):
        case "STATED":
            given = {name: _text(form, name) for name in ("name", "position", "text")}
            stated = Stated(address=address, language=language_of(request), seen=seen, **given)
            await answering.state(world, call, code, stated)
            return "STATED"
        case "SIGNED":
            document = form.get("file") or form.get("credential", b"")
            await handing_in.hand_in(world, call, code, address=address, document=document, seen=seen)
            return "SIGNED"
        case "DECLINED":
            await answering.decline(world, call, code, address=address, reason=_text(form, "reason"))
            return "DECLINED"
        case other:
            raise InvalidInput(
                Problem("NOT_ONE_OF", {"value": other[:64], "allowed": ", ".join(_ANSWERS)}, ("answer",))
            )


async def _asked(
    request: Request,
    call: Call,
    form: Mapping[str, bytes],
    error: InvalidInput | CredentialError | LimitExceeded | Conflict | None,
) -> Response:
    asked = await answering.look(request.app.state.world, call.at, request.path_params["code"])
    problems = error.problems if error else ()
    values = {
        "asked": asked,
        "target": _texts(asked.target_name),
        "owner": _texts(asked.owner_name),
        "given": {name: _text(form, name) for name in form if name != "file"},
        "problems": [sentence(problem, language_of(request)) for problem in problems],
        "wrong": {_field(str(problem.path[0]), form) for problem in problems if problem.path},
    }
    return _page(request, "invitation", values, (409 if isinstance(error, Conflict) else 400) if error else 200)


def _field(name: str, form: Mapping[str, bytes]) -> str:
    """Return the id of the field that a problem is about; each answer asks for the address anew."""
    return f"{_text(form, 'answer').lower()}-address" if name == "address" else name


def _page(request: Request, template: str, values: Mapping[str, Any], status: int = 200) -> Response:
    response = page(request, template, language_of(request), values, status)
    response.headers.update(_HEADERS)
    return response


def _text(form: Mapping[str, bytes], name: str) -> str:
    return form.get(name, b"").decode(errors="replace").replace("\r\n", "\n")


def _texts(texts: LanguageMap) -> list[dict[str, str]]:
    return [{"language": tag, "text": text} for tag, text in texts.items()]


routes = [
    Route("/invitations", ask_code, methods=["GET"]),
    Route("/invitations", enter_code, methods=["POST"]),
    Route("/invitations/{code}", show, methods=["GET"]),
    Route("/invitations/{code}", answer, methods=["POST"]),
]
