// @ts-check
/**
 * A number with a minus and a plus, both large, and a keypad for whoever types.
 *
 * @module
 */

import { text } from "../../shared/language.js";
import { html } from "../../shared/ui.js";

/**
 * @param {object} props
 * @param {string} props.label
 * @param {number} props.value
 * @param {(value: number) => void} props.set
 * @param {boolean} [props.big]
 */
export function Stepper({ label, value, set, big = false }) {
  const say = text.value;
  const typed = (/** @type {Event} */ event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    set(Number(field.value.replace(/\D/g, "")));
  };
  return html`<div class=${big ? "stepper stepper-big" : "stepper"}>
    <span class="stepper-label" aria-hidden="true">${label}</span>
    <button type="button" aria-label=${say.say("count.less", { what: label })}
      disabled=${value <= 0} onClick=${() => set(value - 1)}>−</button>
    <input inputmode="numeric" aria-label=${label} value=${String(value)} maxlength="7"
      onFocus=${(/** @type {Event} */ event) => /** @type {HTMLInputElement} */ (event.target).select()}
      onInput=${typed} />
    <button type="button" aria-label=${say.say("count.more", { what: label })}
      onClick=${() => set(value + 1)}>+</button>
  </div>`;
}
