// @ts-check
/**
 * What can be asked of a hall's devices, and how each order stands: sent, done, refused or
 * without an answer. A message goes to the operator's phone, never to the screen.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { html, useEffect, useMemo, useSignal } from "../shared/ui.js";
import { Age } from "../shared/widgets/age.js";
import { giveOrder, readOrders } from "./api.js";
import { Deed, DeedLine } from "./deed.js";
import { RenditionChoice, Sending } from "./rendition.js";

/** @import {PointView} from "../shared/wire.d.ts" */
/** @import {OrderView} from "./answer.d.ts" */
/** @import {View} from "./view.js" */

const ACTIONS = /** @type {const} */ (["rejoin_media", "restart_reception", "ask_room"]);
const POLL_MS = 1_000;

/** @param {{point: PointView, view: View}} props */
export function Orders({ point, view }) {
  const { code } = point;
  const say = text.value;
  const deed = useMemo(() => new Deed(), [code]);
  const words = useSignal("");
  const { orders, look } = useOrders(code);
  const typed = words.value.trim();
  const give = async (/** @type {string} */ action) => {
    const answer = await deed.run(() => giveOrder(code, action, action === "show_message" ? typed : ""));
    if (answer?.kind === "done" && action === "show_message") words.value = "";
    look();
  };
  return html`<h3 class="detail-head">${say.say("rendition.title")}</h3>
    <${Sending} point=${point} />
    ${view.tends() && html`<${RenditionChoice} point=${point} deed=${deed} look=${look} />`}
    <h3 class="detail-head">${say.say("task.title")}</h3>
    ${view.tends() &&
    html`<div class="deeds">
      <div class="deeds-row">
        ${ACTIONS.map(
          (action) =>
            html`<button class="deed" onClick=${() => void give(action)}>
              ${say.say(`task.${action}`)}
            </button>`,
        )}
      </div>
      <label class="deeds-words">
        <span>${say.say("task.words")}</span>
        <input class="search" maxlength="500" value=${words.value}
          onInput=${(/** @type {Event} */ event) => {
            words.value = /** @type {HTMLInputElement} */ (event.target).value;
          }} />
      </label>
      <div class="deeds-row">
        <button class="deed" disabled=${typed === ""} onClick=${() => void give("show_message")}>
          ${say.say("task.show_message")}
        </button>
      </div>
      <${DeedLine} deed=${deed} />
    </div>`}
    <ul class="tasks">
      ${orders.map((order) => html`<${Line} key=${order.id} order=${order} view=${view} />`)}
    </ul>`;
}

/** @param {{order: OrderView, view: View}} props */
function Line({ order, view }) {
  const say = text.value;
  const reason = order.why && say.knows(`task_why.${order.why}`) ? say.say(`task_why.${order.why}`) : "";
  return html`<li class=${`task task-${order.state}`}>
    ${say.say(`task.${order.action}`)}: <b>${say.say(`task_state.${order.state}`)}</b>
    ${reason && ` (${reason})`}${order.given_by && ` · ${order.given_by}`} ·${" "}
    <${Age} live=${view.live} since=${order.given_at} />
  </li>`;
}

/** The newest orders; asked for each second while one is out. @param {string} code */
function useOrders(code) {
  const orders = useSignal(/** @type {OrderView[]} */ ([]));
  const asked = useSignal(0);
  const out = orders.value.some(({ state }) => state === "sent" || state === "begun");
  useEffect(() => {
    const read = async () => {
      const answer = await readOrders(code);
      if (answer.kind === "done")
        orders.value = /** @type {OrderView[]} */ (/** @type {unknown} */ (answer.body?.orders));
    };
    void read();
    if (!out) return undefined;
    const timer = setInterval(() => void read(), POLL_MS);
    return () => clearInterval(timer);
  }, [code, asked.value, out]);
  return { orders: orders.value.slice(0, 5), look: () => (asked.value += 1) };
}
