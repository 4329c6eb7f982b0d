// @ts-check
/**
 * The axes in numbers and words, and the halls that most need somebody.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { playing, ready, why } from "../shared/sentence.js";
import { html } from "../shared/ui.js";
import { Age } from "../shared/widgets/age.js";
import { Shape } from "../shared/widgets/shape.js";
import { LineBar } from "./line-bar.js";

/** @import {Live} from "../shared/live.js" */

/** More never fit beside the sentence to read; the style shows as many whole ones as do. */
const WORST = 6;

/** @param {{live: Live}} props */
export function Numbers({ live }) {
  const say = text.value;
  const totals = live.totals.value;
  const session = live.session.value;
  if (!totals || !session) return null;
  const { points } = totals;
  return html`<div class="numbers">
    <dl class=${live.trusted.value ? "" : "is-old"}>
      <${Axis} label=${say.say("count.online")} have=${totals.presence.online ?? 0} of=${points} />
      ${session.phase === "live"
        ? html`<${Axis} label=${say.say("count.playing")} have=${playing(totals)} of=${points} />`
        : html`<${Axis} label=${say.say("count.ready")} ...${ready(session, totals)} />`}
      <${Axis} label=${say.say("count.reporting")} have=${totals.points_reported} of=${points} />
    </dl>
    <${LineBar} live=${live} />
    <${Worst} live=${live} />
  </div>`;
}

/** @param {{label: string, have: number, of: number}} props */
function Axis({ label, have, of }) {
  return html`<div>
    <dt>${label}</dt>
    <dd><b>${text.value.number(have)}</b>/${text.value.number(of)}</dd>
  </div>`;
}

/** @param {{live: Live}} props */
function Worst({ live }) {
  const say = text.value;
  const codes = live.ranked.value.slice(0, Math.min(WORST, live.problems.value));
  if (!live.trusted.value) return null;
  const none = live.ranked.value.length ? "wall.worst_none" : "wall.empty";
  if (!codes.length) return html`<p class="worst-none">${say.say(none)}</p>`;
  return html`<h3>${say.say("wall.worst")} <b>${say.number(live.problems.value)}</b></h3>
    <ul class="few">
      ${codes.map((code) => html`<${Few} key=${code} live=${live} code=${code} />`)}
    </ul>`;
}

/** @param {{live: Live, code: string}} props */
function Few({ live, code }) {
  const point = live.point(code)?.value;
  if (!point) return null;
  return html`<li>
    <span class=${`row-shape tile-${point.tile}`}><${Shape} tile=${point.tile} /></span>
    <span class="few-name">${point.name}</span>
    <span class="few-why">
      ${text.value.sentence(why(text.value, point.why))} · <${Age} live=${live} since=${point.since} />
    </span>
  </li>`;
}
