// @ts-check
/**
 * What happened, by whom and when: the histories of alarms, the newest line first.
 *
 * @module
 */

import { heading, isIncident } from "../shared/alarm.js";
import { text } from "../shared/language.js";
import { why } from "../shared/sentence.js";
import { html, useEffect, useSignal } from "../shared/ui.js";
import { readAlarms } from "./api.js";

/** @import {Text} from "../shared/text.js" */
/** @import {AlarmView} from "../shared/wire.d.ts" */
/** @import {AlarmAnswer, MarkView} from "./answer.d.ts" */
/** @import {View} from "./view.js" */

/** More lines than anybody reads while halls wait. */
const LINES = 30;

/** The alarms of a point in this session. @param {{code: string, view: View}} props */
export function Timeline({ code, view }) {
  const found = useSignal(/** @type {AlarmAnswer[]} */ ([]));
  const alarms = view.live.alarms.value;
  useEffect(() => {
    void readAlarms(code).then((answer) => {
      if (answer.kind === "done")
        found.value = /** @type {AlarmAnswer[]} */ (/** @type {unknown} */ (answer.body?.alarms));
    });
  }, [code, alarms]);
  return html`<${History} alarms=${found.value} />`;
}

/** @param {{alarms: AlarmAnswer[]}} props */
export function History({ alarms }) {
  const lines = alarms
    .flatMap(({ alarm, history }) => history.map((mark) => ({ what: alarm.what, mark })))
    .sort((a, b) => b.mark.at - a.mark.at)
    .slice(0, LINES);
  if (lines.length === 0) return null;
  return html`<h3 class="detail-head">${text.value.say("history.title")}</h3>
    <ul class="history-times">
      ${alarms.map((told) => html`<li><${Times} ...${told} /></li>`)}
    </ul>
    <ol class="history">
      ${lines.map(({ what, mark }) => html`<li><${Line} what=${what} mark=${mark} /></li>`)}
    </ol>`;
}

/** How long it took until somebody saw it, and until it was over. @param {AlarmAnswer} props */
function Times({ alarm, to_acknowledge_s, to_resolve_s }) {
  const say = text.value;
  const took = (/** @type {string} */ key, /** @type {number|null} */ seconds) =>
    seconds === null
      ? say.say(`history.${key}_not`)
      : say.say(`history.${key}`, { time: say.duration(seconds * 1_000) });
  return html`<b>${named(say, alarm)}</b>, ${say.clock(alarm.raised_at)}:${" "}
    ${took("to_acknowledge", to_acknowledge_s)}, ${took("to_resolve", to_resolve_s)}`;
}

/** What it was, without the hall: that is known here. @param {Text} say @param {AlarmView} alarm */
function named(say, alarm) {
  return isIncident(alarm) ? heading(say, alarm, undefined) : say.say(`alarm.${alarm.what}`);
}

/** Lines that say what is wrong. */
const WHAT = ["alarm_raised", "alarm_changed"];

/** @param {{what: string, mark: MarkView}} props */
function Line({ what, mark }) {
  const say = text.value;
  const kind = mark.what.replaceAll(".", "_");
  const word = say.knows(`history.${kind}`) ? say.say(`history.${kind}`) : mark.what;
  const about = WHAT.includes(kind);
  return html`<time>${say.clock(mark.at)}</time>
    <span>
      ${word}${about && html`: ${say.say(`alarm.${what}`)} (${why(say, mark.why)})`}
      ${mark.by && html` · ${mark.by}`}
      ${mark.note && html`: <q>${mark.note}</q>`}
    </span>`;
}
