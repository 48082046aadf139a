"""What is recognised of a training: where it may be said, and the document that says it."""

from __future__ import annotations

from collections.abc import Mapping

from graph_service.domain.endorsement import Kind, TargetType
from graph_service.domain.iri import Iri
from graph_service.domain.recognition import Recognition
from graph_service.endorse import jsontext, multibase
from graph_service.errors import InvalidInput, NotFound, Problem
from graph_service.services.call import World


def fits(kind: Kind, recognition: Recognition | None) -> None:
    """Check that the data of recognition stand where they belong, and nowhere else."""
    if (kind is Kind.RECOGNISE) is (recognition is None):
        if recognition is None:
            raise InvalidInput(Problem("RECOGNITION_MISSING", {"kind": kind}, ("input", "recognition")))
        raise InvalidInput(Problem("RECOGNITION_UNEXPECTED", {"kind": kind}, recognition.path))


async def check_known(world: World, recognition: Recognition | None) -> None:
    """Check that the badges of recognition are here. Raises InvalidInput with all that are not."""
    if recognition is None or not recognition.achievements:
        return
    rows = await world.store.read("pathway/known", ids=sorted(set(recognition.achievements)))
    known = {row["id"] for row in rows if row["type"] == TargetType.ACHIEVEMENT}
    path = (*recognition.path, "achievements")
    unknown = [
        NotFound("achievement", each, (*path, position)).problems[0]
        for position, each in enumerate(recognition.achievements)
        if each not in known
    ]
    if unknown:
        raise InvalidInput(*unknown)


def document(endorsement: Iri, recognition: Mapping[str, object] | None) -> tuple[str | None, str | None]:
    """Return the bytes of the recognition document of an endorsement, and their digest (`digestMultibase`)."""
    if recognition is None:
        return None, None
    own = {"id": f"{endorsement}/recognition"}
    content = jsontext.write(own | dict(recognition) | own)  # one that is taken over has the id of the earlier one
    return content.decode(), multibase.digest(content)
