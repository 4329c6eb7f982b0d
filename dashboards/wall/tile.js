// @ts-check
/**
 * One point in the mosaic: code, shape, head count, and how long it has been in trouble.
 * Drawn anew only when this point changes.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { peopleThere, tooMany, why } from "../shared/sentence.js";
import { html, useComputed } from "../shared/ui.js";
import { Age } from "../shared/widgets/age.js";
import { DecodingMark } from "../shared/widgets/decoding.js";
import { Shape } from "../shared/widgets/shape.js";

/** @import {PointView} from "../shared/wire.d.ts" */
/** @import {View} from "./view.js" */

/** @param {{code: string, short: string, counts: boolean, view: View}} props */
export function Tile({ code, short, counts, view }) {
  const { live } = view;
  const dim = useComputed(() => {
    const held = live.point(code)?.value;
    return held !== undefined && !view.wants(held);
  });
  const speaks = useComputed(() => live.session.value?.floor === code).value;
  const point = live.point(code)?.value;
  if (!point) return null;
  const mark = `${point.main ? " is-main" : ""}${speaks ? " has-floor" : ""}`;
  return html`<li>
    <button class=${`tile tile-${point.tile}${mark}${dim.value ? " is-dim" : ""}`}
      data-code=${code} tabindex="-1" aria-label=${label(point, speaks)}
      onClick=${() => (view.opened.value = code)}>
      <span class="tile-top">
        <span class="tile-code">${short}</span>
        ${point.tile !== "ok" && html`<${Age} live=${live} since=${point.since} brief />`}
        <${Shape} tile=${point.tile} />
      </span>
      <span class="tile-bottom">
        ${counts && html`<span class=${tooMany(point.attendance) ? "tile-count is-doubtful" : "tile-count"}>
          ${headCount(point)}
        </span>`}
        ${speaks
          ? html`<span class="tile-star" aria-hidden="true">★</span>`
          : html`<${DecodingMark} decoding=${point.decoding} />`}
      </span>
    </button>
  </li>`;
}

/** "48/52"; a dash while the hall has not reported. @param {PointView} point */
export function headCount({ attendance }) {
  const there = peopleThere(attendance);
  const shown = there === null ? "–" : text.value.number(there);
  return `${shown}/${text.value.number(attendance.expected)}`;
}

/** @param {PointView} point @param {boolean} speaks */
function label(point, speaks) {
  const state = text.value.say(`tile.${point.tile}`);
  const reason = why(text.value, point.why);
  const floor = speaks ? `, ${text.value.say("tile_floor")}` : "";
  return `${point.code} ${point.name}: ${state}, ${reason}, ${headCount(point)}${floor}`;
}
