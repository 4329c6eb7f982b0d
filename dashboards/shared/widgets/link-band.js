// @ts-check
/**
 * The band that says when this page cannot be believed, and for three seconds that it can
 * again. Absent while all is well.
 *
 * @module
 */

import { text } from "../language.js";
import { html } from "../ui.js";

/** @import {Live} from "../live.js" */

/** @param {{live: Live}} props */
export function LinkBand({ live }) {
  const said = message(live);
  const kind = said?.kind ?? "none";
  return html`<div class=${`band band-${kind}`} role="status" hidden=${!said}>
    ${said && html`<strong>${said.head}</strong>`}
    ${said && html`<span class="band-more" aria-live="off">${said.more}</span>`}
    ${live.link.value === "waiting" &&
    html`<button class="band-button" onClick=${() => live.retryNow()}>
      ${text.value.say("link.retry_now")}
    </button>`}
  </div>`;
}

/** @param {Live} live */
function message(live) {
  const say = text.value;
  const at = live.dataMoment.value;
  const data = at === null ? "" : say.say("link.data_at", { at: say.clock(at) });
  switch (live.link.value) {
    case "suspect":
      return {
        kind: "suspect",
        head: say.say("link.suspect", { n: live.silence.value }),
        more: data,
      };
    case "waiting":
      return {
        kind: "lost",
        head: say.say("link.lost"),
        more: [data, say.say("link.retry_in", { n: live.retryIn.value ?? 0 })].join(" – "),
      };
    case "connecting":
      return live.known.value
        ? { kind: "lost", head: say.say("link.lost"), more: `${data} – ${say.say("link.trying")}` }
        : { kind: "first", head: say.say("link.connecting"), more: "" };
    default:
      return settled(live);
  }
}

/** @param {Live} live */
function settled(live) {
  const say = text.value;
  if (!live.synced.value) return { kind: "suspect", head: say.say("link.resync"), more: "" };
  if (!live.regained.value) return null;
  const points = live.totals.value?.points ?? 0;
  const head = live.regained.value.restarted ? "link.restarted" : "link.regained";
  return {
    kind: "regained",
    head: say.say(head),
    more: say.say("link.in_step", { have: live.ranked.value.length, of: points }),
  };
}
