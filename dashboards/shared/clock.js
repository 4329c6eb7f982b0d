// @ts-check
/**
 * The server's clock as seen from here. Each frame says the server's time; the frame that
 * was under way the shortest tells it best, so the largest difference of late counts. Pure.
 *
 * @module
 */

const KEPT = 30;
/** A difference this far from the others means that a clock was set. */
const STEP_MS = 5_000;

export class ServerClock {
  /** @type {number[]} */
  #offsets = [];

  /**
   * @param {number} server - the server's time, ms since 1970
   * @param {number} local - when it arrived, ms that only grow
   */
  receive(server, local) {
    const offset = server - local;
    const last = this.#offsets.at(-1);
    if (last !== undefined && Math.abs(offset - last) > STEP_MS) this.#offsets = [];
    this.#offsets.push(offset);
    if (this.#offsets.length > KEPT) this.#offsets.shift();
  }

  /**
   * @param {number} local
   * @returns {number|null} the server's time now; null before the first frame
   */
  now(local) {
    return this.#offsets.length ? local + Math.max(...this.#offsets) : null;
  }
}
