"""The read road agrees with fields read one by one, whatever is asked, whoever asks."""

from __future__ import annotations

import json

import pytest
from graphql import build_schema
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from graph_service.read.fragment import load
from graph_service.schema import SCHEMA
from graph_service.schema.build import sdl
from graph_service.store.statements import fragments
from tests.integration.read.conftest import CURSORS, VIEWERS, Asking
from tests.integration.read.data import BASE, small_graph
from tests.integration.read.documents import Document, documents
from tests.integration.read.oracle import Oracle

_SMALL = small_graph()
# Graph fields only: computed ones are not read.
_COMPUTED = {"viewer", "progress", "verify"}
