// @ts-check
/**
 * One WHIP or WHEP session kept alive, as a machine: no WebRTC, no clock, no network. Told
 * what happened and when (milliseconds that only grow), it answers with what to do.
 *
 *     idle ─begin─▶ opening ─answered─▶ connecting ─connected─▶ live
 *       opening, connecting, live ─no answer, no path, 3 s without media─▶ waiting ─▶ opening
 *       opening ─401, 403, or thrice 409─▶ refused (until somebody begins anew)
 *     any ─stop─▶ idle
 *
 * There is no ICE restart: what broke is offered anew (the server has none either).
 *
 * @module
 */

import { PROGRAMME_MAX_MS, retryDelay } from "./backoff.js";

/** Gathering takes 1 s at most, an answer should not take long. */
export const OPEN_MS = 10_000;
/** ICE and DTLS. */
export const CONNECT_MS = 8_000;
/** RTCP comes every second at least, media much more often. */
export const STALL_MS = 3_000;
/** Who lived so long begins the waiting from the smallest again. */
export const STEADY_MS = 10_000;
/** Our own session of before a reload holds the place for a second. */
export const OCCUPIED_MS = 1_200;
export const OCCUPIED_TRIES = 3;

/** @typedef {"idle"|"opening"|"connecting"|"live"|"waiting"|"refused"} MediaState */

export class MediaLink {
  /** @type {MediaState} */
  state = "idle";
  /**
   * Why it is not live: a code of the server, or `unreachable`, `no_path`, `silence`,
   * `lost`; empty when nothing went wrong.
   */
  code = "";
  /** When the next attempt begins, while waiting. @type {number|null} */
  retryAt = null;
  /** Attempts since it last lived for long. */
  attempts = 0;

  /** @type {("open"|"close")[]} */
  #actions = [];
  /** When the state was entered. */
  #since = 0;
  #mediaAt = 0;
  #occupied = 0;
  #random;

  /** @param {() => number} random - uniform in 0..1, for the jitter */
  constructor(random) {
    this.#random = random;
  }

  /** Somebody wants it, or wants it anew. @param {number} now */
  begin(now) {
    this.code = "";
    this.attempts = this.#occupied = 0;
    this.#open(now);
  }

  /** Nobody wants it any more. */
  stop() {
    if (this.state !== "idle") this.#actions.push("close");
    this.state = "idle";
    this.code = "";
    this.retryAt = null;
  }

  /** The server answered the offer. @param {number} now */
  receiveAnswer(now) {
    if (this.state !== "opening") return;
    this.#occupied = 0;
    this.#enter("connecting", now);
  }

  /**
   * The server refused the offer.
   *
   * @param {number} status - of HTTP
   * @param {string} code - stable, for programs
   * @param {number} now
   */
  receiveRefusal(status, code, now) {
    if (this.state !== "opening") return;
    this.#occupied = status === 409 ? this.#occupied + 1 : 0;
    const final = status === 401 || status === 403 || this.#occupied >= OCCUPIED_TRIES;
    if (final) this.#refuse(code, now);
    else this.#wait(code, now, status === 409 ? OCCUPIED_MS : null);
  }

  /** ICE and DTLS are up. @param {number} now */
  receiveConnected(now) {
    if (this.state !== "connecting") return;
    this.code = "";
    this.#mediaAt = now;
    this.#enter("live", now);
  }

  /** Packets came. @param {number} now */
  receiveMedia(now) {
    this.#mediaAt = now;
  }

  /**
   * The attempt or the session is over.
   *
   * @param {string} code - `unreachable`, `lost`, …
   * @param {number} now
   */
  receiveLost(code, now) {
    if (!["opening", "connecting", "live"].includes(this.state)) return;
    if (this.state === "live" && now - this.#since >= STEADY_MS) this.attempts = 0;
    this.#wait(code, now);
  }

  /** Somebody pressed "retry now", or the network came back. @param {number} now */
  retryNow(now) {
    if (this.state === "waiting") this.#open(now);
  }

  /** Harmless when early or twice. @param {number} now */
  handleTimer(now) {
    const at = this.nextTimer();
    if (at === null || now < at) return;
    if (this.state === "waiting") this.#open(now);
    else this.receiveLost(TOO_LATE[this.state] ?? "", now);
  }

  /** When `handleTimer` is due, or null. @returns {number|null} */
  nextTimer() {
    if (this.state === "waiting") return this.retryAt;
    if (this.state === "opening") return this.#since + OPEN_MS;
    if (this.state === "connecting") return this.#since + CONNECT_MS;
    return this.state === "live" ? this.#mediaAt + STALL_MS : null;
  }

  /** Drain what has to be done. */
  actions() {
    return this.#actions.splice(0);
  }

  /** @param {number} now */
  #open(now) {
    this.#enter("opening", now);
    this.#actions.push("open");
  }

  /** @param {string} code @param {number} now @param {number|null} [delay] */
  #wait(code, now, delay = null) {
    this.code = code;
    this.#actions.push("close");
    this.#enter("waiting", now);
    this.retryAt = now + (delay ?? retryDelay(this.attempts, this.#random, PROGRAMME_MAX_MS));
    this.attempts += 1;
  }

  /** @param {string} code @param {number} now */
  #refuse(code, now) {
    this.code = code;
    this.#actions.push("close");
    this.#enter("refused", now);
  }

  /** @param {MediaState} state @param {number} now */
  #enter(state, now) {
    this.state = state;
    this.#since = now;
    this.retryAt = null;
  }
}

/** What it means that a state lasted too long. @type {Record<string, string>} */
const TOO_LATE = { opening: "unreachable", connecting: "no_path", live: "silence" };
