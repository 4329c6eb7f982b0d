// @ts-check
/**
 * The roll calls side by side: open, count, close. Closing freezes, so it is held.
 *
 * @module
 */

import { text } from "../../shared/language.js";
import { html } from "../../shared/ui.js";
import { HoldButton } from "../hold-button.js";

/** @import {AttendanceAnswer, RollAnswer} from "../../shared/attendance.d.ts" */
/** @import {Desk} from "../desk.js" */
/** @import {Book} from "./book.js" */

/** Who may open and close; the server has the last word. */
const CALLING = ["admin", "host", "secretary"];

/** @param {{book: Book, desk: Desk}} props */
export function Rolls({ book, desk }) {
  const answer = book.answer.value;
  const say = text.value;
  if (!answer) return html`<section class="card"><p>${say.say("secretary.loading")}</p></section>`;
  return html`<section class="card rolls" aria-labelledby="rolls">
    <h2 id="rolls">${say.say("secretary.rolls")}</h2>
    ${answer.rolls.map((roll) => html`<${Card} key=${roll.roll} book=${book} desk=${desk} roll=${roll} />`)}
    <${Lines} answer=${answer} />
  </section>`;
}

/** @param {{book: Book, desk: Desk, roll: RollAnswer}} props */
function Card({ book, desk, roll }) {
  const say = text.value;
  const may = CALLING.includes(desk.live.role.value || desk.person.role);
  return html`<div class=${`roll roll-${roll.stage}`}>
    <h3>
      ${say.say("roll.number", { n: roll.roll })}
      <span class="roll-stage">${say.say(`roll.stage.${roll.stage}`)}</span>
    </h3>
    ${roll.stage !== "waiting" && html`<${Count} answer=${book.answer.value} roll=${roll} />`}
    ${roll.stage === "closed" && html`<p class="roll-closed">${closing(roll)}</p>`}
    ${roll.stage !== "closed" && html`<${Plan} book=${book} roll=${roll} may=${may} />`}
    ${may && roll.stage === "waiting" &&
    html`<button class="quiet" onClick=${() => void book.call(roll.roll, "open")}>
      ${say.say("roll.open", { n: roll.roll })}
    </button>`}
    ${may && roll.stage === "open" &&
    html`<${HoldButton} desk=${desk} label=${say.say("roll.close", { n: roll.roll })} seconds=${1}
      look="hold-plain hold-small" deed=${() => void book.call(roll.roll, "close")} />`}
  </div>`;
}

/** When it opens and closes by itself. @param {{book: Book, roll: RollAnswer, may: boolean}} props */
function Plan({ book, roll: { roll, opens_utc, closes_utc, stage }, may }) {
  const say = text.value;
  const at = (/** @type {string} */ utc) => say.hour(Date.parse(utc));
  return html`<p class="roll-plan">
    ${stage === "waiting" && opens_utc && say.say("plan.will_open", { at: at(opens_utc) })}
    ${" "}${closes_utc && say.say("plan.will_close", { at: at(closes_utc) })}
    ${may && html`<button class="link" onClick=${() => (book.planning.value = roll)}>${say.say("plan.set")}</button>`}
  </p>`;
}

/** @param {{answer: AttendanceAnswer|null, roll: RollAnswer}} props */
function Count({ answer, roll }) {
  const say = text.value;
  const { attended, expected } = roll.total;
  const percent = attended === null || !expected ? "–" : say.percent(attended, expected);
  const points = answer?.points.length ?? 0;
  return html`<p class="roll-count">
    <b>${attended === null ? "–" : say.number(attended)}</b>/${say.number(expected)} · ${percent}
    <span>${say.say("roll.answered", { have: roll.points_answered, of: points })}</span>
  </p>`;
}

/** By whom it was closed, at what, and what changed since. @param {RollAnswer} roll */
export function closing(roll) {
  const say = text.value;
  const at = say.hour(Date.parse(roll.closed_utc ?? ""));
  const by = roll.closed_by || say.say("roll.by_schedule");
  const frozen = roll.frozen?.attended ?? 0;
  const line = say.say("roll.closed_at", { at, by, n: frozen });
  const moved = (roll.total.attended ?? 0) - frozen;
  return moved ? `${line} ${say.say("roll.moved", { by: moved > 0 ? `+${moved}` : String(moved) })}` : line;
}

/** What is missing to the shares that are asked for. @param {{answer: AttendanceAnswer}} props */
function Lines({ answer }) {
  const say = text.value;
  return html`<ul class="roll-lines">
    ${answer.lines.map(({ share, need, missing }) => {
      const percent = `${say.number(share * 100)} %`;
      return html`<li class=${missing ? "is-missing" : "is-met"}>
        ${missing
          ? say.say("roll.line_missing", { percent, need, n: missing })
          : say.say("roll.line_met", { percent, need })}
      </li>`;
    })}
  </ul>`;
}
