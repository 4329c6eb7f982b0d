// @ts-check
/**
 * Counting heads, by branch.
 *
 * @module
 */

import { text } from "../../shared/language.js";
import { html, useSignal } from "../../shared/ui.js";
import { EXCUSES, sums } from "../count.js";
import { Stepper } from "./stepper.js";

/** @import {Counting} from "../counting.js" */
/** @import {Line, Task} from "../count.js" */

/** @param {{counting: Counting, entered: () => void}} props */
export function CountForm({ counting, entered }) {
  const say = text.value;
  const task = counting.task.value;
  const lines = counting.lines.value;
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (await counting.enter()) entered();
  };
  return html`<form class="card count" onSubmit=${submit}>
    <h2>${titleOf(task)}</h2>
    <${Tasks} counting=${counting} />
    ${task.stage === "closed" && html`<p class="note">${say.say("count.closed")}</p>`}
    ${lines.map(
      (line, index) => html`<${Branch} key=${`${task.roll} ${line.branch}`} line=${line}
        counting=${counting} index=${index} only=${lines.length === 1} />`,
    )}
    ${lines.length > 1 && html`<${Sum} lines=${lines} />`}
    <${Worry} counting=${counting} />
    <button class="primary" disabled=${counting.busy.value}>${say.say("count.send")}</button>
  </form>`;
}

/** @param {Task} task */
export function titleOf({ roll }) {
  return roll === 0 ? text.value.say("count.check_in") : text.value.say("count.roll", { roll });
}

/** What can be counted. @param {{counting: Counting}} props */
export function Tasks({ counting }) {
  const all = counting.tasks.value;
  if (all.length < 2) return null;
  return html`<div class="chips" role="group" aria-label=${text.value.say("count.which")}>
    ${all.map(
      (task) => html`<button type="button" aria-pressed=${String(task.roll === counting.task.value.roll)}
        onClick=${() => counting.pick(task.roll)}>${titleOf(task)}</button>`,
    )}
  </div>`;
}

/** @type {import("../count.js").Figure[]} */
const MORE = ["excused", "guests", "exempt", "late", "left_early"];

/** @param {{line: Line, counting: Counting, index: number, only: boolean}} props */
function Branch({ line, counting, index, only }) {
  const say = text.value;
  const more = useSignal(MORE.some((figure) => line[figure] > 0));
  const step = (/** @type {import("../count.js").Figure} */ figure, big = false) =>
    html`<${Stepper} label=${say.say(`count.${figure}`)} value=${line[figure]} big=${big}
      set=${(/** @type {number} */ value) => counting.set(index, figure, value)} />`;
  return html`<fieldset class="branch">
    <legend>${line.branch || say.say("count.branch")}</legend>
    ${line.expected !== null &&
    html`<p class="expected">
      ${say.say("count.expected", { n: line.expected })}
      ${" · "}<b>${absent(line)}</b>
    </p>`}
    ${step("present", true)}
    ${only &&
    line.expected !== null &&
    html`<button type="button" class="quick" onClick=${() => counting.all()}>
      ${say.say("count.all", { n: line.expected })}
    </button>`}
    ${more.value
      ? html`<div class="more">
          ${step("excused")}
          ${line.excused > 0 && html`<${Excuses} line=${line} counting=${counting} index=${index} />`}
          ${MORE.slice(1).map((figure) => step(figure))}
        </div>`
      : html`<button type="button" class="link" onClick=${() => (more.value = true)}>
          ${say.say("count.more_figures")}
        </button>`}
  </fieldset>`;
}

/** Why, of those excused; asked, not demanded. @param {{line: Line, counting: Counting, index: number}} props */
function Excuses({ line, counting, index }) {
  const say = text.value;
  return html`<details class="excuses">
    <summary>${say.say("count.why")}</summary>
    ${EXCUSES.map(
      (why) => html`<${Stepper} key=${why} label=${say.say(`excuse.${why}`)} value=${line.excuses[why] ?? 0}
        set=${(/** @type {number} */ value) => counting.setExcuse(index, why, value)} />`,
    )}
  </details>`;
}

/** @param {Line} line */
function absent({ expected, present }) {
  const missing = (expected ?? 0) - present;
  if (missing < 0) return text.value.say("count.over", { n: -missing });
  return missing ? text.value.say("count.absent", { n: missing }) : text.value.say("count.complete");
}

/** @param {{lines: Line[]}} props */
function Sum({ lines }) {
  const { expected, present } = sums(lines);
  const of = expected === null ? String(present) : `${present}/${expected}`;
  return html`<p class="sum">${text.value.say("count.sum", { of })}</p>`;
}

/** @param {{counting: Counting}} props */
function Worry({ counting }) {
  const worried = counting.worry.value;
  if (!worried) return null;
  return html`<div class="note">
    <p role="status">${text.value.say(`worry.${worried}`)}</p>
    ${worried === "more_than_expected" &&
    html`<label class="field">
      ${text.value.say("count.word")}
      <input maxlength="300" value=${counting.note.value}
        onInput=${(/** @type {Event} */ event) => {
          counting.note.value = /** @type {HTMLInputElement} */ (event.target).value;
        }} />
    </label>`}
  </div>`;
}
