// @ts-check
/**
 * The bottom of the wall: what the shapes mean, and how many points are in each state.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { html, useComputed } from "../shared/ui.js";
import { DecodingMark } from "../shared/widgets/decoding.js";
import { Shape } from "../shared/widgets/shape.js";
import { commonPrefix } from "./layout.js";

/** @import {Tile} from "../shared/wire.d.ts" */
/** @import {View} from "./view.js" */

const TILES = /** @type {const} */ (["ok", "degraded", "lost", "not_joined", "unknown", "left"]);

/** @param {{view: View}} props */
export function Legend({ view }) {
  const say = text.value;
  const { live } = view;
  const prefix = useComputed(() => {
    live.roster.value;
    return commonPrefix(live.codes());
  }).value;
  const tiles = live.totals.value?.tiles ?? {};
  return html`<footer class="legend">
    <ul class="legend-states" aria-label=${say.say("wall.legend")}>
      ${TILES.map(
        (tile) =>
          html`<li class=${tiles[tile] ? "" : "is-none"}>
            <span class=${`legend-shape tile-${tile}`}><${Shape} tile=${tile} /></span>
            ${tileWord(tile, live.session.value?.phase ?? null)}
            <b>${say.number(tiles[tile] ?? 0)}</b>
          </li>`,
      )}
    </ul>
    <ul class="legend-marks">
      <li><${DecodingMark} decoding="all" /> ${say.say("legend.decoding_all")}</li>
      <li><${DecodingMark} decoding="key_frames" /> ${say.say("legend.decoding_key_frames")}</li>
      <li><span class="tile-count is-doubtful" aria-hidden="true">59</span> ${say.say("legend.doubtful")}</li>
      <li><span class="main-mark"></span> ${say.say("wall.main_mark")}</li>
      ${prefix && html`<li>${say.say("wall.codes", { code: `${prefix}…` })}</li>`}
    </ul>
  </footer>`;
}

/**
 * A good tile means another thing in another phase.
 *
 * @param {Tile} tile
 * @param {string|null} phase
 */
export function tileWord(tile, phase) {
  const late = phase === "live" || phase === "branch_meetings" || phase === "closed";
  return text.value.say(tile === "ok" && late ? "tile_live.ok" : `tile.${tile}`);
}
