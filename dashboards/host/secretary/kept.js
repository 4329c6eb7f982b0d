// @ts-check
/**
 * Entries of halls that had no effect: late, unknown, unreadable. Kept as they came.
 *
 * @module
 */

import { text } from "../../shared/language.js";
import { html } from "../../shared/ui.js";
import { placeOf } from "./place.js";

/** @import {KeptLine} from "../../shared/attendance.d.ts" */
/** @import {Book} from "./book.js" */

/** @param {{book: Book}} props */
export function KeptEntries({ book }) {
  const say = text.value;
  const found = book.kept.value;
  if (found === null) return html`<p class="empty">${say.say("secretary.loading")}</p>`;
  if (!found.length) return html`<p class="empty">${say.say("kept.none")}</p>`;
  return html`<ul class="cases">
    ${found.map((one) => html`<${Entry} key=${one.n} book=${book} one=${one} />`)}
  </ul>`;
}

/** @param {{book: Book, one: KeptLine}} props */
function Entry({ book, one }) {
  const say = text.value;
  const at = say.hour(Date.parse(one.recorded_utc));
  return html`<li class=${one.settled ? "case is-decided" : "case"}>
    <p class="case-head">
      ${say.say("kept.head", { at, place: placeOf(book, one.point, "") })} ${why(one.why)}
    </p>
    <pre class="case-raw">${one.text ?? say.say("kept.deleted")}</pre>
    <div class="case-choices">
      ${one.settled
        ? html`<span class="case-decided">${say.say("kept.settled")}</span>`
        : html`<button class="quiet" onClick=${() => void book.settle(one.n)}>${say.say("kept.settle")}</button>`}
      <button class="link" onClick=${() => (book.counting.value = one.point)}>${say.say("secretary.enter")}</button>
    </div>
  </li>`;
}

/** @param {string} code */
function why(code) {
  const say = text.value;
  return say.knows(`kept.why.${code}`) ? say.say(`kept.why.${code}`) : say.say("kept.why.other", { code });
}
