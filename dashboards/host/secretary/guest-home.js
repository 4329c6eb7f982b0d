// @ts-check
/**
 * Where a guest belongs to: a point of the roster, nowhere here, or, where names are kept, the
 * very member he is. The search is recorded like every reading of names.
 *
 * @module
 */

import { text } from "../../shared/language.js";
import { html, useSignal } from "../../shared/ui.js";
import { placeOf } from "./place.js";

/** @import {ConflictLine, FoundMember} from "../../shared/attendance.d.ts" */
/** @import {Book} from "./book.js" */

/** @param {{book: Book, one: ConflictLine}} props */
export function GuestHome({ book, one }) {
  const say = text.value;
  const home = useSignal("");
  const points = book.answer.value?.points ?? [];
  return html`<div class="case-choices">
      <label>
        <span>${say.say("conflict.home")}</span>
        <select value=${home.value}
          onChange=${(/** @type {Event} */ event) => {
            home.value = /** @type {HTMLSelectElement} */ (event.target).value;
          }}>
          <option value="">${say.say("conflict.outside")}</option>
          ${points.map(({ code, name }) => html`<option value=${code}>${code} · ${name}</option>`)}
        </select>
      </label>
      <button class="quiet" onClick=${() => void book.resolve({ conflict: one.id, home: home.value || null })}>
        ${say.say("conflict.decide")}
      </button>
    </div>
    ${book.answer.value?.names && html`<${Who} book=${book} one=${one} />`}`;
}

/** Looking the member up. @param {{book: Book, one: ConflictLine}} props */
function Who({ book, one }) {
  const say = text.value;
  const query = useSignal(one.name ?? "");
  const found = useSignal(/** @type {FoundMember[]|null} */ (null));
  const search = async (/** @type {Event} */ event) => {
    event.preventDefault();
    found.value = await book.registry.lookUp(query.value);
  };
  return html`<form class="case-choices" role="search" onSubmit=${search}>
      <input type="search" aria-label=${say.say("members.search")} value=${query.value}
        onInput=${(/** @type {Event} */ event) => {
          query.value = /** @type {HTMLInputElement} */ (event.target).value;
        }} />
      <button class="quiet">${say.say("conflict.find_member")}</button>
    </form>
    ${found.value !== null && !found.value.length && html`<p role="status">${say.say("members.none")}</p>`}
    <ul>
      ${(found.value ?? []).map(
        (member) => html`<li key=${member.ref}>
          <button class="quiet" onClick=${() => void book.resolve({ conflict: one.id, member: member.ref })}>
            ${member.name} ${member.number} · ${placeOf(book, member.point, member.branch)}
          </button>
        </li>`,
      )}
    </ul>`;
}
