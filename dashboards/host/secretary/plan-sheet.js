// @ts-check
/**
 * Planning a roll call: when it opens and closes by itself. An empty field takes a moment back.
 *
 * @module
 */

import { text } from "../../shared/language.js";
import { html, useSignal } from "../../shared/ui.js";
import { Dialog } from "../../shared/widgets/dialog.js";
import { momentOf, timeOf } from "./plan.js";

/** @import {Signal} from "../../vendor/signals.js" */
/** @import {Book} from "./book.js" */

/** @param {{book: Book, number: number}} props */
export function PlanSheet({ book, number }) {
  const say = text.value;
  const answer = book.answer.value;
  const roll = answer?.rolls.find((one) => one.roll === number);
  const [opens, closes] = [useSignal(timeOf(roll?.opens_utc ?? null)), useSignal(timeOf(roll?.closes_utc ?? null))];
  const close = () => (book.planning.value = null);
  if (!answer || !roll) return null;
  const early = Boolean(opens.value && closes.value && closes.value < opens.value);
  const send = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const plan = {
      opens_utc: momentOf(answer.start_utc, opens.value),
      closes_utc: momentOf(answer.start_utc, closes.value),
    };
    if (!early && (await book.plan(number, plan))) close();
  };
  return html`<${Dialog} title=${say.say("plan.title", { n: number })} close=${close}>
    <form onSubmit=${send}>
      <p>${say.say("plan.day", { date: say.date(Date.parse(answer.start_utc)) })}</p>
      <${Time} label=${say.say("plan.opens")} value=${opens} off=${roll.stage !== "waiting"} />
      <${Time} label=${say.say("plan.closes")} value=${closes} off=${false} />
      <p class="plan-fault" role="alert" hidden=${!early}>${say.say("plan.early")}</p>
      <button class="quiet">${say.say("plan.save")}</button>
    </form>
  <//>`;
}

/** @param {{label: string, value: Signal<string>, off: boolean}} props */
function Time({ label, value, off }) {
  return html`<label class="sheet-field">
    <span>${label}</span>
    <input type="time" value=${value.value} disabled=${off}
      onInput=${(/** @type {Event} */ event) => {
        value.value = /** @type {HTMLInputElement} */ (event.target).value;
      }} />
  </label>`;
}
