// @ts-check
/**
 * What the page knows: a snapshot and the patches since. No DOM and no socket. It answers
 * each message with what changed, so that a change of one point costs the page one tile,
 * however many points there are.
 *
 * @module
 */

/** @import {AlarmView, FromServer, MediaView, Patch, PointView, SessionView, Snapshot, TotalsView} from "./wire.d.ts" */

/**
 * @typedef {object} Change
 * @property {"snapshot"|"patch"|"nothing"|"gap"} kind - a gap: ask for a new snapshot
 * @property {string[]} set - codes of points to take anew
 * @property {string[]} gone - codes of points that are no more
 * @property {boolean} restarted - the server is another life of itself
 */

const TILES = ["ok", "degraded", "lost", "not_joined", "unknown", "left"];

/** @type {Readonly<Change>} */
const NOTHING = Object.freeze({ kind: "nothing", set: [], gone: [], restarted: false });

export class Store {
  epoch = "";
  rev = 0;
  /** False before the first snapshot and from a gap until the next one. */
  synced = false;
  role = "";
  /** @type {SessionView|null} */
  session = null;
  /** @type {TotalsView|null} */
  totals = null;
  /** @type {MediaView|null} */
  media = null;
  /** @type {Map<string, PointView>} */
  points = new Map();
  /** All alarms that are not closed; another map when one changed. @type {Map<string, AlarmView>} */
  alarms = new Map();
  /** Who we are to the server: its token. */
  me = "";

  /**
   * @param {FromServer} message
   * @returns {Change}
   */
  receive(message) {
    if (message.type === "snapshot") return this.#receiveSnapshot(message);
    if (!this.synced) return { ...NOTHING, kind: this.epoch ? "gap" : "nothing" };
    if (message.epoch !== this.epoch) return this.#gap();
    if (message.type === "tick") return message.rev > this.rev ? this.#gap() : NOTHING;
    if (message.base > this.rev) return this.#gap();
    return message.rev <= this.rev ? NOTHING : this.#receivePatch(message);
  }

  /** @param {Snapshot} message @returns {Change} */
  #receiveSnapshot({ epoch, rev, role, session, totals, media, points, alarms, me }) {
    const restarted = this.epoch !== "" && this.epoch !== epoch;
    const gone = [...this.points.keys()].filter((code) => !(code in points));
    Object.assign(this, { epoch, rev, role, session, totals, media, me, synced: true });
    this.alarms = new Map(Object.entries(alarms));
    this.points = new Map();
    this.#take(points);
    return { kind: "snapshot", set: Object.keys(points), gone, restarted };
  }

  /** @param {Patch} message @returns {Change} */
  #receivePatch({ rev, session, totals, media, set = {}, gone = [], alarms = {}, alarms_gone = [] }) {
    this.rev = rev;
    this.session = session ?? this.session;
    this.totals = totals ?? this.totals;
    this.media = media ?? this.media;
    this.#take(set);
    for (const code of gone) this.points.delete(code);
    this.#takeAlarms(alarms, alarms_gone);
    return { kind: "patch", set: Object.keys(set), gone, restarted: false };
  }

  /** A state that only a later server knows is one that we do not. @param {Record<string, PointView>} points */
  #take(points) {
    for (const [code, point] of Object.entries(points)) {
      const known = TILES.includes(point.tile);
      this.points.set(code, known ? point : { ...point, tile: "unknown" });
    }
  }

  /** @param {Record<string, AlarmView>} set @param {string[]} gone */
  #takeAlarms(set, gone) {
    const changed = Object.entries(set);
    if (changed.length === 0 && gone.length === 0) return;
    this.alarms = new Map([...this.alarms, ...changed]);
    for (const id of gone) this.alarms.delete(id);
  }

  #gap() {
    this.synced = false;
    return { ...NOTHING, kind: /** @type {const} */ ("gap") };
  }
}
