"""The pathways of the demo, as a client writes them: one for each course, and the stack 中堅研 above them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graph_service.demo.courses import COURSES
from graph_service.domain.iri import Iri


def course_pathway(pieces: Sequence[Iri]) -> Mapping[str, object]:
    """Return All of a course's knowledge badges and its final task."""
    leaves = [{"id": f"piece-{n}", "kind": "LEAF", "targets": [piece]} for n, piece in enumerate(pieces, 1)]
    return {"root": "all", "nodes": [{"id": "all", "kind": "ALL", "parts": [leaf["id"] for leaf in leaves]}, *leaves]}


def stack_pathway(abilities: Mapping[str, Iri], attendance: Iri, board: Iri) -> Mapping[str, object]:
    """Return 中堅研: face to face, or online with five of eight endorsed badges, crisis management among them."""
    face_to_face = {"ja": "対面研修", "en": "Face to face"}
    online = {"ja": "オンライン", "en": "Online"}
    endorsed = {"endorsedBy": [{"profiles": [board]}]}
    slugs = [course.slug for course in COURSES]
    return {
        "root": "mid-career",
        "nodes": [
            _group("mid-career", "ANY", ["face-to-face", "online"], {"ja": "中堅研", "en": "Mid-career training"}),
            {"id": "face-to-face", "kind": "LEAF", "name": face_to_face, "targets": [attendance]},
            _group("online", "ALL", ["five", "crisis"], online),
            _group("five", "AT_LEAST", slugs, {"ja": "8つのうち5つ", "en": "Five of eight"}) | {"count": 5},
            *(
                {
                    "id": course.slug,
                    "kind": "LEAF",
                    "name": {"ja": course.title, "en": course.english},
                    "targets": [abilities[course.slug]],
                    "guards": endorsed,
                }
                for course in COURSES
            ),
        ],
    }


def _group(id: str, kind: str, parts: Sequence[str], name: Mapping[str, str]) -> dict[str, object]:
    return {"id": id, "kind": kind, "name": name, "parts": list(parts)}
