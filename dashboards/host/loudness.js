// @ts-check
/**
 * How loud a microphone is, from its samples. Pure.
 *
 * @module
 */

/** Below this a microphone hears nothing; a quiet room lies around −50 dBFS. */
export const SILENT_DB = -55;
/** Above this it distorts. */
export const CLIPPED_DB = -1;
/** So long below, and the page says so. */
export const SILENT_MS = 5_000;
const FLOOR_DB = -60;

/**
 * The peak of some samples, decibels below full scale; −60 for silence.
 *
 * @param {Float32Array} samples - −1..1
 */
export function peak(samples) {
  let top = 0;
  for (const sample of samples) top = Math.max(top, Math.abs(sample));
  return top > 0 ? Math.max(FLOOR_DB, 20 * Math.log10(top)) : FLOOR_DB;
}

/** As a share of the meter, 0..1. @param {number} db */
export function share(db) {
  return Math.min(1, Math.max(0, 1 - db / FLOOR_DB));
}

export class Ear {
  /** @type {number|null} */
  #silentSince = null;

  /**
   * What a level means.
   *
   * @param {number} db
   * @param {number} now - ms that only grow
   * @returns {"heard"|"quiet"|"silent"|"clipped"} quiet: it may only be a pause
   */
  receive(db, now) {
    if (db >= SILENT_DB) {
      this.#silentSince = null;
      return db >= CLIPPED_DB ? "clipped" : "heard";
    }
    this.#silentSince ??= now;
    return now - this.#silentSince >= SILENT_MS ? "silent" : "quiet";
  }
}
