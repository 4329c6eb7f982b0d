// @ts-check
/**
 * For a television that nobody touches: the screen stays awake, and the picture moves by
 * two pixels every five minutes so that nothing burns in.
 *
 * @module
 */

const SHIFT_MS = 5 * 60_000;
const STEPS = /** @type {const} */ ([[0, 0], [2, 0], [2, 2], [0, 2]]);

/** Keep the screen awake while the page is in sight, where the browser can. */
export function stayAwake() {
  const ask = () => {
    if (document.visibilityState === "visible") navigator.wakeLock?.request("screen").catch(() => {});
  };
  document.addEventListener("visibilitychange", ask);
  ask();
}

/** @param {HTMLElement} page */
export function shift(page) {
  let step = 0;
  setInterval(() => {
    step = (step + 1) % STEPS.length;
    const [x, y] = STEPS[step] ?? STEPS[0];
    page.style.setProperty("--shift-x", `${x}px`);
    page.style.setProperty("--shift-y", `${y}px`);
  }, SHIFT_MS);
}
