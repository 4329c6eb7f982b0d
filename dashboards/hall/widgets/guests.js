// @ts-check
/**
 * Members of other units: who was announced to us, who walked in, whom we send away.
 *
 * @module
 */

import { text } from "../../shared/language.js";
import { html, useSignal } from "../../shared/ui.js";
import { announced, confirmed, guests, incoming, outgoing } from "../guest.js";
import { membersOf } from "../names.js";
import { newIdentity } from "../store/spool-store.js";
import { GuestNames } from "./guest-name.js";
import { MakeUp } from "./make-up.js";
import { MemberPicker } from "./member-picker.js";
import { PointPicker } from "./point-picker.js";
import { Stepper } from "./stepper.js";

/** @import {Calling} from "../calling.js" */
/** @import {Choice} from "../choice.js" */
/** @import {Desk} from "../desk.js" */
/** @import {TransferLine} from "../wire.d.ts" */
/** @import {Signal} from "../../vendor/signals.js" */

/** What is typed of guests or of a transfer. @typedef {{point: Choice, people: number, branch: string, members: string[], makes_up: string}} Given */

/** @param {{desk: Desk, calling: Calling}} props */
export function Guests({ desk, calling }) {
  const say = text.value;
  const { recorded, rolls } = desk.told.value;
  return html`<details class="card guests">
    <summary>${say.say("guest.title")}</summary>
    ${incoming(recorded).map((line) => html`<${Incoming} key=${line.transfer} desk=${desk} line=${line} />`)}
    <h3>${say.say("guest.walked_in")}</h3>
    ${rolls?.names && html`<${GuestNames} desk=${desk} />`}
    <${Entry} desk=${desk} calling=${calling} button=${say.say("guest.enter")}
      enter=${(/** @type {Given} */ { point, people, makes_up }) => guests(point.code, people, makes_up)} />
    <h3>${say.say("guest.send")}</h3>
    <${Sent} desk=${desk} />
    <${Entry} desk=${desk} calling=${calling} button=${say.say("guest.announce")} outgoing
      enter=${(/** @type {Given} */ { point, ...given }) => announced({ ...given, transfer: newIdentity(), to: point.code })} />
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
        ? say.say("guest.here_unconfirmed")
        : say.say("guest.here_confirmed", { n: line.confirmed })}
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
 * @param {Calling} props.calling
 * @param {string} props.button
 * @param {boolean} [props.outgoing] - of our own: which branch, and who where names are known
 * @param {(given: Given) => import("../guest.js").Made} props.enter
 */
function Entry({ desk, calling, button, outgoing: own = false, enter }) {
  const say = text.value;
  const point = useSignal(/** @type {Choice|null} */ (null));
  const people = useSignal(1);
  const missed = useSignal("");
  const members = useSignal(/** @type {string[]} */ ([]));
  const names = desk.told.value.point?.branches ?? [];
  const branch = useSignal("");
  const chosen = branch.value || (names[0] ?? "");
  const list = own ? calling.list.value : null;
  const listed = list && membersOf(list, chosen).length > 0 ? list : null;
  const send = async () => {
    if (!point.value) return;
    const given = { branch: names.length === 1 ? "" : chosen, makes_up: missed.value };
    const count = members.value.length || people.value;
    if (await desk.enter(enter({ ...given, point: point.value, people: count, members: members.value })))
      [point.value, members.value, missed.value] = [null, [], ""];
  };
  return html`<div class="transfer">
    <${PointPicker} desk=${desk} chosen=${point} />
    ${own && names.length > 1 && html`<${BranchChoice} names=${names} chosen=${branch} members=${members} />`}
    ${listed && html`<${MemberPicker} list=${listed} branch=${chosen} chosen=${members} />`}
    ${members.value.length === 0 &&
    html`<${Stepper} label=${say.say("guest.people")} value=${people.value}
      set=${(/** @type {number} */ value) => (people.value = Math.max(0, value))} />`}
    <${MakeUp} desk=${desk} chosen=${missed} />
    <button class="secondary" disabled=${!point.value} onClick=${send}>${button}</button>
  </div>`;
}

/**
 * @param {object} props
 * @param {string[]} props.names
 * @param {Signal<string>} props.chosen
 * @param {Signal<string[]>} props.members - of the branch that was chosen
 */
function BranchChoice({ names, chosen, members }) {
  return html`<label class="field">
    ${text.value.say("count.branch")}
    <select onChange=${(/** @type {Event} */ event) => {
      chosen.value = /** @type {HTMLSelectElement} */ (event.target).value;
      members.value = [];
    }}>
      ${names.map((name) => html`<option value=${name}>${name}</option>`)}
    </select>
  </label>`;
}
