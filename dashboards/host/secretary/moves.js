// @ts-check
/**
 * Members who sit in another hall: announced, confirmed, walked in. Numbers only.
 *
 * @module
 */

import { text } from "../../shared/language.js";
import { html } from "../../shared/ui.js";
import { placeOf } from "./place.js";

/** @import {MoveLine} from "../../shared/attendance.d.ts" */
/** @import {Book} from "./book.js" */

/** @param {{book: Book}} props */
export function Moves({ book }) {
  const say = text.value;
  const found = book.moves.value;
  if (found === null) return html`<p class="empty">${say.say("secretary.loading")}</p>`;
  if (!found.length) return html`<p class="empty">${say.say("move.none")}</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${say.say("secretary.tab.moves")}>
    <table class="sums">
      <thead>
        <tr>
          <th scope="col">${say.say("move.home")}</th>
          <th scope="col">${say.say("move.host")}</th>
          <th scope="col">${say.say("move.kind")}</th>
          <th scope="col">${say.say("move.announced")}</th>
          <th scope="col">${say.say("move.confirmed")}</th>
        </tr>
      </thead>
      <tbody>
        ${found.map((one) => html`<${Row} key=${one.key} book=${book} one=${one} />`)}
      </tbody>
    </table>
  </div>`;
}

/** @param {{book: Book, one: MoveLine}} props */
function Row({ book, one }) {
  const say = text.value;
  return html`<tr>
    <th scope="row">${one.home ? placeOf(book, one.home, one.branch) : say.say("move.unknown")}</th>
    <td class="words">${one.host ? placeOf(book, one.host, "") : say.say("move.unknown")}</td>
    <td class="words">
      ${say.say(`move.${one.kind}`)}${one.makes_up && html` <small>${say.say("move.makes_up")}</small>`}
    </td>
    <td>${one.announced === null ? "–" : say.number(one.announced)}</td>
    <td>${one.confirmed === null ? say.say("move.waiting") : say.number(one.confirmed)}</td>
  </tr>`;
}
