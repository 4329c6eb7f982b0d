// @ts-check
/**
 * What became of the secretary's last deed.
 *
 * @module
 */

import { text } from "../../shared/language.js";
import { html } from "../../shared/ui.js";

/** @import {Book, Deed} from "./book.js" */

/** @param {{book: Book}} props */
export function DeedLine({ book }) {
  const deed = book.deed.value;
  return html`<p class=${`deed deed-${deed?.state ?? "none"}`} role="status" hidden=${!deed}>
    ${deed && words(deed)}
  </p>`;
}

/** @param {Deed} deed */
function words({ state, code, remark }) {
  const say = text.value;
  if (state === "refused")
    return say.knows(`refused.${code}`)
      ? say.say("secretary.refused", { why: say.say(`refused.${code}`) })
      : say.say("secretary.refused", { why: say.say("refused_other", { code }) });
  if (state === "done" && say.knows(`entered.${remark}`)) return say.say(`entered.${remark}`);
  return say.say(`secretary.deed.${state}`);
}
