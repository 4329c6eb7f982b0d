// @ts-check
/**
 * What the host can do now. Starting, taking back and pausing stand here; ending stands
 * elsewhere (end-panel.js), so that no hand finds it where starting just was.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { html } from "../shared/ui.js";
import { HoldButton } from "./hold-button.js";
import { OrderLine } from "./order-line.js";

/** @import {Phase} from "../shared/wire.d.ts" */
/** @import {Desk} from "./desk.js" */

/** @param {{desk: Desk}} props */
export function ActionPanel({ desk }) {
  const session = desk.live.session.value;
  if (!session?.phase) return null;
  return html`<section class="card actions" aria-labelledby="actions">
    <h2 id="actions">${text.value.say("host.actions")}</h2>
    ${!desk.maySteer && html`<p class="actions-note">${text.value.say("host.watch_only")}</p>`}
    ${desk.maySteer && session.phase === "live" && html`<${WhileLive} desk=${desk} />`}
    ${desk.maySteer && session.phase !== "live" && html`<${BeforeLive} desk=${desk} />`}
    <${OrderLine} desk=${desk} />
  </section>`;
}

/** @param {{desk: Desk}} props */
function BeforeLive({ desk }) {
  const say = text.value;
  const start = desk.may("live");
  const quiet = /** @type {Phase[]} */ (["check_in", "rehearsal", "planned"]).filter((p) => desk.may(p));
  const nothing = !start && !quiet.length && !desk.may("postponed");
  return html`
    ${start && html`<${Start} desk=${desk} />`}
    ${nothing && html`<p class="actions-note">${say.say("host.nothing_to_do")}</p>`}
    <div class="actions-quiet">
      ${quiet.map(
        (phase) =>
          html`<${Quiet} desk=${desk} label=${say.say(`enter.${phase}`)}
            deed=${() => desk.enter(phase, phase)} />`,
      )}
      ${desk.may("postponed") &&
      html`<${Quiet} desk=${desk} label=${say.say("enter.postponed")}
        deed=${() => (desk.sheet.value = "postpone")} />`}
    </div>
  `;
}

/** @param {{desk: Desk}} props */
function Start({ desk }) {
  const say = text.value;
  if (desk.live.session.value?.go)
    return html`<${HoldButton} desk=${desk} label=${say.say("enter.live")} seconds=${2}
      look="hold-start" deed=${() => desk.enter("start", "live")} />`;
  return html`<button class="start-anyway" aria-disabled=${String(!desk.ready.value)}
    onClick=${() => desk.ready.value && (desk.sheet.value = "start")}>
    <span class="hold-label">${say.say("enter.live")}…</span>
    <span class="hold-hint">${say.say("host.not_all_met")}</span>
  </button>`;
}

/** @param {{desk: Desk}} props */
function WhileLive({ desk }) {
  const say = text.value;
  const paused = desk.live.session.value?.broadcast !== "on";
  return html`
    <${WayBack} desk=${desk} />
    <div class="actions-row">
      ${paused
        ? html`<${HoldButton} desk=${desk} label=${say.say("enter.resume")} seconds=${2}
            look="hold-start hold-small" deed=${() => desk.broadcast("resume", "on")} />`
        : html`<${HoldButton} desk=${desk} label=${say.say("enter.pause")} seconds=${2}
            look="hold-plain hold-small" deed=${() => desk.broadcast("pause", "paused")} />`}
    </div>
  `;
}

/**
 * For two minutes a start can be taken back. The server asks for a reason; who is in that
 * hurry types none, so it says who did it and where.
 *
 * @param {{desk: Desk}} props
 */
function WayBack({ desk }) {
  const say = text.value;
  const until = desk.live.session.value?.way_back_until ?? 0;
  const left = until - (desk.live.moment.value ?? until);
  if (left <= 0 || !desk.may("check_in")) return null;
  return html`<div class="way-back">
    <p>${say.say("host.way_back", { time: say.stopwatch(left) })}</p>
    <${HoldButton} desk=${desk} label=${say.say("enter.way_back")} seconds=${2}
      look="hold-back hold-small" deed=${() => desk.enter("way_back", "check_in", say.say("reason.way_back"))} />
  </div>`;
}

/** A phase that nobody sees in the halls needs no holding, only no double click. */
function Quiet(/** @type {{desk: Desk, label: string, deed: () => void}} */ { desk, label, deed }) {
  const off = !desk.ready.value;
  const click = () => {
    if (!off && performance.now() >= desk.deadUntil) deed();
  };
  return html`<button class="quiet" aria-disabled=${String(off)} onClick=${click}>${label}</button>`;
}
