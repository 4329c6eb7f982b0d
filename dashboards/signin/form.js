// @ts-check
/**
 * What the forms of the door share.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { html } from "../shared/ui.js";

/** @param {{of: string}} props - key of the sentence, empty for none */
export function Fault({ of }) {
  return html`<p id="fault" class="fault" role="alert">${of && text.value.say(of)}</p>`;
}

/** @param {{busy: boolean, word?: string}} props */
export function Submit({ busy, word = "signin.submit" }) {
  return html`<button class="primary" disabled=${busy}>
    ${text.value.say(busy ? "signin.busy" : word)}
  </button>`;
}
