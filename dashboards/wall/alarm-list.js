// @ts-check
/**
 * The alarms, the most pressing first. One cause is one line, however many halls it has.
 *
 * @module
 */

import { flooded, unseen } from "../shared/alarm.js";
import { text } from "../shared/language.js";
import { html, useComputed } from "../shared/ui.js";
import { AlarmRow } from "./alarm-row.js";
import { useShown } from "./shown.js";

/** @import {View} from "./view.js" */

/** More rows than any screen shows need not be drawn beside the mosaic. */
const DRAWN = 12;

/** @param {{view: View}} props */
export function AlarmList({ view }) {
  const say = text.value;
  const narrow = view.narrow.value;
  const alarms = view.alarms.value;
  const drawn = narrow ? alarms : alarms.slice(0, DRAWN);
  const flood = useComputed(() => flooded(view.alarms.value, view.live.dataMoment.value ?? 0));
  const { box, shown } = useShown(narrow, drawn.map((alarm) => alarm.id).join("\n"));
  if (alarms.length === 0) return null;
  const waiting = alarms.filter(unseen).length;
  const hidden = narrow ? 0 : alarms.length - Math.min(shown.value, alarms.length);
  return html`<section class="alarms" aria-labelledby="alarms-title">
    <h2 id="alarms-title">
      ${say.say("alarms.title")} <b>${say.number(alarms.length)}</b>
      ${waiting > 0 && html` · <strong>${say.say("alarms.unseen", { n: waiting })}</strong>`}
      ${flood.value && html` · <span class="alarms-flood">${say.say("alarms.flood")}</span>`}
    </h2>
    <ul class="rows alarm-rows" ref=${box}>
      ${drawn.map((alarm) => html`<${AlarmRow} key=${alarm.id} alarm=${alarm} view=${view} />`)}
    </ul>
    <p class="worst-more">${hidden > 0 ? say.say("alarms.more", { n: hidden }) : ""}</p>
  </section>`;
}
