// @ts-check
/**
 * Everything that was entered on this device, and how far each entry has come: kept here, on
 * its way, recorded at the centre. The three never look alike.
 *
 * @module
 */

import { text } from "../../shared/language.js";
import { html } from "../../shared/ui.js";

/** @import {Desk} from "../desk.js" */
/** @import {Kept} from "../device/spool.js" */

const KINDS = [
  "point.checked_in",
  "roll.counted",
  "roll.marked",
  "room.answered",
  "fault.reported",
  "guest.counted",
  "guest.named",
  "transfer.announced",
  "transfer.confirmed",
];
const MARKS = { saved: "▣", sent: "➤", recorded: "✔", kept: "▲" };
const SHOWN = 20;

/** @param {{desk: Desk}} props */
export function EntryLog({ desk }) {
  const say = text.value;
  const facts = desk.facts.value.slice(-SHOWN).reverse();
  if (!facts.length) return html`<p class="soft">${say.say("log.empty")}</p>`;
  return html`<ul class="log">
    ${facts.map((fact) => html`<li key=${fact.id}><${EntryLine} desk=${desk} fact=${fact} /></li>`)}
  </ul>`;
}

/** @param {{desk: Desk, fact: Kept}} props */
export function EntryLine({ desk, fact }) {
  const stage = desk.stage(fact);
  const more = remarkOf(fact);
  return html`<div class=${`entry entry-${stage}`}>
    <p class="entry-what">${whatOf(fact)}</p>
    <p class="entry-stage">
      <span aria-hidden="true">${MARKS[stage]}</span> ${stageText(fact, stage)}
    </p>
    ${more && html`<p class="entry-remark">${more}</p>`}
  </div>`;
}

/** The entry's state in words. @param {Kept} fact @param {import("../device/spool.js").Stage} stage */
function stageText({ recorded_utc, entered_utc }, stage) {
  const say = text.value;
  const at = say.hour(Date.parse(recorded_utc ?? entered_utc));
  return say.say(`stage.${stage}`, { at });
}

/** @param {Kept} fact */
function whatOf({ kind, body }) {
  const say = text.value;
  if (!KINDS.includes(kind)) return say.say("entry.other", { kind });
  const { branches = [], roll = 0, what = "", picture = "", sound = "", people = 0 } =
    /** @type {{branches?: {present?: number, reported?: number}[], roll?: number, what?: string,
     *   picture?: string, sound?: string, people?: number}} */ (body);
  if (kind === "roll.marked") return markedText(/** @type {any} */ (body));
  const n = branches.reduce((all, one) => all + (one.present ?? one.reported ?? 0), people);
  const key = kind.replace(".", "_");
  if (kind === "fault.reported") return say.say("entry.fault_reported", { what: say.say(`trouble.${what}`) });
  if (kind === "room.answered")
    return say.say("entry.room_answered", {
      picture: say.say(`answer.${picture}`),
      sound: say.say(`answer.${sound}`),
    });
  return say.say(`entry.${key}`, { n, roll });
}

/** @param {{roll: number, others?: string, marks: object}} body */
function markedText({ roll, others, marks }) {
  const rest = others === "present" ? "entry.roll_marked_rest" : "entry.roll_marked";
  return text.value.say(rest, { roll, n: Object.keys(marks).length });
}

/** @param {Kept} fact */
function remarkOf({ note, remark }) {
  const say = text.value;
  if (note) return say.knows(`note.${note}`) ? say.say(`note.${note}`) : say.say("note.other", { code: note });
  if (!remark) return "";
  return say.knows(`remark.${remark}`) ? say.say(`remark.${remark}`) : say.say("remark.other", { code: remark });
}
