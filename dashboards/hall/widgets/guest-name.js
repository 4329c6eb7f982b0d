// @ts-check
/**
 * Somebody of another unit walked in and says who he is: by card, or name and unit. The centre
 * finds him; no list of another hall is ever shown here.
 *
 * @module
 */

import { text } from "../../shared/language.js";
import { html, useSignal } from "../../shared/ui.js";
import { namedGuest, namedGuests } from "../guest.js";
import { newIdentity } from "../store/spool-store.js";
import { MakeUp } from "./make-up.js";

/** @import {Desk} from "../desk.js" */
/** @import {Signal} from "../../vendor/signals.js" */

/** @param {{desk: Desk}} props */
export function GuestNames({ desk }) {
  const say = text.value;
  const [number, name, unit, missed] = [useSignal(""), useSignal(""), useSignal(""), useSignal("")];
  const ready = number.value.trim() || name.value.trim();
  const send = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const who = { number: number.value.trim(), name: name.value.trim(), unit: unit.value.trim() };
    if (!ready || !(await desk.enter(namedGuest({ ...who, guest: newIdentity(), makes_up: missed.value }))))
      return;
    for (const field of [number, name, unit, missed]) field.value = "";
  };
  return html`<form class="transfer guest-name" onSubmit=${send}>
      <p class="soft">${say.say("guest.named_how")}</p>
      <${Field} label=${say.say("guest.number")} value=${number} most="40" />
      <${Field} label=${say.say("person.name")} value=${name} most="200" />
      <${Field} label=${say.say("guest.unit")} value=${unit} most="200" />
      <${MakeUp} desk=${desk} chosen=${missed} />
      <button class="secondary" disabled=${!ready}>${say.say("guest.enter_name")}</button>
    </form>
    ${namedGuests(desk.facts.value, desk.told.value.session?.session ?? null).map(
      ({ body, remark }) => html`<div class="transfer" key=${body.guest}>
        <p><b>${body.name || body.number}</b>${body.unit && ` · ${body.unit}`}</p>
        ${remark && say.knows(`remark.${remark}`) && html`<p class="soft">${say.say(`remark.${remark}`)}</p>`}
        <button class="link" onClick=${() => desk.enter(namedGuest({ ...body, makes_up: body.makes_up ?? "", gone: true }))}>
          ${say.say("guest.take_back")}
        </button>
      </div>`,
    )}`;
}

/** @param {{label: string, value: Signal<string>, most: string}} props */
function Field({ label, value, most }) {
  return html`<label class="field">
    ${label}
    <input autocomplete="off" maxlength=${most} value=${value.value}
      onInput=${(/** @type {Event} */ event) => {
        value.value = /** @type {HTMLInputElement} */ (event.target).value;
      }} />
  </label>`;
}
