// @ts-check
/**
 * Who speaks, since when, and what the halls see.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { sourceName, speaker } from "../shared/sentence.js";
import { html } from "../shared/ui.js";
import { Age } from "../shared/widgets/age.js";
import { sourceState } from "./studio-words.js";

/** @import {MediaView, SessionView} from "../shared/wire.d.ts" */
/** @import {Desk} from "./desk.js" */

const PHASES = ["rehearsal", "live"];

/** @param {{desk: Desk}} props */
export function FloorPanel({ desk }) {
  const [session, media] = [desk.live.session.value, desk.live.media.value];
  if (!session?.phase || !media || !PHASES.includes(session.phase)) return null;
  return html`<section class=${`card floor ${desk.live.trusted.value ? "" : "is-old"}`}
    aria-label=${text.value.say("floor.title")}>
    <${Speaker} desk=${desk} session=${session} media=${media} />
    <${Seen} desk=${desk} session=${session} media=${media} />
  </section>`;
}

/** @param {{desk: Desk, session: SessionView, media: MediaView}} props */
function Speaker({ desk, session, media }) {
  const say = text.value;
  const { floor, floor_since } = session;
  const name = floor && speaker(floor, desk.live.point(floor)?.value);
  const state = sourceState(media, `point/${floor}`, desk.live.trusted.value);
  return html`<div class="floor-row">
    <p class="floor-who">
      ${name
        ? html`<span class="floor-star" aria-hidden="true">★</span> <b>${name}</b> ${say.say("floor.speaks")}${" "}
            <${Age} live=${desk.live} since=${floor_since ?? 0} />
            <span class="floor-signal">${say.say(`floor_signal.${state}`)}</span>`
        : say.say("floor.nobody")}
    </p>
    ${desk.maySteer &&
    html`${floor && html`<${Deed} desk=${desk} label="floor.end" deed=${() => desk.giveFloor(null)} />`}
      <${Deed} desk=${desk} label=${floor ? "floor.give_other" : "floor.give"}
        deed=${() => (desk.sheet.value = "floor")} />`}
  </div>`;
}

/** @param {{desk: Desk, session: SessionView, media: MediaView}} props */
function Seen({ desk, session, media }) {
  const say = text.value;
  const named = (/** @type {string} */ source) =>
    sourceName(say, source, desk.live.point(source.replace("point/", ""))?.value);
  const { source, floor } = session;
  const known = desk.live.trusted.value && media.relay;
  const chosen = known && source !== "auto" && (source === "slate" || !floor);
  return html`<div class="floor-row">
    <p class="floor-who">
      ${say.say("floor.seen")} <b>${known ? named(media.programme) : say.say("source_state.unknown")}</b>
      ${chosen && source !== media.programme &&
      html`<span class="floor-signal">${say.say("floor.chosen", { source: named(source) })}</span>`}
    </p>
    ${desk.maySteer && html`<${Deed} desk=${desk} label="floor.choose" deed=${() => (desk.sheet.value = "source")} />`}
  </div>`;
}

/** @param {{desk: Desk, label: string, deed: () => void}} props */
function Deed({ desk, label, deed }) {
  const off = !desk.ready.value;
  return html`<button class="quiet small" aria-disabled=${String(off)} onClick=${() => !off && deed()}>
    ${text.value.say(label)}
  </button>`;
}
