// @ts-check
/**
 * The shape of a tile's state: readable without its colour. Drawn, so that no font decides.
 *
 * @module
 */

import { html } from "../ui.js";

/** @import {Tile} from "../wire.d.ts" */

/** @type {Record<Tile, unknown>} */
const SHAPES = {
  ok: html`<circle cx="12" cy="12" r="6" fill="currentColor" stroke="none" />`,
  degraded: html`<path d="M12 4 21.5 20.5H2.5Z" fill="currentColor" />`,
  lost: html`<path d="M5 5 19 19M19 5 5 19" stroke-width="4.5" />`,
  not_joined: html`<circle cx="12" cy="12" r="8" stroke-dasharray="4.2 2.9" stroke-width="3" />`,
  unknown: html`<path d="M8 8.8a4 4 0 1 1 5.8 3.6c-1.2.7-1.8 1.4-1.8 2.9M12 19.6v.1" stroke-width="3.4" />`,
  left: html`<path d="M11 5H5v14h6M10 12h10m-4.2-4.2L20 12l-4.2 4.2" stroke-width="2.8" />`,
};

/** @param {{tile: Tile}} props */
export function Shape({ tile }) {
  return html`<svg class="shape" viewBox="0 0 24 24" aria-hidden="true">${SHAPES[tile]}</svg>`;
}
