// @ts-check
/**
 * The members' sheet: search, one member's own extract, deletion.
 *
 * @module
 */

import { text } from "../../shared/language.js";
import { html } from "../../shared/ui.js";
import { Dialog } from "../../shared/widgets/dialog.js";
import { placeOf } from "./place.js";

/** @import {Extract, FoundMember} from "../../shared/attendance.d.ts" */
/** @import {Book} from "./book.js" */

/** @param {{book: Book}} props */
export function Members({ book }) {
  const say = text.value;
  const { registry } = book;
  const found = registry.found.value;
  const search = (/** @type {Event} */ event) => {
    event.preventDefault();
    void registry.find();
  };
  return html`<form class="tools" role="search" onSubmit=${search}>
      <input type="search" aria-label=${say.say("members.search")} placeholder=${say.say("members.search")}
        value=${registry.query.value}
        onInput=${(/** @type {Event} */ event) => {
          registry.query.value = /** @type {HTMLInputElement} */ (event.target).value;
        }} />
      <button class="quiet">${say.say("members.find")}</button>
    </form>
    <p class="empty">${say.say("members.logged")}</p>
    ${found !== null && !found.length && html`<p class="empty" role="status">${say.say("members.none")}</p>`}
    <ul class="cases">
      ${(found ?? []).map((one) => html`<${Found} key=${one.ref} book=${book} one=${one} />`)}
    </ul>
    ${registry.more.value && html`<p class="empty">${say.say("members.more")}</p>`}
    ${registry.extract.value && html`<${Own} book=${book} extract=${registry.extract.value} />`}
    ${registry.leaving.value && html`<${Leaving} book=${book} one=${registry.leaving.value} />`}`;
}

/** @param {{book: Book, one: FoundMember}} props */
function Found({ book, one }) {
  const say = text.value;
  return html`<li class="case">
    <p class="case-head">${one.name} ${one.number && html`<small>${one.number}</small>`}</p>
    <p>${placeOf(book, one.point, one.branch)}</p>
    <div class="case-choices">
      <button class="quiet" onClick=${() => void book.registry.read(one.ref)}>${say.say("members.extract")}</button>
      <button class="quiet" onClick=${() => (book.registry.leaving.value = one)}>${say.say("members.forget")}</button>
    </div>
  </li>`;
}

/** Everything that is kept of one member, for himself. @param {{book: Book, extract: Extract}} props */
function Own({ book, extract }) {
  const say = text.value;
  const close = () => (book.registry.extract.value = null);
  const { ref, name, number, point, branch, attended, seated } = extract;
  return html`<${Dialog} title=${say.say("members.extract_of", { name })} close=${close} wide>
    <p>${[number, placeOf(book, point, branch)].filter(Boolean).join(" · ")}</p>
    ${!attended.length && !seated.length && html`<p class="empty">${say.say("members.nothing")}</p>`}
    <ul class="extract">
      ${attended.map(
        ({ title, roll, mark }) => html`<li>${title} · ${say.say("roll.number", { n: roll })}: <b>${say.say(`mark.${mark}`)}</b></li>`,
      )}
      ${seated.map(
        ({ title, kind, point: at }) => html`<li>${title} · ${say.say(`move.${kind}`)}: <b>${placeOf(book, at, "")}</b></li>`,
      )}
    </ul>
    <a class="quiet" href=${`/api/v1/members/${encodeURIComponent(ref)}`} download=${`${ref}.json`}>
      ${say.say("members.file")}
    </a>
  <//>`;
}

/** @param {{book: Book, one: FoundMember}} props */
function Leaving({ book, one }) {
  const say = text.value;
  const close = () => (book.registry.leaving.value = null);
  return html`<${Dialog} title=${say.say("members.forget_of", { name: one.name })} close=${close}>
    <p>${say.say("members.forget_how")}</p>
    <button class="quiet" onClick=${() => void book.registry.forget(one.ref)}>${say.say("members.forget_now")}</button>
  <//>`;
}
