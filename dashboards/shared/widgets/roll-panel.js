// @ts-check
/**
 * The roll call on the wall and the console: the number, what is missing to the lines, who has
 * not answered and whom to call there, the sentence to read aloud, and by whom it was closed.
 *
 * @module
 */

import { text } from "../language.js";
import { meant, missing, silent, sumsOf } from "../roll.js";
import { readAloud } from "../sentence.js";
import { html } from "../ui.js";
import { Dial } from "./dial.js";

/** @import {Live} from "../live.js" */
/** @import {PointView, RollView} from "../wire.d.ts" */

/** @param {{live: Live}} props */
export function RollPanel({ live }) {
  const say = text.value;
  const [session, totals] = [live.session.value, live.totals.value];
  if (!session || !totals) return null;
  const roll = meant(session);
  if (!roll) return html`<p class="roll-none">${say.say("roll_panel.none")}</p>`;
  const sums = sumsOf(roll, totals);
  const sentence = roll.stage === "open" ? readAloud(say, totals) : null;
  return html`<div class=${live.trusted.value ? "roll-panel" : "roll-panel is-old"}>
    <h3>
      ${say.say("roll.number", { n: roll.roll })} <span class="roll-stage">${say.say(`roll.stage.${roll.stage}`)}</span>
    </h3>
    <p class="roll-have">
      <b>${sums.have === null ? "–" : say.number(sums.have)}</b>/${say.number(sums.expected)}
      ${sums.have !== null && sums.expected > 0 && ` · ${say.percent(sums.have, sums.expected)}`}
    </p>
    <p>${say.say("roll.answered", { have: sums.answered, of: sums.points })}</p>
    <ul class="roll-lines">
      ${missing(session.lines, sums).map(
        (line) => html`<li key=${line.share} class=${line.missing ? "is-missing" : "is-met"}>${lineText(line)}</li>`,
      )}
    </ul>
    ${roll.stage === "closed" && html`<p class="roll-closed">${closing(roll)}</p>`}
    ${sentence && html`<blockquote class="roll-aloud">${sentence}</blockquote>`}
    <${Silent} live=${live} />
  </div>`;
}

/** @param {{share: number, need: number, missing: number}} line */
function lineText({ share, need, missing: n }) {
  const say = text.value;
  const percent = `${say.number(share * 100)} %`;
  return n ? say.say("roll.line_missing", { percent, need, n }) : say.say("roll.line_met", { percent, need });
}

/** @param {RollView} roll */
function closing({ closed_at, closed_by, attended }) {
  const say = text.value;
  const by = closed_by || say.say("roll.by_schedule");
  return say.say("roll.closed_at", { at: say.hour(closed_at ?? 0), by, n: attended ?? 0 });
}

/** @param {{live: Live}} props */
function Silent({ live }) {
  const say = text.value;
  void live.roster.value;
  const points = live.codes().flatMap((code) => live.point(code)?.value ?? []);
  const found = silent(points);
  if (!found.length) return html`<p class="roll-all">${say.say("roll_panel.all")}</p>`;
  return html`<h4>${say.say("roll_panel.silent", { n: found.length })}</h4>
    <ul class="roll-silent" tabindex="0" aria-label=${say.say("roll_panel.silent", { n: found.length })}>
      ${found.map((point) => html`<${Line} key=${point.code} point=${point} />`)}
    </ul>`;
}

/** @param {{point: PointView}} props */
function Line({ point: { code, name, contact_name, contact_phone } }) {
  return html`<li>
    <span><b>${code}</b> ${name}</span>
    ${contact_phone && html`<span>${contact_name ?? ""} <${Dial} phone=${contact_phone} /></span>`}
  </li>`;
}
