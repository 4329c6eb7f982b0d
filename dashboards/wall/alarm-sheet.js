// @ts-check
/**
 * An incident, or an alarm of the centre itself, in full: what to do, its halls, its history.
 *
 * @module
 */

import { action, heading, isIncident, matter } from "../shared/alarm.js";
import { text } from "../shared/language.js";
import { html, useEffect, useSignal } from "../shared/ui.js";
import { Age } from "../shared/widgets/age.js";
import { Dialog } from "../shared/widgets/dialog.js";
import { AlarmDeeds } from "./alarm-deeds.js";
import { standing } from "./alarm-row.js";
import { readAlarm } from "./api.js";
import { Row } from "./row.js";
import { History } from "./timeline.js";

/** @import {AlarmView} from "../shared/wire.d.ts" */
/** @import {AlarmAnswer} from "./answer.d.ts" */
/** @import {View} from "./view.js" */

/** @param {{view: View}} props */
export function AlarmSheet({ view }) {
  const alarm = view.live.alarms.value.find(({ id }) => id === view.alarm.value);
  if (!alarm || view.opened.value !== null) return null;
  const say = text.value;
  const close = () => (view.alarm.value = null);
  return html`<${Dialog} key=${alarm.id} title=${heading(say, alarm, undefined)} close=${close}>
    <p class="detail-state">
      <b>${matter(say, alarm)}</b> <${Age} live=${view.live} since=${alarm.raised_at} />
    </p>
    <p class="alarm-who">${standing(alarm)}</p>
    <p class="alarm-action">${action(say, alarm)}</p>
    <${AlarmDeeds} alarm=${alarm} view=${view} />
    ${isIncident(alarm) && html`<${Halls} alarm=${alarm} view=${view} />`}
    <${Told} alarm=${alarm} />
  <//>`;
}

/** @param {{alarm: AlarmView, view: View}} props */
function Halls({ alarm, view }) {
  return html`<h3 class="detail-head">
      ${text.value.say("alarms.halls", { n: alarm.points.length, had: alarm.had })}
    </h3>
    <ul class="alarm-halls">
      ${alarm.points.map((code) => html`<${Row} key=${code} code=${code} view=${view} />`)}
    </ul>`;
}

/** Its history, asked for anew when it changed. @param {{alarm: AlarmView}} props */
function Told({ alarm }) {
  const found = useSignal(/** @type {AlarmAnswer|null} */ (null));
  useEffect(() => {
    void readAlarm(alarm.id).then((answer) => {
      if (answer.kind === "done") found.value = /** @type {AlarmAnswer} */ (/** @type {unknown} */ (answer.body));
    });
  }, [alarm]);
  return html`<${History} alarms=${found.value === null ? [] : [found.value]} />`;
}
