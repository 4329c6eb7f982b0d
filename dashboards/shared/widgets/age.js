// @ts-check
/**
 * How long something has been so. Only its own text node changes, and only when the text
 * does; the age of old data stands still.
 *
 * @module
 */

import { text } from "../language.js";
import { html, useComputed, useSignal } from "../ui.js";

/** @import {Live} from "../live.js" */

/** @param {{live: Live, since: number, brief?: boolean}} props */
export function Age({ live, since, brief = false }) {
  const from = useSignal(since);
  from.value = since;
  const shown = useComputed(() => {
    const now = live.dataMoment.value;
    if (now === null) return "";
    const spent = now - from.value;
    return brief ? text.value.brief(spent) : text.value.duration(spent);
  });
  return html`<span class="age">${shown}</span>`;
}
