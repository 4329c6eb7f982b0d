// @ts-check
/**
 * All points, worst first, kept in order one change at a time. Pure.
 *
 * @module
 */

/** @import {Phase, PointView, Tile} from "./wire.d.ts" */

/** Worst first while the programme runs: who has nothing at all comes before who has little. */
const LIVE = /** @type {const} */ (["lost", "not_joined", "degraded", "unknown", "left", "ok"]);
/** Before that, who has not come yet is merely awaited. */
const EARLIER = /** @type {const} */ (["lost", "degraded", "unknown", "not_joined", "left", "ok"]);

/**
 * @param {Phase|null} phase
 * @returns {readonly Tile[]} worst first
 */
export function severity(phase) {
  return phase === "live" ? LIVE : EARLIER;
}

/** @typedef {{code: string, ok: boolean, key: [number, number, number]}} Entry */

export class Ranking {
  /** @type {Entry[]} */
  #order = [];
  /** @type {Map<string, Entry>} */
  #held = new Map();
  /** @type {readonly Tile[]} */
  #severity = EARLIER;

  /**
   * Take a point, new or changed.
   *
   * @param {PointView} point
   * @returns {boolean} whether the order changed
   */
  put(point) {
    const entry = this.#entry(point);
    const old = this.#held.get(point.code);
    if (old && compare(old, entry) === 0) return false;
    this.remove(point.code);
    this.#order.splice(this.#place(entry), 0, entry);
    this.#held.set(point.code, entry);
    return true;
  }

  /** @param {string} code @returns {boolean} whether it was there */
  remove(code) {
    const old = this.#held.get(code);
    if (!old) return false;
    this.#order.splice(this.#place(old), 1);
    return this.#held.delete(code);
  }

  /**
   * Order anew for another phase.
   *
   * @param {Phase|null} phase
   * @param {Iterable<PointView>} points
   * @returns {boolean} whether anything had to be done
   */
  enter(phase, points) {
    if (this.#severity === severity(phase)) return false;
    this.#severity = severity(phase);
    this.#order = Array.from(points, (point) => this.#entry(point)).sort(compare);
    this.#held = new Map(this.#order.map((entry) => [entry.code, entry]));
    return true;
  }

  /** @returns {string[]} all codes, worst first */
  codes() {
    return this.#order.map((entry) => entry.code);
  }

  /** How many stand before the first that is well. */
  problems() {
    const first = this.#order.findIndex((entry) => entry.ok);
    return first === -1 ? this.#order.length : first;
  }

  /** @param {PointView} point @returns {Entry} */
  #entry({ code, tile, main, since }) {
    const rank = this.#severity.indexOf(tile);
    return { code, ok: tile === "ok", key: [rank, main ? 0 : 1, tile === "ok" ? 0 : since] };
  }

  /** Where an entry stands or belongs, by halving. @param {Entry} entry */
  #place(entry) {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(/** @type {Entry} */ (this.#order[middle]), entry) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** @param {Entry} a @param {Entry} b */
function compare(a, b) {
  for (let i = 0; i < a.key.length; i++) {
    const difference = Number(a.key[i]) - Number(b.key[i]);
    if (difference) return difference;
  }
  return a.code < b.code ? -1 : a.code > b.code ? 1 : 0;
}
