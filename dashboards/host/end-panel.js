// @ts-check
/**
 * Ending: grey, in the other corner, held for three seconds.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { html } from "../shared/ui.js";
import { HoldButton } from "./hold-button.js";

/** @import {Desk} from "./desk.js" */

/** @param {{desk: Desk}} props */
export function EndPanel({ desk }) {
  const phase = desk.live.session.value?.phase;
  if (!desk.maySteer || (phase !== "live" && phase !== "branch_meetings")) return null;
  const next = phase === "live" ? "branch_meetings" : "closed";
  if (!desk.may(next)) return null;
  return html`<section class="end" aria-label=${text.value.say("host.end")}>
    <p>${text.value.say(`host.end_${next}`)}</p>
    <${HoldButton} desk=${desk} label=${text.value.say(`enter.${next}`)} seconds=${3}
      look="hold-end hold-small" deed=${() => desk.enter(next, next)} />
  </section>`;
}
