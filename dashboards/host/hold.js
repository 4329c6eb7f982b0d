// @ts-check
/**
 * A button that must be held, as a machine without clock or DOM: what sets a whole town on
 * air must not happen by a stray click, a double click or a key that sticks (OBS #5445,
 * #7564, #8818).
 *
 *     resting ─press─▶ holding ─held long enough─▶ spent ─let go─▶ resting
 *                        └─let go, left, lost focus─▶ resting
 *
 * Pointer and Enter hold; the space bar never does, because it re-activates whatever has
 * the focus. While one way holds, the other is ignored. After the firing of any button of
 * the page all rest for a dead time.
 *
 * @module
 */

/** @typedef {"pointer"|"key"} Way */
/**
 * @typedef {object} Hold
 * @property {"resting"|"holding"|"spent"} state
 * @property {Way|null} way
 * @property {number} fires_at - when holding becomes the deed; 0 unless holding
 */

/** @type {Readonly<Hold>} */
export const RESTING = Object.freeze({ state: "resting", way: null, fires_at: 0 });

/** After a deed no button of the page acts for so long. */
export const DEAD_MS = 5_000;

/**
 * @param {Hold} hold
 * @param {{way: Way, now: number, hold_ms: number, dead_until: number}} press
 * @returns {Hold}
 */
export function press(hold, { way, now, hold_ms, dead_until }) {
  if (hold.state !== "resting" || now < dead_until) return hold;
  return { state: "holding", way, fires_at: now + hold_ms };
}

/**
 * The way that began lets go.
 *
 * @param {Hold} hold
 * @param {Way} way
 * @returns {Hold}
 */
export function release(hold, way) {
  return hold.way === way ? RESTING : hold;
}

/**
 * Something came between: focus lost, page hidden, button disabled, Escape. What was spent
 * stays spent until it is let go.
 *
 * @param {Hold} hold
 * @returns {Hold}
 */
export function interrupt(hold) {
  return hold.state === "holding" ? RESTING : hold;
}

/**
 * Time passed; harmless when early or twice.
 *
 * @param {Hold} hold
 * @param {number} now
 * @returns {{hold: Hold, fired: boolean}}
 */
export function handleTimer(hold, now) {
  if (hold.state !== "holding" || now < hold.fires_at) return { hold, fired: false };
  return { hold: { ...hold, state: "spent", fires_at: 0 }, fired: true };
}
