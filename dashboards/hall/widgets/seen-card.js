// @ts-check
/**
 * What the centre sees of this hall, in one sentence.
 *
 * @module
 */

import { text } from "../../shared/language.js";
import { html } from "../../shared/ui.js";
import { headCount, pictureOf } from "../seen.js";

/** @import {Desk} from "../desk.js" */

const MARKS = { good: "✔", partly: "▲", none: "✕", unknown: "?" };

/** @param {{desk: Desk}} props */
export function SeenCard({ desk }) {
  const say = text.value;
  const { seen, recorded } = desk.told.value;
  const fresh = desk.fresh.value;
  const picture = fresh ? pictureOf(seen) : "unknown";
  const { have, expected, guests, roll } = headCount(recorded);
  const counted =
    have === null ? say.say("seen.uncounted") : say.say("seen.counted", { have, expected });
  const where = roll ? ` ${say.say("seen.at_roll", { roll })}` : "";
  return html`<section class=${`card seen seen-${picture}`} aria-live="polite">
    <p class="seen-says">
      <span class="seen-mark" aria-hidden="true">${MARKS[picture]}</span>
      <span>
        ${say.say(fresh ? "seen.says" : "seen.said")}${" "}
        <b>${fresh ? say.say(`seen.${picture}`) + "; " : ""}${counted}</b>${where}.
      </span>
    </p>
    ${guests > 0 && html`<p class="soft">${say.say("seen.guests", { n: guests })}</p>`}
    ${recorded?.recorded_utc &&
    html`<p class="soft">
      ${say.say("seen.recorded_at", { at: say.hour(Date.parse(recorded.recorded_utc)) })}
    </p>`}
  </section>`;
}
