// @ts-check
/**
 * The shape of an alarm's priority: readable without its colour.
 *
 * @module
 */

import { html } from "../ui.js";

/** @type {Record<"high"|"medium"|"low", unknown>} */
const SHAPES = {
  high: html`<path d="M8 2.5h8l5.5 5.5v8L16 21.5H8L2.5 16V8Z" fill="currentColor" /><path
      d="M12 7v6M12 16.6v.1" class="shape-in" stroke-width="2.8" />`,
  medium: html`<path d="M12 2.5 21.5 12 12 21.5 2.5 12Z" fill="currentColor" />`,
  low: html`<path d="M3.5 6h17L12 20Z" stroke-width="2.6" />`,
};

/** @param {{priority: "high"|"medium"|"low"}} props */
export function PriorityShape({ priority }) {
  return html`<svg class="shape" viewBox="0 0 24 24" aria-hidden="true">${SHAPES[priority]}</svg>`;
}
