// @ts-check
/**
 * The door of the hall: code, point, and what this device is.
 *
 * @module
 */

import { text } from "../../shared/language.js";
import { html, useRef } from "../../shared/ui.js";
import { LanguageSwitch } from "../../shared/widgets/language-switch.js";
import { SHOWN } from "../joining.js";

/** @import {Choice} from "../choice.js" */
/** @import {Joining} from "../joining.js" */

const FAULTS = [
  "unknown_code",
  "code_used",
  "code_expired",
  "code_revoked",
  "wrong_role",
  "wrong_point",
  "unknown_point",
  "too_many_tries",
  "too_many_devices",
  "unreachable",
];

/** @param {{joining: Joining, note?: string}} props */
export function Join({ joining, note = "" }) {
  const say = text.value;
  const step = joining.step.value;
  return html`<main class="hall join">
    <div class="join-top">
      <p class="product">${say.say("page.product")}</p>
      <${LanguageSwitch} />
    </div>
    ${note && html`<p class="card card-warn" role="alert">${note}</p>`}
    ${step === "code" && html`<${CodeStep} joining=${joining} />`}
    ${step === "point" && html`<${PointStep} joining=${joining} />`}
    ${step === "confirm" && html`<${ConfirmStep} joining=${joining} />`}
    <${Fault} joining=${joining} />
    <p class="plain"><a href="/hall/plain">${say.say("hall.plain")}</a></p>
  </main>`;
}

/** @param {{joining: Joining}} props */
function Fault({ joining }) {
  const fault = joining.fault.value;
  const key = FAULTS.includes(fault) ? `join_fault.${fault}` : "join_fault.other";
  return html`<p class="fault" role="alert">
    ${fault && text.value.say(key, { code: fault })}
  </p>`;
}

/** @param {{joining: Joining}} props */
function CodeStep({ joining }) {
  const say = text.value;
  const field = useRef(/** @type {HTMLInputElement|null} */ (null));
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    const code = field.current?.value.trim();
    if (code) void joining.tryCode(code);
  };
  return html`<form onSubmit=${submit}>
    <h1>${say.say("hall.code_title")}</h1>
    <p>${say.say("hall.code_how")}</p>
    <label for="code">${say.say("hall.code")}</label>
    <input id="code" class="big" ref=${field} autocomplete="off" autocapitalize="characters"
      spellcheck=${false} required maxlength="40" />
    <button class="primary" disabled=${joining.busy.value}>
      ${say.say(joining.busy.value ? "hall.busy" : "hall.next")}
    </button>
  </form>`;
}

/** @param {{joining: Joining}} props */
function PointStep({ joining }) {
  const say = text.value;
  const found = joining.found.value;
  return html`<section>
    <h1>${say.say("hall.point_title")}</h1>
    <label for="find">${say.say("hall.find")}</label>
    <input id="find" type="search" autocomplete="off" value=${joining.query.value}
      onInput=${(/** @type {Event} */ event) => {
        joining.query.value = /** @type {HTMLInputElement} */ (event.target).value;
      }} />
    <p class="soft" role="status">${say.say("hall.found", { n: found.length })}</p>
    <ul class="choices">
      ${found.slice(0, SHOWN).map(
        (point) => html`<li key=${point.code}>
          <button onClick=${() => joining.choose(point)}><${PointName} point=${point} /></button>
        </li>`,
      )}
    </ul>
  </section>`;
}

/** @param {{point: Choice}} props */
function PointName({ point }) {
  return html`<b>${point.name}</b>
    <span class="soft">${[point.code, point.unit, point.place].filter(Boolean).join(" · ")}</span>`;
}

/** @param {{joining: Joining}} props */
function ConfirmStep({ joining }) {
  const say = text.value;
  const point = /** @type {Choice} */ (joining.chosen.value);
  const busy = joining.busy.value;
  return html`<section>
    <h1>${say.say("hall.confirm_title")}</h1>
    <p class="card chosen"><${PointName} point=${point} /></p>
    <p>${say.say("hall.role_title")}</p>
    <button class="primary role" disabled=${busy} onClick=${() => joining.join("phone")}>
      <b>${say.say("hall.role_phone")}</b>
      <span>${say.say("hall.role_phone_how")}</span>
    </button>
    <button class="secondary role" disabled=${busy} onClick=${() => joining.join("screen")}>
      <b>${say.say("hall.role_screen")}</b>
      <span>${say.say("hall.role_screen_how")}</span>
    </button>
    <button class="link" onClick=${() => joining.back()}>${say.say("hall.other_point")}</button>
  </section>`;
}
