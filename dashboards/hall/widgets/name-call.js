// @ts-check
/**
 * A roll call by names: search, tap, "everybody else is here". Every tap is an entry of its own.
 *
 * @module
 */

import { text } from "../../shared/language.js";
import { html } from "../../shared/ui.js";
import { found, inOrder, restPresent, tally, words } from "../names.js";
import { Tasks, titleOf } from "./count-form.js";
import { NameRow } from "./name-row.js";

/** @import {Calling} from "../calling.js" */
/** @import {Counting} from "../counting.js" */
/** @import {Desk} from "../desk.js" */
/** @import {List} from "../names.js" */

/** @param {{calling: Calling, counting: Counting, desk: Desk}} props */
export function NameCall({ calling, counting, desk }) {
  const say = text.value;
  const list = /** @type {List} */ (calling.list.value);
  const branches = calling.branches.value;
  const shown = branches.find(({ branch }) => branch === calling.branch.value) ?? branches[0];
  const task = counting.task.value;
  const at = { branch: shown?.branch ?? "", roll: task.roll };
  const members = inOrder(shown?.members ?? []);
  const said = words(list, at, desk.facts.value);
  const fitting = found(members, calling.query.value);
  return html`<section class="card count names" aria-labelledby="names-title">
    <h2 id="names-title">${titleOf(task)}</h2>
    <${Tasks} counting=${counting} />
    ${task.stage === "closed" && html`<p class="note">${say.say("count.closed")}</p>`}
    ${branches.length > 1 && html`<${Branches} calling=${calling} shown=${at.branch} />`}
    <${Sums} sums=${tally(members, said)} />
    <button class="primary" onClick=${() => calling.enter(restPresent(at, members, said))}>
      ${say.say("names.rest_present")}
    </button>
    <p class="soft">${say.say("names.how")}</p>
    <label class="field">
      ${say.say("names.search")}
      <input type="search" autocomplete="off" value=${calling.query.value}
        onInput=${(/** @type {Event} */ event) => {
          calling.query.value = /** @type {HTMLInputElement} */ (event.target).value;
        }} />
    </label>
    ${!fitting.length && html`<p class="soft" role="status">${say.say("names.none")}</p>`}
    <ul class="name-list">
      ${fitting.map(
        (member) => html`<${NameRow} key=${member.ref} calling=${calling} desk=${desk} at=${at}
          member=${member} word=${said.get(member.ref)} />`,
      )}
    </ul>
    <p class="soft">${say.say("names.kept")}</p>
    <button class="link" onClick=${() => (calling.byHeads.value = true)}>${say.say("names.by_heads")}</button>
  </section>`;
}

/** @param {{sums: ReturnType<typeof tally>}} props */
function Sums({ sums }) {
  const say = text.value;
  const more = /** @type {const} */ (["excused", "absent", "unmarked", "exempt"]).filter((kind) => sums[kind]);
  return html`<p class="name-sums" role="status">
    <b>${say.say("names.sums", { have: sums.present, expected: sums.expected })}</b>
    ${more.map((kind) => html`<span key=${kind}>${say.say(`names.sum.${kind}`, { n: sums[kind] })}</span>`)}
  </p>`;
}

/** @param {{calling: Calling, shown: string}} props */
function Branches({ calling, shown }) {
  return html`<label class="field">
    ${text.value.say("count.branch")}
    <select value=${shown} onChange=${(/** @type {Event} */ event) => {
      calling.branch.value = /** @type {HTMLSelectElement} */ (event.target).value;
    }}>
      ${calling.branches.value.map(
        ({ branch, members }) => html`<option value=${branch}>${branch} (${members.length})</option>`,
      )}
    </select>
  </label>`;
}
