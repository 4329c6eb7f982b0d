// @ts-check
/**
 * Starting although something is missing, or postponing: both need a typed reason, which
 * is recorded. The focus begins on the way out.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { missing } from "../shared/sentence.js";
import { html, useSignal } from "../shared/ui.js";
import { Dialog } from "../shared/widgets/dialog.js";
import { HoldButton } from "./hold-button.js";
import { knownOf } from "./verdict-card.js";

/** @import {Desk} from "./desk.js" */

/** Shorter is no reason. */
const MIN_CHARS = 5;

/** @param {{desk: Desk}} props */
export function ReasonSheet({ desk }) {
  const what = desk.sheet.value;
  if (what !== "start" && what !== "postpone") return null;
  return html`<${Sheet} key=${what} desk=${desk} what=${what} />`;
}

/** @param {{desk: Desk, what: "start"|"postpone"}} props */
function Sheet({ desk, what }) {
  const say = text.value;
  const reason = useSignal("");
  const typed = reason.value.trim();
  const known = knownOf(desk.live);
  const clauses = what === "start" && known ? missing(say, known) : [];
  const deed = () =>
    what === "start"
      ? desk.enter("start", "live", typed)
      : desk.enter("postponed", "postponed", typed);
  return html`<${Dialog} title=${say.say(`sheet.${what}`)} close=${() => (desk.sheet.value = null)}>
    ${clauses.length > 0 &&
    html`<ul class="sheet-missing">
      ${clauses.map((clause) => html`<li>${say.sentence(clause)}</li>`)}
    </ul>`}
    <label class="sheet-reason">
      <span>${say.say("sheet.reason")}</span>
      <textarea rows="2" maxlength="500" value=${reason.value}
        onInput=${(/** @type {Event} */ event) => {
          reason.value = /** @type {HTMLTextAreaElement} */ (event.target).value;
        }} />
    </label>
    <${HoldButton} desk=${desk} label=${say.say(`sheet.${what}_anyway`)} seconds=${2}
      look=${what === "start" ? "hold-anyway" : "hold-plain"} disabled=${typed.length < MIN_CHARS}
      deed=${deed} />
  <//>`;
}
