// @ts-check
/**
 * What happens at the host's desk: the order under way, the dead time after a deed, the
 * sheet that is open. Signals and requests; the rules are in hold.js and command.js.
 *
 * @module
 */

import { callRoll, chooseSource, enterPhase, giveFloor, goSignIn, setBroadcast } from "../shared/api.js";
import { computed, effect, signal } from "../shared/ui.js";
import { SLOW_MS, answered, pending, sent, settled, slow } from "./command.js";
import { DEAD_MS } from "./hold.js";

/** @import {Answer} from "../shared/api.js" */
/** @import {Live} from "../shared/live.js" */
/** @import {Phase} from "../shared/wire.d.ts" */
/** @import {Order} from "./command.js" */

/** Who may steer the session; the server has the last word. */
const STEERING = ["host", "admin"];

export class Desk {
  /** @type {import("../vendor/signals.js").Signal<Order|null>} */
  order = signal(/** @type {Order|null} */ (null));
  /** Until when no button acts, by performance.now(). */
  deadUntil = 0;
  /** @type {import("../vendor/signals.js").Signal<"start"|"postpone"|"floor"|"source"|null>} */
  sheet = signal(/** @type {"start"|"postpone"|"floor"|"source"|null} */ (null));
  /** What the card in the middle shows. */
  panel = signal(/** @type {"numbers"|"rolls"|"studio"} */ ("numbers"));
  /** A deed was just done: nothing acts for a while. */
  resting = signal(false);
  /** Buttons may act: the page is believed and no order is under way. */
  ready = computed(
    () => this.live.trusted.value && !this.resting.value && !pending(this.order.value),
  );

  /** @param {Live} live @param {import("../shared/page.js").Person} person */
  constructor(live, person) {
    this.live = live;
    this.person = person;
    const phase = computed(() => live.session.value?.phase ?? null);
    effect(() => {
      const entered = phase.value;
      this.order.value = settled(this.order.peek(), entered);
    });
  }

  /** The feed knows the role better than what was asked once, at the beginning. */
  get maySteer() {
    return STEERING.includes(this.live.role.value || this.person.role);
  }

  /** May this phase be entered now, by what the server last said? @param {Phase} phase */
  may(phase) {
    return this.live.session.value?.may_enter.includes(phase) ?? false;
  }

  /** @param {string} name @param {Phase} phase @param {string} [reason] */
  enter(name, phase, reason) {
    this.sheet.value = null;
    this.#rest();
    return this.#send(name, () => enterPhase(phase, reason));
  }

  /** @param {string} name @param {"on"|"paused"|"off"} broadcast */
  broadcast(name, broadcast) {
    this.#rest();
    return this.#send(name, () => setBroadcast(broadcast));
  }

  // No dead time here: the wrong hall must be taken off again at once.

  /** @param {string|null} point */
  giveFloor(point) {
    this.sheet.value = null;
    return this.#send("floor", () => giveFloor(point));
  }

  /** @param {number} roll @param {"open"|"close"} deed */
  callRoll(roll, deed) {
    return this.#send("roll", () => callRoll(roll, deed));
  }

  /** @param {string} source */
  chooseSource(source) {
    this.sheet.value = null;
    return this.#send("source", () => chooseSource(source));
  }

  /** @param {string} name @param {() => Promise<Answer>} request */
  async #send(name, request) {
    if (pending(this.order.value)) return;
    this.order.value = sent(name);
    const timer = setTimeout(() => (this.order.value = slow(this.order.value)), SLOW_MS);
    const answer = await request();
    clearTimeout(timer);
    if (answer.kind === "refused" && answer.status === 401) return goSignIn();
    this.order.value = answered({ name, state: "sent" }, answer);
  }

  #rest() {
    this.deadUntil = performance.now() + DEAD_MS;
    this.resting.value = true;
    setTimeout(() => (this.resting.value = false), DEAD_MS);
  }
}
