// @ts-check
/**
 * Choosing another point from the list that came with joining, by search without marks.
 *
 * @module
 */

import { text } from "../../shared/language.js";
import { html, useSignal } from "../../shared/ui.js";
import { found } from "../choice.js";

/** @import {Choice} from "../choice.js" */
/** @import {Desk} from "../desk.js" */

const SHOWN = 6;

/** @param {{desk: Desk, chosen: import("../../vendor/signals.js").Signal<Choice|null>}} props */
export function PointPicker({ desk, chosen }) {
  const say = text.value;
  const query = useSignal("");
  const others = desk.choices.value.filter(({ code }) => code !== desk.device.point.code);
  const fitting = query.value.trim() ? found(others, query.value).slice(0, SHOWN) : [];
  const choose = (/** @type {Choice|null} */ point) => {
    chosen.value = point;
    query.value = "";
  };
  if (chosen.value)
    return html`<p class="picked">
      <b>${chosen.value.name}</b>
      <button class="link" onClick=${() => choose(null)}>${say.say("guest.other_point")}</button>
    </p>`;
  return html`<label class="field">
      ${say.say("hall.find")}
      <input type="search" autocomplete="off" value=${query.value}
        onInput=${(/** @type {Event} */ event) => {
          query.value = /** @type {HTMLInputElement} */ (event.target).value;
        }} />
    </label>
    <ul class="choices">
      ${fitting.map(
        (point) => html`<li key=${point.code}>
          <button onClick=${() => choose(point)}><b>${point.name}</b>
            <span class="soft">${point.code} · ${point.unit}</span></button>
        </li>`,
      )}
    </ul>`;
}
