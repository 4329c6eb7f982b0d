// @ts-check
/**
 * What the secretary's desk knows and does. It asks for the sums whenever the live picture
 * says that something changed, at most once a second, and never shows what it only hopes.
 *
 * @module
 */

import {
  callRoll,
  enterCount,
  goSignIn,
  planRoll,
  readAttendance,
  readDesk,
  resolveConflict,
  settleEntry,
} from "../../shared/api.js";
import { effect, signal } from "../../shared/ui.js";
import { Registry } from "./registry.js";

/** @import {Signal} from "../../vendor/signals.js" */
/** @import {Answer} from "../../shared/api.js" */
/** @import {Live} from "../../shared/live.js" */
/** @import {AttendanceAnswer, ConflictLine, KeptLine, MoveLine} from "../../shared/attendance.d.ts" */
/** @import {View} from "./rows.js" */

/** The sheets of the desk. @typedef {"table"|"conflicts"|"kept"|"moves"|"corrections"|"members"} Tab */

/** Between two questions at least. */
const GAP_MS = 1_000;

/** @typedef {{state: "sent"|"done"|"refused"|"unreachable", code: string, remark: string}} Deed */

export class Book {
  answer = signal(/** @type {AttendanceAnswer|null} */ (null));
  /** The last deed, as the server answered it. @type {Signal<Deed|null>} */
  deed = signal(/** @type {Deed|null} */ (null));
  /** @type {Signal<Tab>} */
  tab = signal(/** @type {Tab} */ ("table"));
  conflicts = signal(/** @type {ConflictLine[]|null} */ (null));
  kept = signal(/** @type {KeptLine[]|null} */ (null));
  moves = signal(/** @type {MoveLine[]|null} */ (null));
  /** @type {Signal<View>} */
  view = signal(/** @type {View} */ (
    { by: "points", query: "", silentOnly: false, column: "name", down: false }
  ));
  /** Code of the point whose count is being entered. */
  counting = signal(/** @type {string|null} */ (null));
  /** Number of the roll call whose times are being set. */
  planning = signal(/** @type {number|null} */ (null));
  registry = new Registry(this);

  #timer = 0;
  #askedAt = -GAP_MS;

  /** @param {Live} live @param {string|null} session - pinned, or the one everybody means */
  constructor(live, session) {
    this.live = live;
    this.session = session;
    effect(() => {
      // Whatever changes numbers changes one of these.
      void live.totals.value, live.session.value, live.roster.value, live.known.value;
      this.#askSoon();
    });
  }

  /** Look at another sheet; names are read only when they are asked for. @param {Tab} tab */
  async open(tab) {
    this.tab.value = tab;
    if (tab !== "conflicts" && tab !== "kept" && tab !== "moves") return;
    const answer = await readDesk(tab, this.session);
    if (this.failed(answer)) return;
    const body = /** @type {any} */ (answer.kind === "done" ? answer.body : null);
    if (tab === "conflicts") this.conflicts.value = body.conflicts;
    else if (tab === "kept") this.kept.value = body.entries;
    else this.moves.value = body.moves;
  }

  /** @param {number} roll @param {"open"|"close"} deed */
  call(roll, deed) {
    return this.do(() => callRoll(roll, deed));
  }

  /** @param {number} roll @param {{opens_utc: string|null, closes_utc: string|null}} plan */
  plan(roll, plan) {
    return this.do(() => planRoll(roll, plan));
  }

  /** @param {object} count */
  count(count) {
    return this.do(() => enterCount(this.session, count));
  }

  /** @param {object} resolution */
  async resolve(resolution) {
    await this.do(() => resolveConflict(this.session, resolution));
    await this.open("conflicts");
  }

  /** @param {number} n */
  async settle(n) {
    await this.do(() => settleEntry(n));
    await this.open("kept");
  }

  /** One deed at a time. @param {() => Promise<Answer>} request @returns {Promise<boolean>} whether it is recorded */
  async do(request) {
    if (this.deed.value?.state === "sent") return false;
    this.deed.value = { state: "sent", code: "", remark: "" };
    const answer = await request();
    if (this.failed(answer)) return false;
    const remark = answer.kind === "done" ? String(answer.body?.remark ?? "") : "";
    this.deed.value = { state: "done", code: "", remark };
    this.#askSoon();
    return true;
  }

  /** Whether it went wrong; then the page says so. @param {Answer} answer */
  failed(answer) {
    if (answer.kind === "done") return false;
    if (answer.kind === "refused" && answer.status === 401) goSignIn();
    const code = answer.kind === "refused" ? answer.code : "";
    this.deed.value = { state: answer.kind, code, remark: "" };
    return true;
  }

  #askSoon() {
    if (this.#timer) return;
    const wait_ms = Math.max(50, this.#askedAt + GAP_MS - performance.now());
    this.#timer = window.setTimeout(() => void this.#ask(), wait_ms);
  }

  async #ask() {
    this.#askedAt = performance.now();
    const answer = await readAttendance(this.session);
    this.#timer = 0;
    if (answer.kind === "done" && answer.body) {
      this.answer.value = /** @type {AttendanceAnswer} */ (/** @type {unknown} */ (answer.body));
      // Closing the session must not turn the page to the next one.
      this.session ??= this.answer.value.session;
    }
  }
}
