"""The machine answers the committed vectors, which node plays on the page's own machine."""

import json

from tests.vectors.device_connection import FILE, vectors


def test_the_machine_answers_as_the_vectors_say() -> None:
    """After a change meant so: ``python -m tests.vectors.device_connection``, then node."""
    assert json.loads(FILE.read_text()) == json.loads(json.dumps(vectors()))


def test_the_vectors_reach_what_a_connection_can_do() -> None:
    events = [e for v in vectors() for step in v["steps"] for e in step["then"]["events"]]
    seen = {event["event"] for event in events}
    assert seen == {"send", "opened", "recorded", "heard", "report_due", "probe_due", "broken"}
    open_ends = [v for v in vectors() if v["steps"][-1]["then"]["state"] == "open"]
    assert len(open_ends) > 8, "walks must not all break off"
