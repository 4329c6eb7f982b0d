// @ts-check
/**
 * While the programme runs: how far it gets into the halls.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { html } from "../shared/ui.js";

/** @import {Live} from "../shared/live.js" */

/** Best first; what nobody is in is left out. */
const VALUES = /** @type {const} */ ([
  "confirmed_in_room",
  "verified",
  "playing",
  "receiving",
  "connected",
  "none",
  "unknown",
]);

/** @param {{live: Live}} props */
export function Reception({ live }) {
  const totals = live.totals.value;
  if (live.session.value?.phase !== "live" || !totals) return null;
  const held = VALUES.filter((value) => totals.reception[value]);
  return html`<section class=${`card reception ${live.trusted.value ? "" : "is-old"}`}
    aria-labelledby="reception">
    <h2 id="reception">${text.value.say("host.reception")}</h2>
    <ul>
      ${held.map(
        (value) =>
          html`<li key=${value}>
            <span>${text.value.say(`reception.${value}`)}</span>
            <b>${text.value.number(totals.reception[value] ?? 0)}</b>
          </li>`,
      )}
    </ul>
  </section>`;
}
