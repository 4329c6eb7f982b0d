// @ts-check
/**
 * The page's end of one connection to the coordinator. Pure: no DOM, socket, clock or storage.
 * The same machine as `signaling/device_connection.py`; tests/vectors hold both to the same
 * answers. The shell tells what came, calls `handleTimer` when `nextTimer` says so, and carries
 * out `events`. One object serves one connection; all times are seconds of one clock.
 *
 *     connecting ─opened: hello─▶ greeting ─welcome─▶ open ─closed─▶ closed
 *     greeting ─10 s without welcome─▶ closed
 *     open ─10 s without an ack, or what is not allowed─▶ closed
 *
 * @module
 */

import { CLOSE_PROTOCOL, CLOSE_SLOW } from "./backoff.js";
import { ClockOffset } from "./clock-offset.js";
import { Flight } from "./flight.js";

/** @import {ToDevice, Welcome, FactEnter, Hello, FactAcked} from "../wire.d.ts" */
/** @import {FactsWanted} from "./flight.js" */

export const HELLO_S = 10;
export const PROBE_S = 10;
export const MIN_REPORT_S = 0.2;
export const MAX_REPORT_S = 60;

/**
 * @typedef {{event: "send", message: Record<string, unknown>}
 *   | {event: "opened", welcome: Welcome}
 *   | {event: "recorded", acked: FactAcked}
 *   | {event: "heard", message: ToDevice}
 *   | {event: "report_due", seq: number}
 *   | {event: "probe_due"}
 *   | {event: "broken", code: number}} Event
 */

export class DeviceConnection {
  /** @type {"connecting"|"greeting"|"open"|"closed"} */
  state = "connecting";
  clock = new ClockOffset();

  /** @type {Flight|null} */
  #facts = null;
  /** @type {number|null} */
  #helloDue = null;
  #lastSeq;
  #reportS = MAX_REPORT_S;
  #reportDue = 0;
  #probeDue = 0;
  #reports = 0;
  /** Wall clock and moment of the probe under way. @type {{wall_ms: number, at: number}|null} */
  #probe = null;
  /** @type {Event[]} */
  #events = [];

  /** @param {Hello} hello */
  constructor(hello) {
    this.hello = hello;
    this.#lastSeq = hello.last_seq;
  }

  /** The transport stands: greet. @param {number} now */
  receiveOpened(now) {
    this.state = "greeting";
    this.#helloDue = now + HELLO_S;
    this.#events.push({ event: "send", message: { ...this.hello } });
  }

  /** @param {ToDevice} message @param {number} now */
  receiveMessage(message, now) {
    if (this.state === "closed") return; // it was on its way when we gave up
    if (!this.#allowed(message)) return this.#break(CLOSE_PROTOCOL);
    switch (message.type) {
      case "welcome":
        return this.#receiveWelcome(message, now);
      case "fact.acked":
        return this.#receiveAcked(message);
      case "clock.answer":
        return this.#receiveAnswer(message, now);
      default:
        this.#events.push({ event: "heard", message });
    }
  }

  /** The transport is gone. Calling it twice is safe. */
  receiveClosed() {
    this.state = "closed";
    this.#helloDue = null;
  }

  /** The spool now reaches to `seq`. @param {number} seq */
  receiveSaved(seq) {
    this.#lastSeq = Math.max(this.#lastSeq, seq);
    this.#facts?.receiveSaved(seq);
  }

  /** What to read from the spool now, or null. @param {number} now @returns {FactsWanted|null} */
  factsWanted(now) {
    return this.state === "open" ? (this.#facts?.wanted(now) ?? null) : null;
  }

  /**
   * Send the facts that were read for `wanted`, in the order of their numbers.
   *
   * @param {FactsWanted} wanted
   * @param {FactEnter[]} facts
   * @param {number} now
   */
  receiveFacts(wanted, facts, now) {
    if (!this.#facts || this.state !== "open") return; // it broke while they were read
    const seqs = facts.map((fact) => fact.seq);
    this.#facts.receiveRead(wanted, seqs, now);
    for (const fact of facts) this.#events.push({ event: "send", message: { ...fact } });
  }

  /**
   * Send the probe that was due.
   *
   * @param {number} wall_ms - wall clock; tells probes apart and shows how wrong it is
   * @param {number} now
   */
  sendProbe(wall_ms, now) {
    this.#probe = { wall_ms, at: now };
    this.#events.push({ event: "send", message: { type: "clock.probe", sent_ms: wall_ms } });
  }

  /** When to call `handleTimer` next, or null for never. @param {number} now */
  nextTimer(now) {
    if (!this.#facts || this.state !== "open") return this.#helloDue;
    const due = Math.min(this.#reportDue, this.#probeDue);
    const facts = this.#facts.nextTimer(now);
    return facts === null ? due : Math.min(due, facts);
  }

  /** Do what fell due. Calling it early or twice is safe. @param {number} now */
  handleTimer(now) {
    if (this.#helloDue !== null && now >= this.#helloDue) this.#break(CLOSE_PROTOCOL);
    if (!this.#facts || this.state !== "open") return;
    if (this.#facts.overdue(now)) return this.#break(CLOSE_SLOW);
    if (now >= this.#reportDue) {
      this.#reports += 1;
      // What was missed is not made up for: only the newest measurement counts.
      this.#reportDue = Math.max(this.#reportDue + this.#reportS, now + this.#reportS / 2);
      this.#events.push({ event: "report_due", seq: this.#reports });
    }
    if (now >= this.#probeDue) {
      this.#probeDue = now + PROBE_S;
      this.#events.push({ event: "probe_due" });
    }
  }

  /** Drain what has to be done, the oldest first. @returns {Event[]} */
  events() {
    return this.#events.splice(0);
  }

  /** Before the welcome only that, or a refusal, may come; after it never another. @param {ToDevice} message */
  #allowed({ type }) {
    if (this.state === "greeting") return type === "welcome" || type === "refusal";
    return this.state === "open" && type !== "welcome";
  }

  /** @param {Welcome} welcome @param {number} now */
  #receiveWelcome(welcome, now) {
    this.state = "open";
    this.#helloDue = null;
    if (!this.hello.versions.includes(welcome.version)) return this.#break(CLOSE_PROTOCOL);
    this.#facts = new Flight({ haveThrough: welcome.have_through, lastSeq: this.#lastSeq });
    this.#reportS = Math.min(Math.max(welcome.report_interval_s, MIN_REPORT_S), MAX_REPORT_S);
    this.#reportDue = this.#probeDue = now;
    this.#events.push({ event: "opened", welcome });
    this.#events.push({ event: "heard", message: welcome.session });
  }

  /** @param {FactAcked} acked */
  #receiveAcked(acked) {
    if (acked.spool !== this.hello.spool) return;
    this.#facts?.receiveAcked(acked.seq);
    this.#events.push({ event: "recorded", acked });
  }

  /** @param {{sent_ms: number, received_ms: number, answered_ms: number}} answer @param {number} now */
  #receiveAnswer({ sent_ms, received_ms, answered_ms }, now) {
    if (this.#probe?.wall_ms !== sent_ms) return; // of another probe, or of none
    const { at } = this.#probe;
    this.#probe = null;
    this.clock.receiveAnswer(at * 1000, received_ms, answered_ms, now * 1000);
  }

  /** @param {number} code */
  #break(code) {
    this.receiveClosed();
    this.#events.push({ event: "broken", code });
  }
}

