// @ts-check
/**
 * The page's end of `/ws/watch` as a machine: no DOM, no socket, no clock. Told what
 * happened and when (milliseconds that only grow), it answers with actions to carry out
 * and with the state of the link, which the page shows.
 *
 *     connecting ─snapshot─▶ live ─6 s silence─▶ suspect ─25 s─▶ waiting ─▶ connecting
 *          └──────closed, or 10 s without a snapshot──────────────▲
 *     any ─closed 4401─▶ signed_out
 *
 * @module
 */

import { retryDelay } from "./backoff.js";

/** @import {FromServer} from "./wire.d.ts" */

/** The server ticks every 2 s; three missed are suspicious. */
export const SUSPECT_MS = 6_000;
export const DEAD_MS = 25_000;
export const CONNECT_MS = 10_000;
export const RESYNC_MS = 5_000;
/** The session's cookie is missing or was taken back. */
export const CLOSE_CREDENTIAL = 4401;

/** @typedef {"connecting"|"live"|"suspect"|"waiting"|"signed_out"} LinkState */
/** @typedef {{do: "open"} | {do: "close"} | {do: "send", text: string}} Action */

export class Protocol {
  /** @type {LinkState} */
  state = "connecting";
  /** When the last frame came, or null before the first. @type {number|null} */
  heardAt = null;
  /** When the next attempt begins, while waiting. @type {number|null} */
  retryAt = null;
  /** Attempts since the link last lived. */
  attempts = 0;

  /** @type {Action[]} */
  #actions = [];
  #beganAt = 0;
  /** @type {number|null} */
  #resyncAt = null;
  #random;

  /** @param {() => number} random - uniform in 0..1, for the jitter */
  constructor(random) {
    this.#random = random;
  }

  /** @param {number} now */
  begin(now) {
    this.state = "connecting";
    this.retryAt = null;
    this.#beganAt = now;
    this.#actions.push({ do: "open" });
  }

  /**
   * Take a frame. Anything heard proves the link; what cannot be read is dropped.
   *
   * @param {string} text
   * @param {number} now
   * @returns {FromServer|null} a message for the store
   */
  receiveFrame(text, now) {
    this.heardAt = now;
    const message = decode(text);
    if (message?.type === "snapshot") {
      this.attempts = 0;
      this.#resyncAt = null;
      this.state = "live";
    } else if (this.state === "suspect") {
      this.state = "live";
    }
    return message;
  }

  /**
   * @param {number} code - of the WebSocket's close event
   * @param {number} now
   */
  receiveClose(code, now) {
    if (this.state === "signed_out") return;
    if (code === CLOSE_CREDENTIAL) {
      this.state = "signed_out";
      this.retryAt = null;
    } else if (this.state !== "waiting") {
      this.#wait(now);
    }
  }

  /**
   * The store found a gap: ask for everything, but not more often than every 5 s.
   *
   * @param {number} now
   */
  askResync(now) {
    if (this.#resyncAt !== null && now - this.#resyncAt < RESYNC_MS) return;
    this.#resyncAt = now;
    this.#actions.push({ do: "send", text: JSON.stringify({ type: "watch.resync" }) });
  }

  /** Somebody pressed "retry now", or the network came back. @param {number} now */
  retryNow(now) {
    if (this.state === "waiting") this.begin(now);
  }

  /** The machine slept, so nobody knows for how long nothing was heard. @param {number} now */
  receiveSleep(now) {
    if (this.state !== "live") return;
    this.state = "suspect";
    this.heardAt = Math.min(this.heardAt ?? now, now - SUSPECT_MS);
  }

  /** Harmless when early or twice. @param {number} now */
  handleTimer(now) {
    const at = this.nextTimer();
    if (at === null || now < at) return;
    if (this.state === "waiting") {
      this.begin(now);
    } else if (this.state === "live") {
      this.state = "suspect";
      this.handleTimer(now);
    } else {
      this.#actions.push({ do: "close" });
      this.#wait(now);
    }
  }

  /** When `handleTimer` is due, or null. @returns {number|null} */
  nextTimer() {
    if (this.state === "waiting") return this.retryAt;
    if (this.state === "connecting") return this.#beganAt + CONNECT_MS;
    if (this.state === "live") return (this.heardAt ?? 0) + SUSPECT_MS;
    if (this.state === "suspect") return (this.heardAt ?? 0) + DEAD_MS;
    return null;
  }

  /** Drain what has to be done. @returns {Action[]} */
  actions() {
    return this.#actions.splice(0);
  }

  /** @param {number} now */
  #wait(now) {
    this.#resyncAt = null;
    this.state = "waiting";
    this.retryAt = now + retryDelay(this.attempts, this.#random);
    this.attempts += 1;
  }
}

/**
 * Read a frame; null for what is no message of ours (a later server may say more).
 *
 * @param {string} text
 * @returns {FromServer|null}
 */
export function decode(text) {
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    return null;
  }
  const known = ["snapshot", "patch", "tick"].includes(body?.type);
  return known && typeof body.epoch === "string" && Number.isInteger(body.rev) ? body : null;
}
