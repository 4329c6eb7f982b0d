// @ts-check
/**
 * How long to stay away before connecting again, and whether at all. Pure; the rules of
 * `signaling/backoff.py` and of `after_close` in `signaling/connection.py`. Seconds.
 *
 * @module
 */

export const BASE_S = 0.5;
export const CAP_S = 15;
/** A connection that held this long was a good one. */
export const STABLE_S = 30;
/** After a newer connection of the same device took this one's place. */
export const REPLACED_WAIT_S = 30;

export const CLOSE_PROTOCOL = 4400;
export const CLOSE_CREDENTIAL = 4401;
export const CLOSE_REVOKED = 4403;
export const CLOSE_SLOW = 4408;
export const CLOSE_REPLACED = 4409;

/**
 * @typedef {object} Advice
 * @property {"again"|"later"|"never"} back
 * @property {"lost"|"credential"|"revoked"|"replaced"} reason
 * @property {number} at_least_s
 */

/** @type {Advice} */
const LOST = { back: "again", reason: "lost", at_least_s: 0 };

/** @type {Record<number, Advice>} */
const AFTER = {
  [CLOSE_CREDENTIAL]: { back: "never", reason: "credential", at_least_s: 0 },
  [CLOSE_REVOKED]: { back: "never", reason: "revoked", at_least_s: 0 },
  [CLOSE_REPLACED]: { back: "later", reason: "replaced", at_least_s: REPLACED_WAIT_S },
};

/** What to do after a connection ended with this code. @param {number} code @returns {Advice} */
export function afterClose(code) {
  return AFTER[code] ?? LOST;
}

export class Backoff {
  #draw;
  #attempt = 0;
  #cap_s = CAP_S;
  /** @type {number|null} */
  #openedAt = null;

  /** @param {() => number} draw - uniform in 0 ≤ x < 1 */
  constructor(draw) {
    this.#draw = draw;
  }

  /**
   * A connection stands since now.
   *
   * @param {number} now
   * @param {number|null} [cap_s] - the longest wait that this server asks for
   */
  receiveOpened(now, cap_s = null) {
    this.#openedAt = now;
    this.#cap_s = Math.min(CAP_S, Math.max(cap_s ?? CAP_S, BASE_S));
  }

  /**
   * It fell, or never stood.
   *
   * @param {number} now
   * @param {number} [atLeastS] - wait this long before the drawn wait begins
   * @returns {number} how long to wait
   */
  receiveClosed(now, atLeastS = 0) {
    if (this.#openedAt !== null && now - this.#openedAt >= STABLE_S) this.#attempt = 0;
    this.#openedAt = null;
    const ceiling = Math.min(this.#cap_s, BASE_S * 2 ** Math.min(this.#attempt, 32));
    this.#attempt += 1;
    return atLeastS + this.#draw() * ceiling;
  }
}
