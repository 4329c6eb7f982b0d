// @ts-check
/**
 * The projector of a hall: the programme and nothing else. What its operator may want appears
 * for a moment when somebody touches it.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { html, signal, useEffect, useRef } from "../shared/ui.js";
import { Checks } from "./checks.js";
import { Player } from "./player.js";
import { Sound } from "./widgets/test-steps.js";

/** @import {Desk} from "./desk.js" */

const BAR_MS = 8_000;

export class Screen {
  /** The operator's bar is shown. */
  bar = signal(false);
  #barTimer = 0;
  /** @type {WakeLockSentinel|null} */
  #awake = null;

  /** @param {Desk} desk @param {() => void} leave */
  constructor(desk, leave) {
    this.desk = desk;
    this.leave = leave;
    this.player = new Player(desk.device.credential);
    this.checks = new Checks(desk, this.player);
    desk.report = (seq) => this.#report(seq);
    desk.perform = (order, deed) => void this.#perform(order, deed);
  }

  start() {
    document.addEventListener("visibilitychange", () => void this.#stayAwake());
    void this.#stayAwake();
  }

  /** Any touch or key: sound, full screen, and the bar for a moment. */
  touch() {
    void this.player.unlock();
    void document.documentElement.requestFullscreen?.().catch(() => undefined);
    this.bar.value = true;
    clearTimeout(this.#barTimer);
    this.#barTimer = window.setTimeout(() => (this.bar.value = false), BAR_MS);
  }

  /** @param {number} seq */
  #report(seq) {
    const control_rtt_ms = this.desk.rtt_ms;
    return {
      type: "point.report",
      seq,
      spooled: this.desk.waiting.peek(),
      control_rtt_ms: control_rtt_ms === null ? null : Math.min(control_rtt_ms, 600_000),
      media: this.player.media(),
    };
  }

  /** @param {import("./wire.d.ts").OrderGive} order @param {import("./order.js").Deed} deed */
  async #perform(order, deed) {
    this.desk.answer(order.id, { outcome: "begun" });
    const within_ms = order.within_s * 1_000;
    let why = deed === "rejoin" ? await this.player.rejoin(within_ms) : "";
    if (deed === "bandwidth") why = await this.checks.runBandwidth(order.id);
    if (deed === "sound") why = await this.checks.runSound(order.id);
    if (deed === "preflight") await this.checks.runSilent(order.id);
    this.desk.answer(order.id, { outcome: why ? "refused" : "done", why });
  }

  /** A projector must not fall asleep; the browser lets go whenever the page is hidden. */
  async #stayAwake() {
    if (document.visibilityState !== "visible" || !navigator.wakeLock) return;
    if (this.#awake && !this.#awake.released) return;
    this.#awake = await navigator.wakeLock.request("screen").catch(() => null);
  }
}

/** @param {{screen: Screen}} props */
export function ScreenPage({ screen }) {
  const say = text.value;
  const frame = useRef(/** @type {HTMLElement|null} */ (null));
  useEffect(() => {
    frame.current?.prepend(screen.player.video);
    screen.player.start();
  }, []);
  useEffect(() => {
    const touched = () => screen.touch();
    document.addEventListener("pointerdown", touched);
    document.addEventListener("keydown", touched);
    return () => {
      document.removeEventListener("pointerdown", touched);
      document.removeEventListener("keydown", touched);
    };
  }, []);
  return html`<main class="screen" ref=${frame} aria-label=${say.say("projector.programme")}>
    ${screen.player.locked.value && html`<p class="screen-sound">${say.say("projector.sound")}</p>`}
    ${screen.bar.value && html`<${Bar} screen=${screen} />`}
  </main>`;
}

/** @param {{screen: Screen}} props */
function Bar({ screen }) {
  const say = text.value;
  const { desk } = screen;
  return html`<div class="screen-bar">
    <b>${desk.told.value.point?.name ?? desk.device.point.name}</b>
    <span>${say.say(`hall_link.${desk.link.value}`)}</span>
    ${!screen.checks.quiet.value && html`<div class="screen-test"><${Sound} checks=${screen.checks} /></div>`}
    <button onClick=${() => screen.leave()}>${say.say("projector.leave")}</button>
  </div>`;
}
