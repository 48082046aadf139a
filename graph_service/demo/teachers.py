"""All invented teachers: みなと市's 360 and やまて市's. Figures about them are counted, never written down."""

from __future__ import annotations

from graph_service.demo import minato, yamate
from graph_service.demo.crowd import crowd

MINATO = (*minato.TELLING, *crowd(first=len(minato.TELLING) + 1))
YAMATE = yamate.TELLING
TEACHERS = {teacher.slug: teacher for teacher in (*MINATO, *YAMATE)}
