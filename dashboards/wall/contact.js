// @ts-check
/**
 * Whom to call at a point: the person in charge, and next the deputy.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { html } from "../shared/ui.js";
import { dial } from "../shared/widgets/dial.js";

/** @import {PointView} from "../shared/wire.d.ts" */

/** @param {{point: PointView}} props */
export function Contact({ point }) {
  const { contact_name, contact_phone, deputy_name, deputy_phone } = point;
  return html`
    <${Line} label=${text.value.say("contact.first")} name=${contact_name} phone=${contact_phone} />
    <${Line} label=${text.value.say("contact.deputy")} name=${deputy_name} phone=${deputy_phone} />
  `;
}

/** @param {{label: string, name: string|null, phone: string|null}} props */
function Line({ label, name, phone }) {
  if (!name && !phone) return null;
  return html`<p class="detail-contact">
    <span><small>${label}</small> ${name ?? ""}</span>
    ${phone &&
    html`<a class="call" href=${dial(phone)}>
      ${text.value.say("wall.call_number", { number: phone })}
    </a>`}
  </p>`;
}
