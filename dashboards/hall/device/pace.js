// @ts-check
/**
 * A token bucket: so many at once, so many a second in the long run. Pure; the same rules as
 * `signaling/pace.py`, to the last bit: tests/vectors hold both to it. Seconds, as there.
 *
 * @module
 */

export class Pace {
  #perS;
  #burst;
  #tokens;
  #at = 0;

  /**
   * @param {number} perS - in the long run
   * @param {number} burst - at once after a silence
   */
  constructor(perS, burst) {
    this.#perS = perS;
    this.#burst = burst;
    this.#tokens = burst;
  }

  /** How many may go. @param {number} now */
  allowance(now) {
    this.#fill(now);
    return Math.trunc(this.#tokens);
  }

  /** So many went; more than allowed makes the next wait longer. @param {number} count @param {number} now */
  spend(count, now) {
    this.#fill(now);
    this.#tokens -= count;
  }

  /** When the next one may go; `now` or later. @param {number} now */
  readyAt(now) {
    this.#fill(now);
    if (this.#tokens >= 1) return now;
    // A hair more than one token, or rounding wakes us just before there is one.
    return now + Math.max(0, 1 + 1e-6 - this.#tokens) / this.#perS;
  }

  /** @param {number} now */
  #fill(now) {
    const earned = Math.max(0, now - this.#at) * this.#perS;
    this.#tokens = Math.min(this.#burst, this.#tokens + earned);
    this.#at = Math.max(this.#at, now);
  }
}
