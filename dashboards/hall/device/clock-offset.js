// @ts-check
/**
 * How far the coordinator's clock is from ours, from four timestamps (RFC 5905 section 8): of
 * the last eight probes the one with the shortest round trip is believed. Pure; the rules of
 * `signaling/clock_offset.py`. Milliseconds.
 *
 * @module
 */

const KEPT = 8;

/** @typedef {{offset_ms: number, rtt_ms: number}} Sample - offset: to be added to our clock */

export class ClockOffset {
  /** @type {Sample[]} */
  #samples = [];

  /**
   * Take the four times of one probe: ours, theirs, theirs, ours.
   *
   * @param {number} sent_ms
   * @param {number} received_ms
   * @param {number} answered_ms
   * @param {number} now_ms
   * @returns {boolean} whether they make sense
   */
  receiveAnswer(sent_ms, received_ms, answered_ms, now_ms) {
    const held_ms = answered_ms - received_ms;
    const rtt_ms = now_ms - sent_ms - held_ms;
    if (held_ms < 0 || rtt_ms < 0) return false; // a clock was set in between
    const offset_ms = (received_ms - sent_ms + (answered_ms - now_ms)) / 2;
    this.#samples.push({ offset_ms, rtt_ms });
    if (this.#samples.length > KEPT) this.#samples.shift();
    return true;
  }

  /** Round trip of the last probe; null before the first. */
  get rtt_ms() {
    return this.#samples.at(-1)?.rtt_ms ?? null;
  }

  /** Round trips of the last probes, the oldest first. */
  get rtts_ms() {
    return this.#samples.map(({ rtt_ms }) => rtt_ms);
  }

  /** The sample to believe; null before the first. @returns {Sample|null} */
  get best() {
    const [first, ...rest] = this.#samples;
    if (!first) return null;
    return rest.reduce((best, sample) => (sample.rtt_ms < best.rtt_ms ? sample : best), first);
  }
}
