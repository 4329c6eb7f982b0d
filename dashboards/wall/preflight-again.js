// @ts-check
/**
 * The buttons that have a point look at itself again, and what became of the order: sent,
 * begun, done, refused, or no answer. The audible one asks twice: the hall will hear it.
 *
 * @module
 */

import { ask } from "../shared/api.js";
import { text } from "../shared/language.js";
import { html, useEffect, useSignal } from "../shared/ui.js";

/** @import {Live} from "../shared/live.js" */
/** @import {PointView} from "../shared/wire.d.ts" */

/** Who may give orders; the server has the last word. */
const MAY = ["admin", "technician"];
const LOOK_MS = 1_500;
/** An order nobody spoke of for so long has no answer. */
const PATIENCE_MS = 45_000;

/** @typedef {{id: string, state: string, why: string}} Order */

/** @param {{point: PointView, live: Live}} props */
export function PreflightAgain({ point, live }) {
  const say = text.value;
  const order = useSignal(/** @type {Order|null} */ (null));
  const sure = useSignal(false);
  const path = `/api/v1/points/${encodeURIComponent(point.code)}/orders`;
  useEffect(() => follow(path, order), [order.value?.id]);
  if (!MAY.includes(live.role.value ?? "")) return null;
  const busy = order.value !== null && UNDER_WAY.includes(order.value.state);
  const off = busy || !live.trusted.value;
  const give = async (/** @type {string} */ action) => {
    if (off) return;
    sure.value = false;
    order.value = { id: "", state: "sending", why: "" };
    order.value = given(await ask(path, { action }));
  };
  const sound = () => (sure.value ? give("test_sound") : (sure.value = !off));
  return html`<div class="preflight-again">
    <button aria-disabled=${String(off)} onClick=${() => give("run_preflight")}>
      ${say.say("preflight.again")}
    </button>
    <button aria-disabled=${String(off)} onClick=${sound}>
      ${say.say(sure.value ? "preflight.sound_sure" : "preflight.sound")}
    </button>
    <p role="status">${order.value && told(order.value)}</p>
  </div>`;
}

const UNDER_WAY = ["sending", "sent", "begun"];

/** @param {Order} order */
function told({ state, why }) {
  const say = text.value;
  if (state !== "refused") return say.say(`preflight.order.${state}`);
  const key = `preflight.refused.${why}`;
  return say.knows(key) ? say.say(key) : say.say("preflight.refused_other", { code: why });
}

/** What the server's answer to an order means. @param {import("../shared/api.js").Answer} answer @returns {Order} */
export function given(answer) {
  if (answer.kind === "refused") return { id: "", state: "refused", why: answer.code };
  const orders = answer.kind === "done" ? answer.body?.orders : undefined;
  const [first] = /** @type {Order[]} */ (orders ?? []);
  return first ?? { id: "", state: "no_answer", why: "" };
}

/**
 * Ask how an order stands until it has ended.
 *
 * @param {string} path
 * @param {{value: Order|null}} order
 */
function follow(path, order) {
  const id = order.value?.id;
  if (!id) return undefined;
  const until = performance.now() + PATIENCE_MS;
  const timer = setInterval(async () => {
    const answer = await ask(path);
    const orders = /** @type {Order[]} */ ((answer.kind === "done" && answer.body?.orders) || []);
    const mine = orders.find((one) => one.id === id);
    if (mine && mine.state !== order.value?.state) order.value = mine;
    if (performance.now() > until && UNDER_WAY.includes(order.value?.state ?? ""))
      order.value = { id, state: "no_answer", why: "" };
    if (!UNDER_WAY.includes(order.value?.state ?? "")) clearInterval(timer);
  }, LOOK_MS);
  return () => clearInterval(timer);
}
