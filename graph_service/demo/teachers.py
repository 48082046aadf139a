"""All invented teachers: みなと市's 360, やまて市's, the university's. Figures about them are counted, not written."""

from __future__ import annotations

from graph_service.demo import konan, minato, yamate
from graph_service.demo.crowd import crowd

MINATO = (*minato.TELLING, *crowd(first=len(minato.TELLING) + 1))
YAMATE = yamate.TELLING
KONAN = konan.TELLING
TEACHERS = {teacher.slug: teacher for teacher in (*MINATO, *YAMATE, *KONAN)}
