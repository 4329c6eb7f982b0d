// @ts-check
/**
 * Choosing the hall that shall speak: who sends already stands first, then who is there.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { fold, matches } from "../shared/search.js";
import { html, useSignal } from "../shared/ui.js";
import { Dialog } from "../shared/widgets/dialog.js";
import { Shape } from "../shared/widgets/shape.js";

/** @import {PointView} from "../shared/wire.d.ts" */
/** @import {Desk} from "./desk.js" */

/** More are found by name. */
const SHOWN = 30;
const REACHED = ["online", "late"];

/** @param {{desk: Desk}} props */
export function FloorSheet({ desk }) {
  const query = useSignal("");
  const say = text.value;
  const found = candidates(desk, query.value);
  const close = () => (desk.sheet.value = null);
  return html`<${Dialog} title=${say.say("floor.sheet")} close=${close}>
    <label class="sheet-reason">
      <span>${say.say("floor.find")}</span>
      <input type="search" value=${query.value} autocomplete="off"
        onInput=${(/** @type {Event} */ event) => {
          query.value = /** @type {HTMLInputElement} */ (event.target).value;
        }} />
    </label>
    <ul class="halls">
      ${found.slice(0, SHOWN).map((point) => html`<${Hall} key=${point.code} desk=${desk} point=${point} />`)}
    </ul>
    ${found.length > SHOWN && html`<p>${say.say("floor.more", { n: found.length - SHOWN })}</p>`}
    ${!found.length && html`<p>${say.say("floor.none_found")}</p>`}
  <//>`;
}

/** @param {{desk: Desk, point: PointView}} props */
function Hall({ desk, point }) {
  const say = text.value;
  const { code, name, tile, presence } = point;
  const sends = desk.live.media.value?.sources.includes(`point/${code}`);
  const off = !REACHED.includes(presence) || !desk.ready.value || desk.live.session.value?.floor === code;
  return html`<li>
    <span class=${`row-shape tile-${tile}`}><${Shape} tile=${tile} /></span>
    <span class="hall-name">${name} <small>${code}</small></span>
    <span class="hall-why">${say.sentence(say.say(sends ? "source_state.sending" : `presence.${presence}`))}</span>
    <button class="quiet small" aria-disabled=${String(off)} onClick=${() => !off && desk.giveFloor(code)}>
      ${say.say("floor.invite")}
    </button>
  </li>`;
}

/** Halls to choose from, in the order to be offered. @param {Desk} desk @param {string} query */
function candidates({ live }, query) {
  const sources = live.media.value?.sources ?? [];
  const rank = (/** @type {PointView} */ { code, presence }) =>
    (sources.includes(`point/${code}`) ? 0 : 2) + (REACHED.includes(presence) ? 0 : 1);
  return live
    .codes()
    .flatMap((code) => live.point(code)?.value ?? [])
    .filter(({ code, name, unit }) => matches(query, fold(`${code} ${name} ${unit}`)))
    .sort((a, b) => rank(a) - rank(b) || (a.code < b.code ? -1 : 1));
}
