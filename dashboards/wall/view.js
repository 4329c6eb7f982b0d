// @ts-check
/**
 * What this viewer chose to look at: filter, search, the point opened. Signals only.
 *
 * @module
 */

import { fold, matches } from "../shared/search.js";
import { computed, signal } from "../shared/ui.js";
import { belongs } from "./layout.js";

/** @import {Live} from "../shared/live.js" */
/** @import {PointView} from "../shared/wire.d.ts" */

/** @typedef {"all"|"problems"|"unreported"} Filter */

export class View {
  filter = signal(/** @type {Filter} */ ("all"));
  query = signal("");
  /** Code of the point whose details are open. */
  opened = signal(/** @type {string|null} */ (null));
  help = signal(false);
  narrow = signal(false);

  /** @param {Live} live @param {boolean} kiosk */
  constructor(live, kiosk) {
    this.live = live;
    this.kiosk = kiosk;
    const media = window.matchMedia("(max-width: 899px)");
    this.narrow.value = media.matches;
    media.addEventListener("change", () => (this.narrow.value = media.matches));
    /** Codes for the list, worst first. */
    this.listed = computed(() => this.#listed());
  }

  /** Is a point among what was asked for? @param {PointView} point */
  wants(point) {
    const query = this.query.value.trim();
    if (query && !matches(query, fold(`${point.code} ${point.name} ${point.unit}`))) return false;
    return belongs(point, this.filter.value);
  }

  /** True while everything is shown. */
  plain() {
    return this.filter.value === "all" && this.query.value.trim() === "";
  }

  #listed() {
    const { ranked, problems } = this.live;
    if (this.plain()) return this.narrow.value ? ranked.value : ranked.value.slice(0, problems.value);
    return ranked.value.filter((code) => {
      const point = this.live.point(code)?.value;
      return point !== undefined && this.wants(point);
    });
  }
}
