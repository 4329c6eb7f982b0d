// @ts-check
/**
 * Members of other units: who was announced to us, who walked in, whom we send away.
 *
 * @module
 */

import { text } from "../../shared/language.js";
import { html, useSignal } from "../../shared/ui.js";
import { announced, confirmed, guests, incoming, outgoing } from "../guest.js";
import { newIdentity } from "../store/spool-store.js";
import { PointPicker } from "./point-picker.js";
import { Stepper } from "./stepper.js";

/** @import {Choice} from "../choice.js" */
/** @import {Desk} from "../desk.js" */
/** @import {TransferLine} from "../wire.d.ts" */

/** @param {{desk: Desk}} props */
export function Guests({ desk }) {
  const say = text.value;
  const { recorded } = desk.told.value;
  return html`<details class="card guests">
    <summary>${say.say("guest.title")}</summary>
    ${incoming(recorded).map((line) => html`<${Incoming} key=${line.transfer} desk=${desk} line=${line} />`)}
    <h3>${say.say("guest.walked_in")}</h3>
    <${Entry} desk=${desk} button=${say.say("guest.enter")}
      enter=${(/** @type {Choice} */ point, /** @type {number} */ people) => guests(point.code, people)} />
    <h3>${say.say("guest.send")}</h3>
    <${Sent} desk=${desk} />
    <${Entry} desk=${desk} button=${say.say("guest.announce")} branches
      enter=${(/** @type {Choice} */ to, /** @type {number} */ people, /** @type {string} */ branch) =>
        announced({ transfer: newIdentity(), branch, to: to.code, people })} />
  </details>`;
}

/** @param {{desk: Desk, line: TransferLine}} props */
function Incoming({ desk, line }) {
  const say = text.value;
  const people = useSignal(line.confirmed ?? line.people ?? 0);
  const enter = () => desk.enter(confirmed(line.transfer, people.value));
  return html`<div class="transfer">
    <p>${say.say("guest.incoming", { from: desk.nameOf(line.other), n: line.people ?? 0 })}</p>
    <${Stepper} label=${say.say("guest.came")} value=${people.value}
      set=${(/** @type {number} */ value) => (people.value = Math.max(0, value))} />
    <p class="soft">
      ${line.confirmed === null
        ? say.say("guest.unconfirmed")
        : say.say("guest.confirmed", { n: line.confirmed })}
    </p>
    <button class="secondary" onClick=${enter}>${say.say("guest.confirm")}</button>
  </div>`;
}

/** @param {{desk: Desk}} props */
function Sent({ desk }) {
  const say = text.value;
  return outgoing(desk.told.value.recorded).map(
    (line) => html`<div class="transfer" key=${line.transfer}>
      <p>${say.say("guest.outgoing", { to: desk.nameOf(line.other), n: line.people ?? 0 })}</p>
      <p class="soft">
        ${line.confirmed === null
          ? say.say("guest.unconfirmed")
          : say.say("guest.confirmed", { n: line.confirmed })}
      </p>
      <button class="link" onClick=${() => desk.enter(takenBack(line))}>${say.say("guest.take_back")}</button>
    </div>`,
  );
}

/** @param {TransferLine} line */
function takenBack({ transfer, branch, other }) {
  return announced({ transfer, branch, to: other ?? "", people: 0 });
}

/**
 * @param {object} props
 * @param {Desk} props.desk
 * @param {string} props.button
 * @param {boolean} [props.branches] - ask which of our branches
 * @param {(point: Choice, people: number, branch: string) => import("../guest.js").Made} props.enter
 */
function Entry({ desk, button, branches = false, enter }) {
  const say = text.value;
  const point = useSignal(/** @type {Choice|null} */ (null));
  const people = useSignal(1);
  const own = desk.told.value.point?.branches ?? [];
  const branch = useSignal("");
  const send = async () => {
    if (!point.value) return;
    const chosen = branch.value || (own.length === 1 ? "" : (own[0] ?? ""));
    if (await desk.enter(enter(point.value, people.value, chosen))) point.value = null;
  };
  return html`<div class="transfer">
    <${PointPicker} desk=${desk} chosen=${point} />
    ${branches &&
    own.length > 1 &&
    html`<label class="field">
      ${say.say("count.branch")}
      <select onChange=${(/** @type {Event} */ event) => {
        branch.value = /** @type {HTMLSelectElement} */ (event.target).value;
      }}>
        ${own.map((name) => html`<option value=${name}>${name}</option>`)}
      </select>
    </label>`}
    <${Stepper} label=${say.say("guest.people")} value=${people.value}
      set=${(/** @type {number} */ value) => (people.value = Math.max(0, value))} />
    <button class="secondary" disabled=${!point.value} onClick=${send}>${button}</button>
  </div>`;
}
