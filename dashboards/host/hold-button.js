// @ts-check
/**
 * The button that must be held: mouse, finger or the Enter key; never the space bar.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { html, useEffect, useRef, useSignal } from "../shared/ui.js";
import { RESTING, handleTimer, interrupt, press, release } from "./hold.js";

/** @import {Way} from "./hold.js" */
/** @import {Desk} from "./desk.js" */

/**
 * @param {object} props
 * @param {Desk} props.desk
 * @param {string} props.label
 * @param {number} props.seconds - how long to hold
 * @param {string} props.look - class that gives colour and size
 * @param {boolean} [props.disabled]
 * @param {() => void} props.deed
 */
export function HoldButton({ desk, label, seconds, look, disabled = false, deed }) {
  const off = disabled || !desk.ready.value;
  const hold = useHold(desk, seconds * 1_000, off, deed);
  const holding = hold.state.value === "holding";
  return html`<button class=${`hold ${look}${holding ? " is-holding" : ""}`}
    aria-disabled=${String(off)} style=${{ "--hold": `${seconds}s` }} ...${hold.handlers}>
    <svg class="hold-ring" viewBox="0 0 44 44" aria-hidden="true">
      <circle cx="22" cy="22" r="18" />
      <circle class="hold-fill" cx="22" cy="22" r="18" pathLength="100" />
    </svg>
    <span class="hold-words">
      <span class="hold-label">${label}</span>
      <span class="hold-hint">
        ${text.value.say(holding ? "hold.keep" : "hold.hint", { n: seconds })}
      </span>
    </span>
  </button>`;
}

/**
 * @param {Desk} desk
 * @param {number} hold_ms
 * @param {boolean} off
 * @param {() => void} deed
 */
function useHold(desk, hold_ms, off, deed) {
  const held = useRef(RESTING);
  const state = useSignal("resting");
  const timer = useRef(0);
  const set = (/** @type {typeof RESTING} */ next) => {
    held.current = next;
    state.value = next.state;
    clearTimeout(timer.current);
    if (next.state === "holding")
      timer.current = window.setTimeout(tick, next.fires_at - performance.now() + 2);
  };
  const tick = () => {
    const { hold, fired } = handleTimer(held.current, performance.now());
    set(hold);
    if (fired) latest.current();
  };
  const latest = useRef(deed);
  latest.current = deed;
  const begin = (/** @type {Way} */ way) => {
    const now = performance.now();
    if (!off) set(press(held.current, { way, now, hold_ms, dead_until: desk.deadUntil }));
  };
  const stop = () => set(interrupt(held.current));
  useEffect(() => {
    if (off) stop();
  }, [off]);
  useEffect(() => {
    document.addEventListener("visibilitychange", stop);
    return () => {
      document.removeEventListener("visibilitychange", stop);
      clearTimeout(timer.current);
    };
  }, []);
  const end = (/** @type {Way} */ way) => set(release(held.current, way));
  return { state, handlers: { ...pointer(begin, end), ...keyboard(begin, end, stop), onBlur: stop } };
}

/** @param {(way: Way) => void} begin @param {(way: Way) => void} end */
function pointer(begin, end) {
  return {
    onPointerDown: (/** @type {PointerEvent} */ event) => {
      if (event.isPrimary && event.button === 0) begin("pointer");
    },
    onPointerUp: () => end("pointer"),
    onPointerLeave: () => end("pointer"),
    onPointerCancel: () => end("pointer"),
    onContextMenu: (/** @type {Event} */ event) => event.preventDefault(),
  };
}

/** @param {(way: Way) => void} begin @param {(way: Way) => void} end @param {() => void} stop */
function keyboard(begin, end, stop) {
  return {
    onKeyDown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key === "Escape") stop();
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      if (event.key === "Enter" && !event.repeat) begin("key");
    },
    onKeyUp: (/** @type {KeyboardEvent} */ event) => {
      if (event.key === "Enter") end("key");
      if (event.key === " ") event.preventDefault();
    },
  };
}
