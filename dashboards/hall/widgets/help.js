// @ts-check
/**
 * Asking for help: a fault in one tap, the technician by telephone, and what to do without a
 * line at all.
 *
 * @module
 */

import { text } from "../../shared/language.js";
import { html, useSignal } from "../../shared/ui.js";

/** @import {Desk} from "../desk.js" */

export const FAULTS = [
  "no_picture",
  "no_sound",
  "frozen",
  "bad_sound",
  "echo",
  "network",
  "power",
  "other",
];

/** @param {{desk: Desk}} props */
export function Help({ desk }) {
  const say = text.value;
  const reported = useSignal("");
  const report = async (/** @type {string} */ what) => {
    if (await desk.enter({ kind: "fault.reported", body: { what, note: "" } })) reported.value = what;
  };
  return html`<section class="card">
    <h2>${say.say("hall_help.title")}</h2>
    <p>${say.say("hall_help.how")}</p>
    <div class="faults">
      ${FAULTS.map(
        (what) => html`<button class="secondary" onClick=${() => report(what)}>
          ${say.say(`trouble.${what}`)}
        </button>`,
      )}
    </div>
    <p role="status">
      ${reported.value && say.say("hall_help.told", { what: say.say(`trouble.${reported.value}`) })}
    </p>
    <${Call} desk=${desk} />
  </section>`;
}

/** @param {{desk: Desk}} props */
export function Call({ desk }) {
  const say = text.value;
  const hotline = desk.told.value.seen?.hotline ?? "";
  if (!hotline) return html`<p class="soft">${say.say("hall_help.no_hotline")}</p>`;
  return html`<a class="primary call" href=${`tel:${hotline.replace(/[^\d+]/g, "")}`}>
    ${say.say("hall_help.call", { phone: hotline })}
  </a>`;
}

/** Shown while there is no line. @param {{desk: Desk}} props */
export function WithoutLine({ desk }) {
  const say = text.value;
  return html`<section class="card card-warn">
    <h2>${say.say("offline.title")}</h2>
    <p>${say.say("offline.kept")}</p>
    <ol class="steps">
      <li>${say.say("offline.mobile")}</li>
      <li>${say.say("offline.sound")}</li>
      <li>${say.say("offline.papers")}</li>
    </ol>
    <${Call} desk=${desk} />
    <button class="secondary" onClick=${() => desk.retryNow()}>${say.say("link.retry_now")}</button>
  </section>`;
}
