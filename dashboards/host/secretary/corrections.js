// @ts-check
/**
 * Numbers that changed after their roll call was closed, or that the centre entered.
 *
 * @module
 */

import { text } from "../../shared/language.js";
import { html } from "../../shared/ui.js";
import { placeOf } from "./place.js";

/** @import {Book} from "./book.js" */

const HEADS = ["time", "by", "roll", "place", "before", "after"];

/** @param {{book: Book}} props */
export function Corrections({ book }) {
  const say = text.value;
  const found = [...(book.answer.value?.corrections ?? [])].reverse();
  if (!found.length) return html`<p class="empty">${say.say("correction.none")}</p>`;
  const number = (/** @type {number|null} */ value) => (value === null ? "–" : say.number(value));
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${say.say("secretary.tab.corrections")}>
    <table class="sums">
      <thead><tr>${HEADS.map((head) => html`<th scope="col">${say.say(`correction.${head}`)}</th>`)}</tr></thead>
      <tbody>
        ${found.map(
          (one) => html`<tr key=${one.n}>
            <th scope="row">${say.clock(Date.parse(one.utc))}</th>
            <td class="words">${byOf(one.by)}</td>
            <td>${one.roll}</td>
            <td class="words">${placeOf(book, one.point, one.branch)}</td>
            <td>${number(one.before)}</td>
            <td><b>${number(one.after)}</b></td>
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** @param {string} actor - a name, or the identity of a hall's device */
function byOf(actor) {
  return actor.startsWith("device:") ? text.value.say("correction.hall") : actor;
}
