// @ts-check
/**
 * A telephone number that dials itself.
 *
 * @module
 */

import { html } from "../ui.js";

/** The address that dials a number. @param {string} phone */
export function dial(phone) {
  return `tel:${phone.replace(/[^+\d]/g, "")}`;
}

/** @param {{phone: string}} props */
export function Dial({ phone }) {
  return html`<a class="dial" href=${dial(phone)}>${phone}</a>`;
}
