// @ts-check
/**
 * One point in full: everything that speaks against it, its alarms and what can be done, whom
 * to call, its four axes with ages, its line in numbers, what was asked of it, its history.
 *
 * @module
 */

import { action, heading, isIncident, matter, pointsOf } from "../shared/alarm.js";
import { text } from "../shared/language.js";
import { tooMany, why } from "../shared/sentence.js";
import { html } from "../shared/ui.js";
import { Age } from "../shared/widgets/age.js";
import { Dialog } from "../shared/widgets/dialog.js";
import { Shape } from "../shared/widgets/shape.js";
import { AlarmDeeds } from "./alarm-deeds.js";
import { standing } from "./alarm-row.js";
import { Contact } from "./contact.js";
import { tileWord } from "./legend.js";
import { LinkChart } from "./link-chart.js";
import { Orders } from "./orders.js";
import { PreflightTable } from "./preflight.js";
import { Share } from "./share.js";
import { headCount } from "./tile.js";
import { Timeline } from "./timeline.js";

/** @import {LinkView, PointView} from "../shared/wire.d.ts" */
/** @import {View} from "./view.js" */

/** @param {{view: View}} props */
export function Detail({ view }) {
  const code = view.opened.value;
  const point = code === null ? undefined : view.live.point(code)?.value;
  if (!point) return null;
  const close = () => (view.opened.value = null);
  return html`<${Dialog} title=${point.name} close=${close}>
    <p class="detail-state">
      <span class=${`legend-shape tile-${point.tile}`}><${Shape} tile=${point.tile} /></span>
      <b>${tileWord(point.tile, view.live.session.value?.phase ?? null)}</b>
      <${Age} live=${view.live} since=${point.since} />
    </p>
    <p class="detail-where">
      ${[point.code, point.unit, point.provider].filter(Boolean).join(" · ")}
      ${point.main && html` · <b>${text.value.say("wall.main_point")}</b>`}
    </p>
    <${Reasons} point=${point} />
    <${Alarms} point=${point} view=${view} />
    <${Contact} point=${point} />
    <${Axes} point=${point} view=${view} />
    <${PreflightTable} key=${code} point=${point} live=${view.live} />
    <${Share} point=${point} view=${view} />
    <${Orders} point=${point} view=${view} />
    <${LinkChart} code=${code} />
    <${Timeline} code=${code} view=${view} />
  <//>`;
}

/** What the list says of this point, and what can be done about it. */
function Alarms(/** @type {{point: PointView, view: View}} */ { point, view }) {
  const say = text.value;
  const found = view.live.alarms.value.filter((alarm) => pointsOf(alarm).includes(point.code));
  return found.map(
    (alarm) => html`<section class="detail-alarm" key=${alarm.id}>
      <p>
        <b>${isIncident(alarm) ? heading(say, alarm, point) : matter(say, alarm)}</b>
        ${" "}<${Age} live=${view.live} since=${alarm.raised_at} />
      </p>
      <p class="alarm-who">${standing(alarm)}</p>
      <p class="alarm-action">${action(say, alarm)}</p>
      <${AlarmDeeds} alarm=${alarm} view=${view} />
    </section>`,
  );
}

/** @param {{point: PointView}} props */
function Reasons({ point }) {
  const doubt = tooMany(point.attendance) ? ["too_many"] : [];
  const codes = [...new Set([point.why, ...point.reasons, ...doubt])].filter(Boolean);
  return html`<ul class="detail-reasons">
    ${codes.map((code) => html`<li>${text.value.sentence(why(text.value, code))}</li>`)}
  </ul>`;
}

/** @param {{point: PointView, view: View}} props */
function Axes({ point, view }) {
  const say = text.value;
  const axis = (/** @type {"presence"|"readiness"|"reception"} */ name) =>
    html`<div>
      <dt>${say.say(`axis.${name}`)}</dt>
      <dd>
        ${say.say(`${name}.${point[name]}`)}${" "}
        <small><${Age} live=${view.live} since=${point[`${name}_since`]} /></small>
      </dd>
    </div>`;
  return html`<dl class="detail-axes">
    ${axis("presence")} ${axis("readiness")} ${axis("reception")}
    <div>
      <dt>${say.say("axis.attendance")}</dt>
      <dd>${headCount(point)}</dd>
    </div>
    <div>
      <dt>${say.say("axis.decoding")}</dt>
      <dd>${say.say(`decoding.${point.decoding}`)}</dd>
    </div>
    ${point.link &&
    html`<div>
      <dt>${say.say("axis.line")}</dt>
      <dd>${line(point.link)}</dd>
    </div>`}
  </dl>`;
}

/** @param {LinkView} link */
function line({ rtt_ms, loss_ratio, frames_per_second, bitrate_kbps, delay_ms, skew_ms }) {
  const say = text.value;
  return [
    rtt_ms !== null && say.say("line.rtt", { ms: rtt_ms }),
    loss_ratio !== null && say.say("line.loss", { percent: say.percent(loss_ratio, 1) }),
    frames_per_second !== null && say.say("line.frames", { n: frames_per_second }),
    bitrate_kbps !== null && say.say("line.bitrate", { kbps: bitrate_kbps }),
    delay_ms !== null && say.say("line.delay", { ms: delay_ms }),
    skew_ms !== null && skew_ms !== 0 && say.say("line.skew", { ms: skew_ms }),
  ]
    .filter(Boolean)
    .join(" · ");
}
