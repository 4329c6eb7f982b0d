// @ts-check
/**
 * How long to wait before trying again: full jitter below a ceiling that doubles, so that a
 * hundred screens that lost the same server do not come back at the same moment. Pure.
 *
 * @module
 */

export const RETRY_MIN_MS = 500;
export const RETRY_MAX_MS = 15_000;
/** Of a page without its programme: everybody in the hall waits, and a relay that died is back in a second. */
export const PROGRAMME_MAX_MS = 5_000;

/**
 * @param {number} attempts - failed so far
 * @param {() => number} random - uniform in 0..1
 * @param {number} [most_ms]
 */
export function retryDelay(attempts, random, most_ms = RETRY_MAX_MS) {
  const ceiling = Math.min(most_ms, 1_000 * 2 ** Math.min(attempts, 10));
  return Math.max(RETRY_MIN_MS, random() * ceiling);
}
