// @ts-check
/**
 * Entering a head count for a hall that said it by telephone. The secretary is its author.
 *
 * @module
 */

import { text } from "../../shared/language.js";
import { html, useSignal } from "../../shared/ui.js";
import { Dialog } from "../../shared/widgets/dialog.js";

/** @import {BranchLine, PointLine} from "../../shared/attendance.d.ts" */
/** @import {Signal} from "../../vendor/signals.js" */
/** @import {Book} from "./book.js" */

const FIELDS = /** @type {const} */ (["present", "excused", "exempt", "guests"]);
const MOST = 1_000_000;

/** @typedef {Record<string, Record<string, string>>} Typed - by branch and field */

/** @param {{book: Book, code: string}} props */
export function CountSheet({ book, code }) {
  const say = text.value;
  const typed = useSignal(/** @type {Typed} */ ({}));
  const note = useSignal("");
  const roll = useSignal(String(book.answer.value?.current_roll ?? 0));
  const answer = book.answer.value;
  const point = answer?.points.find((one) => one.code === code);
  const close = () => (book.counting.value = null);
  if (!answer || !point) return null;
  const send = async () => {
    if (await book.count(order(code, Number(roll.value), typed.value, note.value))) close();
  };
  const ready = complete(typed.value);
  return html`<${Dialog} title=${`${point.code} · ${point.name}`} close=${close} wide>
    <label class="sheet-field">
      <span>${say.say("count_sheet.when")}</span>
      <select value=${roll.value} onChange=${set(roll)}>
        <option value="0">${say.say("secretary.check_in")}</option>
        ${answer.rolls
          .filter(({ stage }) => stage !== "waiting")
          .map(({ roll: n }) => html`<option value=${String(n)}>${say.say("roll.number", { n })}</option>`)}
      </select>
    </label>
    <${Fields} point=${point} typed=${typed} />
    <label class="sheet-field">
      <span>${say.say("count_sheet.note")}</span>
      <input value=${note.value} maxlength="500" onInput=${set(note)} />
    </label>
    <button class="quiet" aria-disabled=${String(!ready)} onClick=${() => ready && void send()}>
      ${say.say("count_sheet.send")}
    </button>
  <//>`;
}

/** @param {{point: PointLine, typed: Signal<Typed>}} props */
function Fields({ point, typed }) {
  const say = text.value;
  const known = point.branches.filter(({ branch }) => branch !== "");
  return html`<table class="sums count-sheet">
    <thead>
      <tr>
        <th scope="col">${say.say("secretary.name.branches")}</th>
        ${FIELDS.map((field) => html`<th scope="col">${say.say(`count_sheet.${field}`)}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${known.map((line) => html`<${Branch} key=${line.branch} line=${line} typed=${typed} />`)}
    </tbody>
  </table>`;
}

/** @param {{line: BranchLine, typed: Signal<Typed>}} props */
function Branch({ line, typed }) {
  const say = text.value;
  const own = typed.value[line.branch] ?? {};
  const put = (/** @type {string} */ field) => (/** @type {Event} */ event) => {
    const value = /** @type {HTMLInputElement} */ (event.target).value;
    typed.value = { ...typed.value, [line.branch]: { ...own, [field]: value } };
  };
  return html`<tr>
    <th scope="row">${line.branch}<small>${say.say("count_sheet.expected", { n: line.check_in.expected })}</small></th>
    ${FIELDS.map(
      (field) =>
        html`<td><input inputmode="numeric" value=${own[field] ?? ""} size="4"
          aria-label=${`${line.branch}: ${say.say(`count_sheet.${field}`)}`}
          aria-invalid=${String(!sound(own[field]))} onInput=${put(field)} /></td>`,
    )}
  </tr>`;
}

/** @param {Signal<string>} signal */
function set(signal) {
  return (/** @type {Event} */ event) => {
    signal.value = /** @type {HTMLInputElement} */ (event.target).value;
  };
}

/** A number of people, or nothing yet. @param {string} [value] */
function sound(value = "") {
  return value === "" || (/^\d{1,7}$/.test(value) && Number(value) <= MOST);
}

/** At least one branch has a count, and whatever is typed is a number. @param {Typed} typed */
function complete(typed) {
  const branches = Object.values(typed);
  const all = branches.every((one) => Object.values(one).every(sound));
  return all && branches.some(({ present = "" }) => present !== "");
}

/** @param {string} point @param {number} roll @param {Typed} typed @param {string} note */
function order(point, roll, typed, note) {
  const counted = Object.entries(typed).filter(([, { present = "" }]) => present !== "");
  const branches = counted.map(([branch, own]) => ({
    branch,
    ...Object.fromEntries(FIELDS.map((field) => [field, Number(own[field] ?? 0)])),
  }));
  return { point, roll, branches, note };
}
