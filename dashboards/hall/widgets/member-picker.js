// @ts-check
/**
 * Choosing members of one of our own branches by name, where names are on this phone.
 *
 * @module
 */

import { text } from "../../shared/language.js";
import { html, useSignal } from "../../shared/ui.js";
import { found, inOrder, membersOf } from "../names.js";

/** @import {List} from "../names.js" */
/** @import {Signal} from "../../vendor/signals.js" */

const SHOWN = 6;

/** @param {{list: List, branch: string, chosen: Signal<string[]>}} props */
export function MemberPicker({ list, branch, chosen }) {
  const say = text.value;
  const query = useSignal("");
  const members = inOrder(membersOf(list, branch));
  const others = members.filter(({ ref }) => !chosen.value.includes(ref));
  const fitting = query.value.trim() ? found(others, query.value).slice(0, SHOWN) : [];
  const choose = (/** @type {string} */ ref) => {
    chosen.value = [...chosen.value, ref];
    query.value = "";
  };
  return html`<ul class="picked-members">
      ${members
        .filter(({ ref }) => chosen.value.includes(ref))
        .map(
          ({ ref, name }) => html`<li key=${ref}>
            <b>${name}</b>
            <button type="button" class="link" aria-label=${say.say("names.leave_out", { name })}
              onClick=${() => (chosen.value = chosen.value.filter((one) => one !== ref))}>✕</button>
          </li>`,
        )}
    </ul>
    <label class="field">
      ${say.say("names.who")}
      <input type="search" autocomplete="off" value=${query.value}
        onInput=${(/** @type {Event} */ event) => {
          query.value = /** @type {HTMLInputElement} */ (event.target).value;
        }} />
    </label>
    <ul class="choices">
      ${fitting.map(
        ({ ref, name }) => html`<li key=${ref}>
          <button type="button" onClick=${() => choose(ref)}><b>${name}</b></button>
        </li>`,
      )}
    </ul>`;
}
