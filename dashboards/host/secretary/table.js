// @ts-check
/**
 * The table of who is here: by unit, point or branch, all roll calls side by side.
 *
 * @module
 */

import { text } from "../../shared/language.js";
import { html } from "../../shared/ui.js";
import { closing } from "./rolls.js";
import { answered, shown } from "./rows.js";

/** @import {AttendanceAnswer, SumAnswer} from "../../shared/attendance.d.ts" */
/** @import {Book} from "./book.js" */
/** @import {Line, View} from "./rows.js" */

/** @param {{book: Book}} props */
export function Table({ book }) {
  const answer = book.answer.value;
  if (!answer) return null;
  const found = shown(answer, book.view.value);
  return html`
    <${Paper} answer=${answer} />
    <${Tools} book=${book} count=${found.length} />
    <div class="scroll" tabindex="0" role="region" aria-label=${text.value.say("secretary.tab.table")}>
      <table class="sums">
        <thead><${Head} book=${book} answer=${answer} /></thead>
        <tbody>
          ${found.map((line) => html`<${Row} key=${line.key} book=${book} answer=${answer} line=${line} />`)}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">${text.value.say("secretary.all")}</th>
            <${Numbers} checkIn=${answer.total} rolls=${answer.rolls.map((roll) => roll.total)} />
            <td></td>
          </tr>
        </tfoot>
      </table>
    </div>
    <div class="signatures" aria-hidden="true">
      ${["sign_secretary", "sign_chair"].map(
        (who) => html`<p>
          ${text.value.say(`secretary.${who}`)} <small>${text.value.say("secretary.sign_how")}</small>
        </p>`,
      )}
    </div>
  `;
}

/** The head of the printed table. @param {{answer: AttendanceAnswer}} props */
function Paper({ answer: { title, start_utc, now_utc, rolls } }) {
  const say = text.value;
  const [start, now] = [Date.parse(start_utc), Date.parse(now_utc)];
  const open = rolls.filter(({ stage }) => stage !== "closed").map(({ roll }) => roll);
  return html`<div class="paper-head" aria-hidden="true">
    <h2>${say.say("secretary.paper")}</h2>
    <p>${title}, ${say.date(start)}</p>
    <p>${say.say("secretary.paper_now", { at: say.hour(now), date: say.date(now) })}</p>
    ${rolls.map(
      (roll) => roll.frozen && html`<p key=${roll.roll}>${say.say("roll.number", { n: roll.roll })}: ${closing(roll)}</p>`,
    )}
    ${open.length > 0 && html`<p>${say.say("secretary.paper_open", { rolls: open.join(", ") })}</p>`}
  </div>`;
}

/** @type {View["by"][]} */
const GROUPS = ["units", "points", "branches"];

/** @param {{book: Book, count: number}} props */
function Tools({ book, count }) {
  const say = text.value;
  const view = book.view.value;
  const change = (/** @type {Partial<View>} */ part) => (book.view.value = { ...view, ...part });
  return html`<div class="tools">
    <span class="group" role="group" aria-label=${say.say("secretary.by")}>
      ${GROUPS.map(
        (by) =>
          html`<button class="quiet" aria-pressed=${String(view.by === by)}
            onClick=${() => change({ by })}>${say.say(`secretary.by.${by}`)}</button>`,
      )}
    </span>
    <input type="search" placeholder=${say.say("secretary.search")} value=${view.query}
      aria-label=${say.say("secretary.search")}
      onInput=${(/** @type {Event} */ event) =>
        change({ query: /** @type {HTMLInputElement} */ (event.target).value })} />
    <label class="check">
      <input type="checkbox" checked=${view.silentOnly}
        onChange=${() => change({ silentOnly: !view.silentOnly })} />
      ${say.say("secretary.silent_only")}
    </label>
    <span class="tools-count" role="status">${say.say("secretary.lines", { n: count })}</span>
  </div>`;
}

/** @param {{book: Book, answer: AttendanceAnswer}} props */
function Head({ book, answer }) {
  const say = text.value;
  return html`<tr>
    <${Sorter} book=${book} column="name" label=${say.say(`secretary.name.${book.view.value.by}`)} />
    <${Sorter} book=${book} column="expected" label=${say.say("secretary.expected")} />
    <${Sorter} book=${book} column="check_in" label=${say.say("secretary.check_in")} />
    ${answer.rolls.map(
      ({ roll }) => html`
        <${Sorter} book=${book} column=${String(roll)} label=${say.say("secretary.roll", { n: roll })} />
        <th scope="col">%</th>
        <th scope="col">${say.say("secretary.excused")}</th>
        <th scope="col">${say.say("secretary.guests")}</th>
      `,
    )}
    <th scope="col">${say.say("secretary.contact")}</th>
  </tr>`;
}

/** @param {{book: Book, column: string, label: string}} props */
function Sorter({ book, column, label }) {
  const view = book.view.value;
  const own = view.column === column;
  const sort = own ? (view.down ? "descending" : "ascending") : "none";
  const click = () => (book.view.value = { ...view, column, down: own && !view.down });
  return html`<th scope="col" aria-sort=${sort}>
    <button onClick=${click}>${label}<span aria-hidden="true">${own ? (view.down ? " ▼" : " ▲") : ""}</span></button>
  </th>`;
}

/** @param {{book: Book, answer: AttendanceAnswer, line: Line}} props */
function Row({ book, answer, line }) {
  const say = text.value;
  const quiet = line.checkIn.branches > 0 && !answered(line, answer.current_roll);
  return html`<tr class=${quiet ? "is-quiet" : ""}>
    <th scope="row">
      ${line.name || say.say("secretary.branch_unknown")}
      ${line.code && html`<small>${line.code} · ${line.under}</small>`}
    </th>
    <${Numbers} checkIn=${line.checkIn} rolls=${line.rolls} />
    <td class="contact">
      ${quiet && html`<b>${say.say("secretary.silent")}</b>`}
      ${line.phone && html`<a href=${`tel:${line.phone}`}>${line.who} ${line.phone}</a>`}
      ${line.code &&
      html`<button class="link" onClick=${() => (book.counting.value = line.code)}>
        ${say.say("secretary.enter")}
      </button>`}
    </td>
  </tr>`;
}

/** @param {{checkIn: SumAnswer, rolls: SumAnswer[]}} props */
function Numbers({ checkIn, rolls }) {
  return html`
    <td>${text.value.number(checkIn.expected)}</td>
    <td>${number(checkIn.reported)}</td>
    ${rolls.map(
      (sums) => html`
        <td class=${sums.corrected ? "is-corrected" : ""}>
          <b>${number(sums.attended)}</b>
          ${sums.elsewhere > 0 && html`<small>${text.value.say("secretary.elsewhere", { n: sums.elsewhere })}</small>`}
          ${sums.corrected > 0 && html`<small>${text.value.say("secretary.corrected")}</small>`}
        </td>
        <td>${share(sums)}</td>
        <td>${sums.answered ? text.value.number(sums.excused) : "–"}</td>
        <td>${text.value.number(sums.guests)}</td>
      `,
    )}
  `;
}

/** @param {number|null} value */
function number(value) {
  return value === null ? "–" : text.value.number(value);
}

/** @param {SumAnswer} sums */
function share({ attended, expected }) {
  return attended === null || !expected ? "–" : text.value.percent(attended, expected);
}
