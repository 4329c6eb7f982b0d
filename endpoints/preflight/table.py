"""The findings of a preflight as a table for a terminal: Vietnamese first, English beside it.

A mark, the verdict's word and the check's name; what was measured and the limit; and, for what
is not in order, the one thing to do. Pure but for reading the catalogue once.
"""

from collections.abc import Iterator, Sequence

from config.words import LANGUAGES, Words
from signaling.preflight import RANK, CheckResult, Unit, Verdict
from signaling.words import LOCALE

MARKS = {Verdict.OK: "✔", Verdict.SKIPPED: "–", Verdict.WARN: "▲", Verdict.FAIL: "✕"}

LONG_MS = 10_000
"From here on people think in seconds."


def table(results: Sequence[CheckResult]) -> str:
    """Return the lines of the table, the worst first."""
    ordered = sorted(results, key=lambda result: -RANK[result.verdict])
    return "\n".join(line for result in ordered for line in _lines(result))


def shown(figure: float, unit: str) -> str:
    """Return a figure as people read it: 42 ms, 3.5 %, 12 GB."""
    match unit:
        case Unit.RATIO:
            return f"{figure * 100:.3g} %"
        case Unit.BYTES:
            return f"{figure / 1e9:.1f} GB"
        case Unit.DB | Unit.DBFS:
            return f"{figure:.0f} {'dB' if unit == Unit.DB else 'dBFS'}"
        case Unit.MS if abs(figure) >= LONG_MS:
            return f"{figure / 1000:.0f} s"
        case Unit.MS | Unit.KBPS:
            return f"{figure:.0f} {'ms' if unit == Unit.MS else 'kbit/s'}"
        case _:
            return f"{figure:g} {unit}".rstrip()


def _lines(result: CheckResult) -> Iterator[str]:
    vi, en = (Words(LOCALE, language) for language in LANGUAGES)
    verdict = f"preflight.verdict.{result.verdict}"
    name = f"{_name(vi, result)} / {_name(en, result)}"
    yield f"{MARKS[result.verdict]} {vi.say(verdict):<13} {name:<48} {_figure(result)}".rstrip()
    if result.verdict is Verdict.OK:
        return
    for words in (vi, en):
        yield f"    {_what_to_do(words, result)}"


def _name(words: Words, result: CheckResult) -> str:
    key = f"preflight.check.{result.check}"
    return (
        words.say(key) if words.has(key) else words.say("preflight.check_other", code=result.check)
    )


def _figure(result: CheckResult) -> str:
    if result.figure is None:
        return ""
    figure = shown(result.figure, result.unit)
    return figure if result.limit is None else f"{figure} ({shown(result.limit, result.unit)})"


def _what_to_do(words: Words, result: CheckResult) -> str:
    space = "skipped" if result.verdict is Verdict.SKIPPED else f"do.{result.check}"
    key = f"preflight.{space}.{result.why}"
    if words.has(key):
        return words.say(key)
    return words.say("preflight.do_other", code=result.why or result.check)
