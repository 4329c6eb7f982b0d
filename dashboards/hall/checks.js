// @ts-check
/**
 * The guided test: which checks were made on this device and what they found, told to the
 * centre as `preflight.report`.
 *
 * @module
 */

import { signal } from "../shared/ui.js";
import { inAppOf, versionOf } from "./browser.js";
import { chime, clock, roundTrip, versions } from "./finding.js";
import { playChime, tryCamera, tryMicrophone } from "./probe.js";
import { newIdentity } from "./store/spool-store.js";

/** @import {Desk} from "./desk.js" */
/** @import {Finding} from "./finding.js" */

/** @typedef {Finding & {measured_utc: string}} Measured */

export class Checks {
  /** The last finding of each check. @type {import("../vendor/signals.js").Signal<Record<string, Measured>>} */
  found = signal(/** @type {Record<string, Measured>} */ ({}));
  /** What is being done: "", "chime", "microphone", "camera". */
  busy = signal("");
  /** Whether the chime was played and its question stands. */
  asking = signal(false);
  level = signal(-120);
  picture = signal(/** @type {MediaStream|null} */ (null));
  #run = newIdentity();
  #desk;

  /** @param {Desk} desk */
  constructor(desk) {
    this.#desk = desk;
  }

  /** What needs nobody: browser, line, clock. @param {string|null} [order] */
  async runSilent(order = null) {
    const [desk, agent] = [this.#desk, navigator.userAgent];
    const known = desk.rtt_ms !== null;
    this.#tell(
      [
        versions(versionOf(agent), inAppOf(agent)),
        roundTrip(desk.rtt_ms),
        clock(known ? Date.now() - desk.now() : null),
      ],
      { order },
    );
  }

  async playChime() {
    this.busy.value = "chime";
    const played = await playChime();
    this.busy.value = "";
    if (played) this.asking.value = true;
    else this.#tell([chime(null)]);
  }

  /** @param {boolean} heard */
  answerChime(heard) {
    this.asking.value = false;
    this.#tell([chime(heard)]);
  }

  async tryMicrophone() {
    this.busy.value = "microphone";
    this.#tell([await tryMicrophone((level) => (this.level.value = level))]);
    this.busy.value = "";
  }

  async tryCamera() {
    this.busy.value = "camera";
    this.#tell([await tryCamera((stream) => (this.picture.value = stream))]);
    this.busy.value = "";
  }

  /** @param {Finding[]} findings @param {{order?: string|null}} [of] */
  #tell(findings, { order = null } = {}) {
    const sent_utc = new Date().toISOString();
    const checks = findings.map((finding) => ({ ...finding, measured_utc: sent_utc }));
    this.found.value = {
      ...this.found.peek(),
      ...Object.fromEntries(checks.map((finding) => [finding.check, finding])),
    };
    this.#desk.say({ type: "preflight.report", run: this.#run, order, finished: true, sent_utc, checks });
  }
}
