// @ts-check
/**
 * Joining: from a code to a credential that this device keeps.
 *
 * @module
 */

import { batch, computed, signal } from "../shared/ui.js";
import { found, sorted } from "./choice.js";
import { newIdentity } from "./store/spool-store.js";

/** @import {Choice} from "./choice.js" */
/** @import {Device, Held} from "./store/held.js" */
/** @import {SpoolStore} from "./store/spool-store.js" */

const TIMEOUT_MS = 15_000;
export const SHOWN = 30;

/** @typedef {"code"|"point"|"confirm"} Step */

export class Joining {
  step = signal(/** @type {Step} */ ("code"));
  choices = signal(/** @type {Choice[]} */ ([]));
  query = signal("");
  chosen = signal(/** @type {Choice|null} */ (null));
  busy = signal(false);
  /** Code of what went wrong; empty: nothing. */
  fault = signal("");
  /** What fits the search, in order. */
  found = computed(() => found(this.choices.value, this.query.value));

  #code = "";
  #held;
  #spool;
  #joined;

  /**
   * @param {Held} held
   * @param {SpoolStore} spool
   * @param {(device: Device) => void} joined
   */
  constructor(held, spool, joined) {
    this.#held = held;
    this.#spool = spool;
    this.#joined = joined;
  }

  /**
   * See which points a code opens.
   *
   * @param {string} code
   * @param {string} [point] - the one the sheet names
   */
  async tryCode(code, point = "") {
    const answer = await this.#ask("/api/v1/join/points", { code });
    if (!answer) return;
    this.#code = code;
    const choices = sorted(/** @type {Choice[]} */ (answer.points));
    await this.#held.set("choices", choices);
    const named = choices.length === 1 ? choices[0] : choices.find((one) => one.code === point);
    batch(() => {
      this.choices.value = choices;
      this.chosen.value = named ?? null;
      this.step.value = named ? "confirm" : "point";
    });
  }

  /** @param {Choice} point */
  choose(point) {
    this.chosen.value = point;
    this.step.value = "confirm";
  }

  back() {
    this.fault.value = "";
    this.step.value = this.choices.value.length ? "point" : "code";
  }

  /** Join as what this device is. @param {"screen"|"phone"} role */
  async join(role) {
    const point = this.chosen.value?.code ?? "";
    const attempt = await this.#attempt(point, role);
    const name = `${role} ${navigator.userAgent}`.slice(0, 100);
    const body = { code: this.#code, point, role, name };
    const answer = await this.#ask("/api/v1/join", body, { "Idempotency-Key": attempt.key });
    if (!answer) return;
    const device = /** @type {Device} */ (answer);
    // What was entered under an older identity and not acked goes under the new one.
    await this.#spool.renew();
    await this.#held.set("device", device);
    await this.#held.remove("attempt");
    void navigator.storage?.persist?.();
    this.#joined(device);
  }

  /** The key is on the disk before the code leaves. @param {string} point @param {string} role */
  async #attempt(point, role) {
    const held = await this.#held.get("attempt");
    const same = held?.code === this.#code && held.point === point && held.role === role;
    const attempt = same ? held : { key: newIdentity(), code: this.#code, point, role };
    await this.#held.set("attempt", attempt);
    return attempt;
  }

  /**
   * @param {string} path
   * @param {object} body
   * @param {Record<string, string>} [headers]
   * @returns {Promise<Record<string, unknown>|null>} null: `fault` says why
   */
  async #ask(path, body, headers = {}) {
    this.busy.value = true;
    this.fault.value = "";
    try {
      const response = await fetch(path, {
        method: "POST",
        headers: { "Content-Type": "application/json", ...headers },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const content = await response.json();
      if (response.ok) return content;
      this.fault.value = String(content.code ?? "internal");
    } catch {
      this.fault.value = "unreachable";
    } finally {
      this.busy.value = false;
    }
    return null;
  }
}
