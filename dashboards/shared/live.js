// @ts-check
/**
 * The live picture that widgets look at: one signal for each thing that changes by itself,
 * one for each point. Whatever comes over the socket ends here.
 *
 * @module
 */

import { inOrder } from "./alarm.js";
import { goSignIn, whoAmI } from "./api.js";
import { ServerClock } from "./clock.js";
import { Protocol } from "./protocol.js";
import { Ranking } from "./ranking.js";
import { tooMany } from "./sentence.js";
import { Socket } from "./socket.js";
import { Store } from "./store.js";
import { batch, computed, signal } from "./ui.js";

/** @import {Signal} from "../vendor/signals.js" */
/** @import {Change} from "./store.js" */
/** @import {AlarmView, FromServer, MediaView, PointView, SessionView, TotalsView} from "./wire.d.ts" */
/** @import {LinkState} from "./protocol.js" */

const REGAINED_MS = 3_000;
const SLEPT_MS = 5_000;

export class Live {
  /** @type {Signal<LinkState>} */
  link = signal(/** @type {LinkState} */ ("connecting"));
  /** False from a gap in the changes until the next snapshot. */
  synced = signal(false);
  /** What is shown is what the server says now: nothing else may look good. */
  trusted = computed(() => this.link.value === "live" && this.synced.value);
  /** A snapshot came at least once. */
  known = signal(false);
  /** The server's time, every second; null before the first frame. @type {Signal<number|null>} */
  moment = signal(/** @type {number|null} */ (null));
  /** The time of the data: stands still while the data does. @type {Signal<number|null>} */
  dataMoment = signal(/** @type {number|null} */ (null));
  /** Whole seconds without a frame. */
  silence = signal(0);
  /** Whole seconds until the next attempt; null unless waiting. @type {Signal<number|null>} */
  retryIn = signal(/** @type {number|null} */ (null));
  /** For three seconds after the link came back. @type {Signal<{restarted: boolean}|null>} */
  regained = signal(/** @type {{restarted: boolean}|null} */ (null));

  role = signal("");
  session = signal(/** @type {SessionView|null} */ (null));
  totals = signal(/** @type {TotalsView|null} */ (null));
  media = signal(/** @type {MediaView|null} */ (null));
  /** All alarms that are not closed, the most pressing first. */
  alarms = signal(/** @type {AlarmView[]} */ ([]));
  /** Our own token, to tell what is ours. */
  me = signal("");
  /** Codes of all points, worst first. */
  ranked = signal(/** @type {string[]} */ ([]));
  /** How many of them are not well. */
  problems = signal(0);
  /** Codes of points whose head count is most likely a slip. */
  doubtful = signal(/** @type {string[]} */ ([]));
  /** Grows when a point joins or leaves the roster. */
  roster = signal(0);

  /** @type {Map<string, Signal<PointView>>} */
  #points = new Map();
  #store = new Store();
  /** @type {Map<string, AlarmView>|null} */
  #alarms = null;
  #ranking = new Ranking();
  #clock = new ServerClock();
  #protocol = new Protocol(Math.random);
  #socket;
  #lostOnce = false;
  #drift = Date.now() - performance.now();
  #regainedTimer = 0;

  constructor() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    this.#socket = new Socket(`${scheme}//${location.host}/ws/watch`, this.#protocol, {
      deliver: (message, now) => this.#receive(message, now),
      changed: () => this.#showLink(),
    });
  }

  start() {
    this.#socket.start();
    this.#beat();
  }

  retryNow() {
    this.#socket.retryNow();
  }

  /** @param {string} code @returns {Signal<PointView>|undefined} */
  point(code) {
    return this.#points.get(code);
  }

  /** Codes of all points, in no order. */
  codes() {
    return [...this.#points.keys()];
  }

  /** @param {FromServer} message @param {number} now */
  #receive(message, now) {
    this.#clock.receive(message.now, now);
    const change = this.#store.receive(message);
    if (change.kind === "gap") queueMicrotask(() => this.#socket.askResync());
    batch(() => this.#apply(change));
  }

  /** @param {Change} change */
  #apply(change) {
    this.synced.value = this.#store.synced;
    if (change.kind === "nothing" || change.kind === "gap") return;
    this.role.value = this.#store.role;
    this.session.value = this.#store.session;
    this.totals.value = this.#store.totals;
    this.media.value = this.#store.media;
    this.me.value = this.#store.me;
    this.#applyAlarms();
    this.#applyPoints(change);
    if (change.kind === "snapshot") this.#greet(change.restarted);
    this.#showTime();
  }

  #applyAlarms() {
    if (this.#store.alarms === this.#alarms) return;
    this.#alarms = this.#store.alarms;
    this.alarms.value = inOrder(this.#alarms.values());
  }

  /** @param {Change} change */
  #applyPoints({ set, gone }) {
    const { points, session } = this.#store;
    let moved = this.#ranking.enter(session?.phase ?? null, points.values());
    let joined = gone.length > 0;
    for (const code of set) {
      const point = /** @type {PointView} */ (points.get(code));
      const held = this.#points.get(code);
      if (held) held.value = point;
      else this.#points.set(code, signal(point));
      joined ||= !held;
      moved = this.#ranking.put(point) || moved;
      this.#doubt(code, tooMany(point.attendance));
    }
    for (const code of gone) {
      this.#points.delete(code);
      this.#doubt(code, false);
      moved = this.#ranking.remove(code) || moved;
    }
    if (joined) this.roster.value += 1;
    if (!moved) return;
    this.ranked.value = this.#ranking.codes();
    this.problems.value = this.#ranking.problems();
  }

  /** @param {string} code @param {boolean} doubtful */
  #doubt(code, doubtful) {
    const held = this.doubtful.peek();
    if (held.includes(code) === doubtful) return;
    this.doubtful.value = doubtful ? [...held, code].sort() : held.filter((one) => one !== code);
  }

  /** Say for three seconds that the link is back. @param {boolean} restarted */
  #greet(restarted) {
    this.known.value = true;
    if (!this.#lostOnce) return;
    this.#lostOnce = false;
    this.regained.value = { restarted };
    clearTimeout(this.#regainedTimer);
    this.#regainedTimer = window.setTimeout(() => (this.regained.value = null), REGAINED_MS);
  }

  #showLink() {
    const { state, attempts } = this.#protocol;
    if (state === "signed_out") return goSignIn();
    const before = this.link.peek();
    if (state === "waiting" && before !== "waiting") {
      this.#lostOnce = this.known.peek();
      // A refused handshake looks like a dead server: ask which it is.
      if (attempts > 0) void this.#checkSignedIn();
    }
    batch(() => {
      this.link.value = state;
      this.#showTime();
    });
  }

  async #checkSignedIn() {
    const answer = await whoAmI();
    if (answer.kind === "refused" && answer.status === 401) goSignIn();
  }

  #showTime() {
    const local = performance.now();
    const { heardAt, retryAt } = this.#protocol;
    const now = this.#clock.now(local);
    batch(() => {
      this.moment.value = now;
      if (this.trusted.value) this.dataMoment.value = now;
      this.silence.value = heardAt === null ? 0 : Math.floor((local - heardAt) / 1_000);
      this.retryIn.value = retryAt === null ? null : Math.ceil(Math.max(0, retryAt - local) / 1_000);
    });
  }

  /** Every second of the server's clock. */
  #beat() {
    // A clock that only grows may stand still while the machine sleeps; the other does not.
    const drift = Date.now() - performance.now();
    if (drift - this.#drift > SLEPT_MS) this.#socket.noticeSleep();
    this.#drift = drift;
    this.#showTime();
    const now = this.moment.peek();
    window.setTimeout(() => this.#beat(), 1_000 - (Math.floor(now ?? 0) % 1_000) + 5);
  }
}
