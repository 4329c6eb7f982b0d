// @ts-check
/**
 * The guided test: which checks were made on this device and what they found, told to the
 * centre as `preflight.report`.
 *
 * @module
 */

import { computed, signal } from "../shared/ui.js";
import { inAppOf, versionOf } from "./browser.js";
import { bandwidth, chime, clock, control, disk, paths, power, programme, skipped, versions } from "./finding.js";
import { carry, receptionsNeeded } from "./load.js";
import { battery, freeBytes, tryCamera, tryMicrophone } from "./probe.js";
import { playChime, trySound, trySoundUnasked } from "./room.js";
import { newIdentity } from "./store/spool-store.js";

/** @import {Desk} from "./desk.js" */
/** @import {Finding} from "./finding.js" */
/** @import {Player} from "./player.js" */
/** @import {PreflightBounds} from "./wire.d.ts" */

/** Phases in which nothing may be taken from the halls' line, and no test be heard in a hall. */
const SILENCE = ["live", "branch_meetings"];

/** @typedef {Finding & {measured_utc: string}} Measured */

export class Checks {
  /** The last finding of each check. @type {import("../vendor/signals.js").Signal<Record<string, Measured>>} */
  found = signal(/** @type {Record<string, Measured>} */ ({}));
  /** What is being done: "", "chime", "sound", "microphone", "camera". */
  busy = signal("");
  /** Whether the chime was played and its question stands. */
  asking = signal(false);
  level = signal(-120);
  picture = signal(/** @type {MediaStream|null} */ (null));
  /** Whether no test may be heard now. */
  quiet = computed(() => SILENCE.includes(this.#desk.told.value.session?.phase ?? ""));
  #run = newIdentity();
  #desk;
  #player;

  /** @param {Desk} desk @param {Player|null} [player] - of a device that plays the programme */
  constructor(desk, player = null) {
    this.#desk = desk;
    this.#player = player;
  }

  /** What needs nobody: browser, line, clock, machine, and the programme where it is played. @param {string|null} [order] */
  async runSilent(order = null) {
    const agent = navigator.userAgent;
    const { limits } = this.#desk.told.peek();
    const measured = limits ? await this.#measure(limits) : [skipped("control_rtt", "not_now")];
    this.#tell([versions(versionOf(agent), inAppOf(agent)), ...measured], { order });
  }

  /** @param {string} order @returns {Promise<string>} empty when it was made, else the code of why not */
  async runBandwidth(order) {
    const { limits } = this.#desk.told.peek();
    if (!limits || !this.#player || this.quiet.peek()) return "not_now";
    const receptions = receptionsNeeded(await this.#player.rate_kbps(), limits.bandwidth_kbps);
    const load = await carry(this.#desk.device.credential, receptions);
    this.#tell([load ? bandwidth(load, limits) : skipped("bandwidth", "not_now")], { order });
    return "";
  }

  /** Chime and sweep; nobody is asked anything. @param {string} order @returns {Promise<string>} as of `runBandwidth` */
  async runSound(order) {
    const { limits } = this.#desk.told.peek();
    if (!limits || this.quiet.peek() || this.busy.peek()) return "not_now";
    this.busy.value = "sound";
    const rung = chime((await playChime()) || null);
    const swept = await trySoundUnasked(limits, () => this.quiet.peek());
    this.busy.value = "";
    this.#tell([rung, ...swept], { order });
    return "";
  }

  /** @param {PreflightBounds} limits */
  async #measure(limits) {
    const desk = this.#desk;
    const off_ms = desk.rtt_ms === null ? null : Date.now() - desk.now();
    const machine = [disk(await freeBytes(), limits), power(await battery(), limits)];
    return [
      ...control(desk.rtts_ms, limits),
      clock(off_ms, limits),
      ...machine,
      skipped("name_resolution", "unsupported"),
      skipped("cpu", "unsupported"),
      ...(await this.#reception(limits)),
    ];
  }

  /** @param {PreflightBounds} limits */
  async #reception(limits) {
    if (!this.#player) return [];
    const looks = await this.#player.look();
    const soundOnly = this.#desk.told.peek().sending?.sending === "sound_only";
    return [programme(looks, limits, soundOnly), ...paths(this.#player.path())];
  }

  async playChime() {
    if (this.quiet.peek()) return;
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

  /** The sweep, as somebody at the device wants it. */
  async trySound() {
    this.busy.value = "sound";
    await this.#try("sound_path", (limits) => trySound(limits, () => this.quiet.peek()));
    this.busy.value = "";
  }

  async tryMicrophone() {
    this.busy.value = "microphone";
    await this.#try("microphone", (limits) => tryMicrophone(limits, (level) => (this.level.value = level)));
    this.busy.value = "";
  }

  async tryCamera() {
    this.busy.value = "camera";
    await this.#try("camera", (limits) => tryCamera(limits, (stream) => (this.picture.value = stream)));
    this.busy.value = "";
  }

  /** @param {string} check @param {(limits: PreflightBounds) => Promise<Finding|Finding[]>} make */
  async #try(check, make) {
    const { limits } = this.#desk.told.peek();
    this.#tell([limits ? await make(limits) : skipped(check, "not_now")].flat());
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
