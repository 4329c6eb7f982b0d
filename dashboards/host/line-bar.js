// @ts-check
/**
 * The way out of the relay: what is used, what may be used, what the line carries.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { lineUse } from "../shared/sentence.js";
import { html } from "../shared/ui.js";

/** @import {Live} from "../shared/live.js" */

/** @param {{live: Live}} props */
export function LineBar({ live }) {
  const say = text.value;
  const media = live.media.value;
  if (!media || !live.trusted.value) return null;
  const { words, used, budget, mood } = lineUse(say, media);
  return html`<div class=${`line is-${mood}`}>
    <p>${say.say("line.title")}: ${words}</p>
    ${used !== null &&
    html`<div class="line-bar" aria-hidden="true">
      <i style=${{ width: percent(used) }} />
      ${budget !== null && html`<b style=${{ left: percent(budget) }} />`}
    </div>`}
  </div>`;
}

/** @param {number} share */
function percent(share) {
  return `${Math.round(share * 1_000) / 10}%`;
}
