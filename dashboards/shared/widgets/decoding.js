// @ts-check
/**
 * A small mark: does this hall decode every picture it receives, or only the key frames?
 * A simulated fleet cannot decode everything; a real hall that does not would be slow.
 *
 * @module
 */

import { html } from "../ui.js";

/** @param {{decoding: "all"|"key_frames"|"none"}} props */
export function DecodingMark({ decoding }) {
  if (decoding === "none") return null;
  const filled = decoding === "all" ? 3 : 1;
  return html`<svg class="decoding" viewBox="0 0 22 8" aria-hidden="true">
    ${[0, 1, 2].map(
      (i) =>
        html`<rect x=${1 + i * 7.5} y="1" width="5" height="6" rx="1" stroke="currentColor"
          stroke-width="1.2" fill=${i < filled ? "currentColor" : "none"} />`,
    )}
  </svg>`;
}
