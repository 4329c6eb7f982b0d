// @ts-check
/**
 * Whether guests attend this session, or make up for one they missed.
 *
 * @module
 */

import { text } from "../../shared/language.js";
import { html } from "../../shared/ui.js";

/** @import {Desk} from "../desk.js" */
/** @import {Signal} from "../../vendor/signals.js" */

/** @param {{desk: Desk, chosen: Signal<string>}} props - `chosen`: empty, or the session that was missed */
export function MakeUp({ desk, chosen }) {
  const say = text.value;
  const earlier = desk.told.value.rolls?.earlier ?? [];
  if (!earlier.length) return null;
  return html`<label class="field">
    ${say.say("make_up.for")}
    <select value=${chosen.value} onChange=${(/** @type {Event} */ event) => {
      chosen.value = /** @type {HTMLSelectElement} */ (event.target).value;
    }}>
      <option value="">${say.say("make_up.none")}</option>
      ${earlier.map(
        ({ session, title, start_utc }) =>
          html`<option value=${session}>${title} (${say.date(Date.parse(start_utc))})</option>`,
      )}
    </select>
  </label>`;
}
