// @ts-check
/**
 * Keeps the connection to the coordinator: the shell of device/connection.js. It dials, carries
 * what the machine says, reads and marks the spool, and comes back after a break.
 *
 * @module
 */

import { Backoff, CLOSE_SLOW, afterClose } from "./device/backoff.js";
import { DeviceConnection } from "./device/connection.js";
import { KEEP_ACKED_MS } from "./device/spool.js";
import { decodeToDevice } from "./device/wire.js";
import { dial } from "./dial.js";

/** @import {LinkHost, LinkState} from "./dial.js" */
/** @import {FactAcked, Welcome} from "./wire.d.ts" */
/** @import {Event} from "./device/connection.js" */

const SOFTWARE = "hall-page/1";
/** A line on which not even an answer to a probe came is dead, whatever the socket says. */
const SILENT_S = 25;
const OPEN_S = 10;
const SPOOL_RETRY_S = 5;
const SLACK_MS = 5;

export class Link {
  /** @type {LinkState} */
  state = "connecting";
  /** Why it stopped: credential, revoked. */
  reason = "";
  #host;
  #backoff = new Backoff(Math.random);
  /** @type {DeviceConnection|null} */
  #machine = null;
  /** @type {WebSocket|null} */
  #socket = null;
  #heardAt = 0;
  #dialledAt = 0;
  /** @type {number|null} */
  #retryAt = null;
  #spoolAt = 0;
  #timer = 0;
  #pumping = false;
  #again = false;

  /** @param {LinkHost} host */
  constructor(host) {
    this.#host = host;
  }

  start() {
    window.addEventListener("online", () => this.#awake());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.#awake();
    });
    this.#dial();
  }

  retryNow = () => void (this.state === "waiting" && this.#dial());

  /** The spool reaches further. @param {number} seq */
  receiveSaved(seq) {
    this.#machine?.receiveSaved(seq);
    void this.#pump();
  }

  /** @param {object} message - lost with the connection */
  say(message) {
    if (this.#machine?.state === "open") this.#send(message);
  }

  /** The centre's clock minus `performance.now()`, ms; null before it is known. */
  get offset_ms() {
    return this.#machine?.clock.best?.offset_ms ?? null;
  }

  /** Round trips of the last probes, the oldest first. */
  get rtts_ms() {
    return this.#machine?.clock.rtts_ms ?? [];
  }

  /** A page that slept does not know for how long: a line that is silent is dialled anew. */
  #awake() {
    if (this.state === "waiting") this.#dial();
    else if (this.state === "open" && seconds() - this.#heardAt > OPEN_S) this.#drop(CLOSE_SLOW);
  }

  #dial() {
    const { spool, last_seq } = this.#host.spool.identity;
    const hello = { type: /** @type {const} */ ("hello"), versions: [1], software: SOFTWARE };
    const machine = new DeviceConnection({ ...hello, spool, last_seq });
    this.#machine = machine;
    this.#heardAt = this.#dialledAt = seconds();
    this.#retryAt = null;
    this.#enter("connecting");
    this.#socket = dial(this.#host.credential(), {
      opened: () => this.#machine === machine && this.#feed((now) => machine.receiveOpened(now)),
      closed: (code) => this.#machine === machine && this.#lost(code),
      heard: (text) => this.#machine === machine && this.#receive(machine, text),
    });
    this.#arm();
  }

  /** @param {DeviceConnection} machine @param {string} text */
  #receive(machine, text) {
    this.#heardAt = seconds();
    const message = decodeToDevice(text);
    if (message) this.#feed((now) => machine.receiveMessage(message, now));
  }

  /** @param {(now: number) => void} event */
  #feed(event) {
    event(seconds());
    void this.#pump();
  }

  /** Carry out what the machine wants, then read the spool; one at a time, in order. */
  async #pump() {
    if (this.#pumping) return void (this.#again = true);
    this.#pumping = true;
    do {
      this.#again = false;
      await this.#carryOut();
      await this.#readSpool();
      await this.#carryOut();
    } while (this.#again);
    this.#pumping = false;
    this.#arm();
  }

  async #carryOut() {
    const machine = this.#machine;
    for (const event of machine?.events() ?? [])
      if (machine === this.#machine) await this.#do(event);
  }

  /** @param {Event} event */
  async #do(event) {
    if (event.event === "send") this.#send(event.message);
    else if (event.event === "opened") await this.#open(event.welcome);
    else if (event.event === "heard") this.#host.heard(event.message);
    else if (event.event === "recorded") await this.#record(event.acked);
    else if (event.event === "report_due") this.#send(this.#host.report(event.seq));
    else if (event.event === "probe_due") this.#probe();
    else this.#drop(event.code);
  }

  /** @param {object|null} message */
  #send(message) {
    if (message && this.#socket?.readyState === WebSocket.OPEN)
      this.#socket.send(JSON.stringify(message));
  }

  #probe() {
    this.#machine?.sendProbe(Date.now(), seconds());
    this.#again = true;
  }

  /** @param {Welcome} welcome */
  async #open(welcome) {
    this.#backoff.receiveOpened(seconds(), welcome.retry_cap_s);
    this.#enter("open");
    this.#host.opened(welcome);
    // It knows numbers that we do not: this spool was restored from a copy.
    if (welcome.have_through > this.#host.spool.identity.last_seq) return this.#renew([]);
    const before = Date.parse(welcome.server_utc) - KEEP_ACKED_MS;
    if (!Number.isNaN(before)) await this.#store(() => this.#host.spool.purge(new Date(before).toISOString()));
  }

  /** @param {FactAcked} ack */
  async #record(ack) {
    await this.#store(() => this.#host.recorded(ack));
    if (ack.note === "conflict") await this.#renew([ack.seq]);
  }

  /** @param {number[]} again */
  async #renew(again) {
    await this.#store(() => this.#host.spool.renew(again));
    this.#host.renewed();
    this.#drop(CLOSE_SLOW);
  }

  async #readSpool() {
    const machine = this.#machine;
    const wanted = seconds() < this.#spoolAt ? null : machine?.factsWanted(seconds());
    if (!machine || !wanted) return;
    const facts = await this.#store(() => this.#host.spool.pendingAfter(wanted));
    if (!facts) return void (this.#spoolAt = seconds() + SPOOL_RETRY_S);
    machine.receiveFacts(wanted, facts, seconds());
    if (machine === this.#machine && facts.length) this.#host.sent(facts.map(({ seq }) => seq));
  }

  /** @template T @param {() => Promise<T>} work @returns {Promise<T|null>} */
  #store(work) {
    return work().catch((error) => (this.#host.storageFailed(error), null));
  }

  /** @param {number} code */
  #drop(code) {
    this.#socket?.close(code);
    this.#lost(code);
  }

  /** It is gone. @param {number} code */
  #lost(code) {
    const [before, now] = [this.state, seconds()];
    this.#machine?.receiveClosed();
    this.#machine = this.#socket = null;
    const { back, reason, at_least_s } = afterClose(code);
    if (back === "never") return this.#stop(reason);
    this.#retryAt = now + this.#backoff.receiveClosed(now, at_least_s);
    this.#enter(reason === "replaced" ? "elsewhere" : "waiting");
    // A refused handshake looks like a dead server: ask which it is.
    if (before === "connecting")
      void this.#host.welcomeThere().then((welcome) => welcome || this.#stop("revoked"));
    this.#arm();
  }

  /** @param {string} reason */
  #stop(reason) {
    [this.reason, this.#retryAt] = [reason, null];
    this.#enter("stopped");
  }

  /** @param {LinkState} state */
  #enter(state) {
    this.state = state;
    this.#host.changed();
  }

  #arm() {
    clearTimeout(this.#timer);
    const at = this.#nextTimer();
    if (at === null) return;
    const delay = Math.max(0, (at - seconds()) * 1_000) + SLACK_MS;
    this.#timer = window.setTimeout(() => this.#handleTimer(), delay);
  }

  /** When a line on which nothing comes is given up. */
  #deadAt() {
    return this.state === "open" ? this.#heardAt + SILENT_S : this.#dialledAt + OPEN_S;
  }

  #nextTimer() {
    if (!this.#machine) return this.#retryAt;
    const now = seconds();
    const due = this.#machine.nextTimer(now);
    // What the spool could not give is asked for again later, not at once.
    const next = due !== null && due <= now ? Math.max(due, this.#spoolAt) : due;
    return Math.min(next ?? Infinity, this.#deadAt());
  }

  #handleTimer() {
    if (!this.#machine) return this.state === "stopped" ? undefined : this.#dial();
    if (seconds() >= this.#deadAt()) return this.#drop(CLOSE_SLOW);
    this.#feed((at) => this.#machine?.handleTimer(at));
  }
}

const seconds = () => performance.now() / 1_000;
