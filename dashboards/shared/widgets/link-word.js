// @ts-check
/**
 * The state of this page's own link, always in sight, in a word.
 *
 * @module
 */

import { text } from "../language.js";
import { html } from "../ui.js";

/** @import {Live} from "../live.js" */

/** @param {{live: Live}} props */
export function LinkWord({ live }) {
  const good = live.trusted.value;
  const word = good ? "link.word_live" : live.known.value ? "link.word_old" : "link.word_none";
  return html`<span class=${`link-word ${good ? "is-live" : "is-old"}`}>
    <svg viewBox="0 0 12 12" aria-hidden="true">
      ${good
        ? html`<circle cx="6" cy="6" r="4" fill="currentColor" />`
        : html`<path d="M2 2 10 10M10 2 2 10" stroke="currentColor" stroke-width="2.4" />`}
    </svg>
    ${text.value.say(word)}
  </span>`;
}
