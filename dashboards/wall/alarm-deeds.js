// @ts-check
/**
 * What can be done with an alarm: see it, take it, put it aside, write something down.
 *
 * @module
 */

import { unseen } from "../shared/alarm.js";
import { text } from "../shared/language.js";
import { html, useMemo, useSignal } from "../shared/ui.js";
import * as api from "./api.js";
import { Deed, DeedLine } from "./deed.js";

/** @import {AlarmView} from "../shared/wire.d.ts" */
/** @import {View} from "./view.js" */

const SHELF_MIN = 10;

/** @param {{alarm: AlarmView, view: View}} props */
export function AlarmDeeds({ alarm, view }) {
  const deed = useMemo(() => new Deed(), [alarm.id]);
  const words = useSignal("");
  const typed = words.value.trim();
  if (!view.tends()) return null;
  const say = text.value;
  /** @param {string} label @param {() => Promise<import("../shared/api.js").Answer>} ask */
  const button = (label, ask, off = false) =>
    html`<button class="deed" disabled=${off} onClick=${() => void press(ask)}>
      ${say.say(label)}
    </button>`;
  const press = async (/** @type {() => Promise<import("../shared/api.js").Answer>} */ ask) => {
    const answer = await deed.run(ask);
    if (answer?.kind === "done") words.value = "";
  };
  const mine = alarm.taken_by !== null && alarm.taken_by === view.live.me.value;
  return html`<div class="deeds">
    <div class="deeds-row">
      ${unseen(alarm) && button("deed.acknowledge", () => api.acknowledge(alarm.id))}
      ${!mine && button(alarm.taken_by ? "deed.take_over" : "deed.take", () => api.take(alarm))}
      ${mine && button("deed.release", () => api.release(alarm.id))}
      ${["help", "identity"].includes(alarm.family) && button("deed.resolve", () => api.resolve(alarm.id))}
      ${alarm.state === "shelved" && button("deed.unshelve", () => api.unshelve(alarm.id))}
    </div>
    <label class="deeds-words">
      <span>${say.say("deed.words")}</span>
      <input class="search" maxlength="500" value=${words.value}
        onInput=${(/** @type {Event} */ event) => {
          words.value = /** @type {HTMLInputElement} */ (event.target).value;
        }} />
    </label>
    <div class="deeds-row">
      ${button("deed.note", () => api.note(alarm.id, typed), typed === "")}
      ${alarm.state !== "shelved" &&
      button("deed.shelve", () => api.shelve(alarm.id, SHELF_MIN, typed), typed === "")}
    </div>
    <${DeedLine} deed=${deed} />
  </div>`;
}
