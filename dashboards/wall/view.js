// @ts-check
/**
 * What this viewer chose to look at: filter, search, what is opened. Signals only.
 *
 * @module
 */

import { concerns, isIncident, pointsOf, unseen } from "../shared/alarm.js";
import { fold, matches } from "../shared/search.js";
import { computed, signal } from "../shared/ui.js";
import { belongs, toCall } from "./layout.js";

/** @import {Live} from "../shared/live.js" */
/** @import {AlarmView, PointView} from "../shared/wire.d.ts" */

/** @typedef {"all"|"problems"|"unreported"|"absent"} Filter */

/** Who may do something about an alarm (coordinator/policy.py). */
const TENDS = ["admin", "technician"];

export class View {
  filter = signal(/** @type {Filter} */ ("all"));
  /** Only our own share of the points. */
  mine = signal(false);
  query = signal("");
  /** Code of the point whose details are open. */
  opened = signal(/** @type {string|null} */ (null));
  /** Id of the incident, or alarm of the centre, that is open; below a point's details. */
  alarm = signal(/** @type {string|null} */ (null));
  help = signal(false);
  sharing = signal(false);
  /** The roll call is looked at. */
  rolling = signal(false);
  narrow = signal(false);

  /** @param {Live} live @param {boolean} kiosk */
  constructor(live, kiosk) {
    this.live = live;
    this.kiosk = kiosk;
    const media = window.matchMedia("(max-width: 899px)");
    this.narrow.value = media.matches;
    media.addEventListener("change", () => (this.narrow.value = media.matches));
    /** Alarms for the list, the most pressing first. */
    this.alarms = computed(() => this.#alarms());
    /** Codes that an alarm in the list speaks for. */
    this.covered = computed(() => new Set(this.alarms.value.flatMap(pointsOf)));
    /** Codes for the list, worst first. */
    this.listed = computed(() => this.#listed());
  }

  /** May this viewer do something about alarms? */
  tends() {
    return TENDS.includes(this.live.role.value);
  }

  /** Is a point among what was asked for? @param {PointView} point */
  wants(point) {
    const query = this.query.value.trim();
    if (query && !matches(query, fold(`${point.code} ${point.name} ${point.unit}`))) return false;
    if (this.mine.value && point.share !== this.live.me.value) return false;
    return belongs(point, this.filter.value);
  }

  /** True while everything is shown. */
  plain() {
    return this.filter.value === "all" && this.query.value.trim() === "" && !this.mine.value;
  }

  /** Is there anything to list beside the alarms? They get the room otherwise. */
  listing() {
    const spoken = this.alarms.value.length > 0 && this.listed.value.length === 0;
    return this.narrow.value || !this.plain() || !spoken;
  }

  /** Codes of all points that were asked for. */
  chosen() {
    return this.live.ranked.value.filter((code) => this.#wantsCode(code));
  }

  /** Show what an alarm is about. @param {AlarmView} alarm */
  openAlarm(alarm) {
    if (alarm.point === null || isIncident(alarm)) this.alarm.value = alarm.id;
    else this.opened.value = alarm.point;
  }

  /** The alarm that a key means: the one whose row has the focus, else the first unseen. */
  meant() {
    const row = document.activeElement?.closest("[data-alarm]");
    const id = row instanceof HTMLElement ? row.dataset.alarm : undefined;
    const alarms = this.alarms.value;
    return alarms.find((alarm) => alarm.id === id) ?? alarms.find(unseen);
  }

  #alarms() {
    const mine = (/** @type {string} */ code) =>
      this.live.point(code)?.value.share === this.live.me.value;
    const alarms = this.live.alarms.value;
    return this.mine.value ? alarms.filter((alarm) => concerns(alarm, mine)) : alarms;
  }

  /** @param {string} code */
  #wantsCode(code) {
    const point = this.live.point(code)?.value;
    return point !== undefined && this.wants(point);
  }

  #listed() {
    const { ranked, problems } = this.live;
    if (this.plain()) {
      if (this.narrow.value) return ranked.value;
      const covered = this.covered.value;
      return ranked.value.slice(0, problems.value).filter((code) => !covered.has(code));
    }
    const codes = this.chosen();
    return this.filter.value === "absent" ? this.#toCall(codes) : codes;
  }

  /** @param {string[]} codes */
  #toCall(codes) {
    const points = codes.map((code) => /** @type {PointView} */ (this.live.point(code)?.value));
    return toCall(points).map(({ code }) => code);
  }
}
