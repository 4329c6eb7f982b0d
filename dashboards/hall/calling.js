// @ts-check
/**
 * The list of names on this phone: fetched while a session is open, kept for when there is no
 * line, and wiped as soon as it may not be here any more.
 *
 * @module
 */

import { batch, computed, effect, signal } from "../shared/ui.js";
import { allowed, keeps } from "./names.js";

/** @import {Desk} from "./desk.js" */
/** @import {List, Made} from "./names.js" */
/** @import {Held} from "./store/held.js" */

const TIMEOUT_MS = 15_000;
/** Every reading is recorded at the centre: a line that comes and goes does not read anew. */
const FRESH_MS = 60_000;
/** While there is none, or another phone said otherwise, it is asked for sooner. */
const AGAIN_MS = 5_000;
const LOOK_MS = 60_000;

export class Calling {
  list = signal(/** @type {List|null} */ (null));
  query = signal("");
  /** The branch that is looked at; empty: the first. */
  branch = signal("");
  /** Reference of the member whose other marks are shown. */
  opened = signal("");
  /** Somebody chose to count heads all the same. */
  byHeads = signal(false);
  /** Code of why the list could not be had; empty: nothing. */
  fault = signal("");
  /** Branches that have names. */
  branches = computed(() => (this.list.value?.branches ?? []).filter(({ members }) => members.length > 0));

  #desk;
  #held;
  #readAt = -Infinity;
  #reading = false;

  /** @param {Desk} desk @param {Held} held */
  constructor(desk, held) {
    this.#desk = desk;
    this.#held = held;
  }

  async load() {
    this.list.value = await this.#held.get("names");
    this.#look();
    effect(() => {
      void this.#desk.told.value, this.#desk.stopped.value;
      this.#look();
    });
    effect(() => this.#readIfAllowed());
    setInterval(() => {
      this.#look();
      this.#readIfAllowed();
    }, LOOK_MS);
  }

  /** What is entered by a tap is on the disk when this returns. @param {Made} entry */
  enter(entry) {
    return this.#desk.enter(entry);
  }

  /** Whether rolls are called by names here and now. @param {number} roll */
  asks(roll) {
    return roll > 0 && !this.byHeads.value && this.branches.value.length > 0;
  }

  /** Wipe what may not be here. */
  #look() {
    const list = this.list.peek();
    const told = this.#desk.told.peek();
    if (list && (this.#desk.stopped.peek() || !keeps(list, told, Date.now()))) void this.#wipe();
  }

  async #wipe() {
    batch(() => {
      this.list.value = null;
      this.query.value = this.opened.value = "";
    });
    this.#readAt = -Infinity;
    await this.#held.remove("names").catch(() => undefined);
  }

  #readIfAllowed() {
    const { told, facts, fresh } = this.#desk;
    // Another phone of this hall had said otherwise: ours shows what stands.
    const replaced = facts.value.at(-1)?.remark === "replaces_other";
    if (!fresh.value || !allowed(told.value)) return;
    const gap_ms = replaced || !this.list.peek() ? AGAIN_MS : FRESH_MS;
    if (!this.#reading && performance.now() - this.#readAt >= gap_ms) void this.#read();
  }

  async #read() {
    this.#reading = true;
    try {
      const response = await fetch("/api/v1/hall/members", {
        headers: { Authorization: `Bearer ${this.#desk.device.credential}` },
        cache: "no-store",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const answer = await response.json();
      this.fault.value = response.ok ? "" : String(answer.code ?? "internal");
      if (response.ok) await this.#keep(answer);
    } catch {
      this.fault.value = "unreachable";
    } finally {
      this.#reading = false;
      this.#readAt = performance.now();
    }
  }

  /** @param {List} list */
  async #keep(list) {
    this.list.value = list;
    // Not kept, it is fetched again: names are shown all the same.
    await this.#held.set("names", list).catch(() => undefined);
    this.#look();
  }
}
