// @ts-check
/**
 * Who is in charge here: name and telephone, for the technicians alone.
 *
 * @module
 */

import { text } from "../../shared/language.js";
import { html, useRef } from "../../shared/ui.js";

/** @import {Desk} from "../desk.js" */

/** @param {{desk: Desk, done: () => void}} props */
export function PersonForm({ desk, done }) {
  const say = text.value;
  const name = useRef(/** @type {HTMLInputElement|null} */ (null));
  const phone = useRef(/** @type {HTMLInputElement|null} */ (null));
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    await desk.setPerson({
      name: name.current?.value.trim() ?? "",
      phone: phone.current?.value.trim() ?? "",
    });
    done();
  };
  return html`<form class="card" onSubmit=${submit}>
    <h2>${say.say("person.title")}</h2>
    <p>${say.say("person.why")}</p>
    <label class="field">
      ${say.say("person.name")}
      <input ref=${name} required maxlength="200" autocomplete="name" value=${desk.person.value.name} />
    </label>
    <label class="field">
      ${say.say("person.phone")}
      <input ref=${phone} type="tel" inputmode="tel" required maxlength="40" autocomplete="tel"
        value=${desk.person.value.phone} />
    </label>
    <button class="primary">${say.say("hall.next")}</button>
  </form>`;
}
