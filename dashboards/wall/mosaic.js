// @ts-check
/**
 * All points on one screen, without scrolling, always in the same place.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { html, useComputed, useEffect, useRef, useSignal } from "../shared/ui.js";
import { PAD, commonPrefix, fit, inOrder } from "./layout.js";
import { Tile } from "./tile.js";

/** @import {View} from "./view.js" */

/** @param {{view: View}} props */
export function Mosaic({ view }) {
  const { live } = view;
  const room = useRoom();
  const codes = useComputed(() => {
    live.roster.value;
    return inOrder(live.codes());
  }).value;
  const prefix = commonPrefix(codes);
  const kept = useRef({ of: "", columns: 0 });
  const grid =
    codes.length && room.size.value ? layOut(codes, prefix, room.size.value, kept.current) : null;
  return html`<section class="mosaic" ref=${room.box} aria-label=${text.value.say("wall.mosaic")}>
    ${grid &&
    html`<ul class=${grid.counts ? "tiles" : "tiles tiles-codes"} style=${measures(grid)}
      onKeyDown=${moveFocus} onFocusIn=${keepFocus} ref=${enterable}>
      ${codes.map(
        (code) =>
          html`<${Tile} key=${code} code=${code} short=${code.slice(prefix.length)}
            counts=${grid.counts} view=${view} />`,
      )}
    </ul>`}
  </section>`;
}

/**
 * The number of columns is chosen for a window and a number of points, and kept while a band
 * comes and goes: nobody looks for a point where it was a minute ago in vain.
 *
 * @param {string[]} codes
 * @param {string} prefix
 * @param {{width: number, height: number}} size
 * @param {{of: string, columns: number}} kept
 */
function layOut(codes, prefix, { width, height }, kept) {
  const points = codes.length;
  const chars = Math.max(...codes.map((code) => code.length - prefix.length));
  const screen = document.documentElement.clientWidth;
  const gap = Math.max(3, Math.round(screen * (points > 150 ? 0.0021 : 0.0034)));
  const room = { points, width, height, gap, chars, screen };
  const of = `${points} ${window.innerWidth}x${window.innerHeight}`;
  const grid = fit(kept.of === of ? { ...room, columns: kept.columns } : room);
  Object.assign(kept, { of, columns: grid.columns });
  return { gap, ...grid };
}

/** @param {ReturnType<typeof layOut>} grid */
function measures(grid) {
  return {
    gap: `${grid.gap}px`,
    gridTemplateColumns: `repeat(${grid.columns}, ${grid.tile_width}px)`,
    gridAutoRows: `${grid.tile_height}px`,
    "--code-size": `${grid.code_size.toFixed(1)}px`,
    "--count-size": `${grid.count_size.toFixed(1)}px`,
    "--pad": `${(grid.tile_width * PAD).toFixed(1)}px`,
  };
}

/** The size of a box, as it changes. */
function useRoom() {
  const box = useRef(/** @type {Element|null} */ (null));
  const size = useSignal(/** @type {{width: number, height: number}|null} */ (null));
  useEffect(() => {
    const element = /** @type {Element} */ (box.current);
    const observer = new ResizeObserver(() => {
      const { width, height } = element.getBoundingClientRect();
      size.value = { width: Math.floor(width), height: Math.floor(height) };
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { box, size };
}

/** The mosaic is one stop of the Tab key; arrows walk through it. @param {Element|null} list */
function enterable(list) {
  if (!list || list.querySelector('[tabindex="0"]')) return;
  list.querySelector("button")?.setAttribute("tabindex", "0");
}

/** @param {FocusEvent} event */
function keepFocus({ target, currentTarget }) {
  const list = /** @type {Element} */ (currentTarget);
  for (const held of list.querySelectorAll('[tabindex="0"]')) held.setAttribute("tabindex", "-1");
  /** @type {Element} */ (target).setAttribute("tabindex", "0");
}

/** @param {KeyboardEvent} event */
function moveFocus(event) {
  const list = /** @type {HTMLElement} */ (event.currentTarget);
  const buttons = [...list.querySelectorAll("button")];
  const columns = getComputedStyle(list).gridTemplateColumns.split(" ").length;
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
  const step = steps[/** @type {keyof typeof steps} */ (event.key)];
  if (step === undefined) return;
  event.preventDefault();
  const here = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
  buttons[here + step]?.focus();
}
