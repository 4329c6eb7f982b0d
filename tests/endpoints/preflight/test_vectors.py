"""Agents find what the committed vectors say; node holds the hall's page to the same."""

import json

from tests.vectors.preflight import FILE, vectors


def test_an_agent_finds_what_the_vectors_say() -> None:
    """After a change meant so: ``python -m tests.vectors.preflight``, then node."""
    assert json.loads(FILE.read_text()) == json.loads(json.dumps(vectors()))


def test_every_verdict_is_among_the_vectors() -> None:
    verdicts = {found["verdict"] for case in vectors()["cases"] for found in case["found"]}
    assert verdicts == {"ok", "warn", "fail", "skipped"}
