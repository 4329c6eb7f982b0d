// @ts-check
/**
 * Which facts of the spool are on their way to the coordinator. Pure; the rules of
 * `signaling/fact_window.py`, held together by tests/vectors.
 *
 * At most 64 are sent and unanswered. On each connection the spool is read once from its
 * beginning: whatever was never acked goes again, and so does whatever lies beyond the
 * coordinator's `have_through` though it was acked once.
 *
 * @module
 */

import { Pace } from "./pace.js";

export const FACTS_PER_S = 15;
export const WINDOW = 64;
export const ANSWER_S = 10;

/**
 * What to read next: facts with a number above `after` and up to `through`, never acked or
 * beyond `have_through`, the oldest first, at most `limit`.
 *
 * @typedef {{after: number, through: number, have_through: number, limit: number}} FactsWanted
 */

export class Flight {
  #haveThrough;
  #lastSeq;
  #cursor = 0;
  /** Number to the moment it was sent, in the order of sending. @type {Map<number, number>} */
  #sent = new Map();
  #pace = new Pace(FACTS_PER_S, WINDOW);

  /** @param {{haveThrough: number, lastSeq: number}} from */
  constructor({ haveThrough, lastSeq }) {
    this.#haveThrough = haveThrough;
    this.#lastSeq = lastSeq;
  }

  /** The spool now reaches to `seq`. @param {number} seq */
  receiveSaved(seq) {
    this.#lastSeq = Math.max(this.#lastSeq, seq);
  }

  /** What to read and send now, or null for nothing. @param {number} now @returns {FactsWanted|null} */
  wanted(now) {
    const limit = Math.min(WINDOW - this.#sent.size, this.#pace.allowance(now));
    if (limit <= 0 || !this.#more()) return null;
    const [after, through, have_through] = [this.#cursor, this.#lastSeq, this.#haveThrough];
    return { after, through, have_through, limit };
  }

  /**
   * The spool held these of what was wanted; they are being sent now.
   *
   * @param {FactsWanted} wanted
   * @param {number[]} seqs
   * @param {number} now
   */
  receiveRead(wanted, seqs, now) {
    this.#cursor = seqs.length >= wanted.limit ? /** @type {number} */ (seqs.at(-1)) : wanted.through;
    for (const seq of seqs) this.#sent.set(seq, now);
    this.#pace.spend(seqs.length, now);
  }

  /** The coordinator has it. An ack of anything else changes nothing. @param {number} seq */
  receiveAcked(seq) {
    this.#sent.delete(seq);
  }

  /** When to look again, or null when only an ack can change anything. @param {number} now */
  nextTimer(now) {
    const overdue = this.#sent.size ? this.#oldestAt() + ANSWER_S : null;
    if (!this.#more() || this.#sent.size >= WINDOW) return overdue;
    const ready = this.#pace.readyAt(now);
    return overdue === null ? ready : Math.min(ready, overdue);
  }

  /** Has the oldest fact waited too long for its ack? @param {number} now */
  overdue(now) {
    return this.#sent.size > 0 && now >= this.#oldestAt() + ANSWER_S;
  }

  #more() {
    return this.#cursor < this.#lastSeq;
  }

  #oldestAt() {
    // Sent in order, so the first entry is the oldest.
    return /** @type {number} */ (this.#sent.values().next().value);
  }
}
