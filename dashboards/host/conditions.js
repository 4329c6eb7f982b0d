// @ts-check
/**
 * The conditions of starting, each with what there is and what is needed.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { html } from "../shared/ui.js";

/** @import {Live} from "../shared/live.js" */
/** @import {Condition} from "../shared/wire.d.ts" */

const STARTING = ["planned", "rehearsal", "check_in", "postponed"];

/** @param {{live: Live}} props */
export function Conditions({ live }) {
  const session = live.session.value;
  if (!session?.phase || !STARTING.includes(session.phase) || !session.conditions.length) return null;
  const trusted = live.trusted.value;
  return html`<section class="card conditions" aria-labelledby="conditions">
    <h2 id="conditions">${text.value.say("host.conditions")}</h2>
    <ul>
      ${session.conditions.map(
        (condition) => html`<${Line} key=${condition.code} ...${condition} trusted=${trusted} />`,
      )}
    </ul>
  </section>`;
}

/** @param {Condition & {trusted: boolean}} props */
function Line({ code, met, have, need, of, known, trusted }) {
  const say = text.value;
  const state = !trusted || !known ? "unknown" : met ? "met" : "unmet";
  const label = say.knows(`condition.${code}`) ? say.say(`condition.${code}`) : code;
  return html`<li class=${`condition is-${state}`}>
    <svg viewBox="0 0 24 24" aria-hidden="true">${SIGNS[state]}</svg>
    <span class="condition-label">${label}</span>
    <span class="condition-count">${counted(have, need, of)}</span>
    <b class="condition-word">${say.say(`condition_state.${state}`)}</b>
  </li>`;
}

/** @param {number|null} have @param {number|null} need @param {number|null} of */
function counted(have, need, of) {
  if (have === null) return "";
  const say = text.value;
  const all = of === null ? say.number(have) : `${say.number(have)}/${say.number(of)}`;
  return need === null ? all : `${all} · ${say.say("host.need", { need })}`;
}

const SIGNS = {
  met: html`<path d="M4 13 9.5 18.5 20 6.5" />`,
  unmet: html`<path d="M6 6 18 18M18 6 6 18" />`,
  unknown: html`<path d="M8 8.8a4 4 0 1 1 5.8 3.6c-1.2.7-1.8 1.4-1.8 2.9M12 19.6v.1" />`,
};
