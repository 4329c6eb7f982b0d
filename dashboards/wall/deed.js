// @ts-check
/**
 * What was asked of the server from a panel, and what became of it. Nothing is shown as done
 * before the server says so; the feed shows the rest.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { html, signal } from "../shared/ui.js";

/** @import {Answer} from "../shared/api.js" */

export class Deed {
  /** @type {import("../vendor/signals.js").Signal<"idle"|"sent"|"refused"|"unreachable">} */
  state = signal(/** @type {"idle"|"sent"|"refused"|"unreachable"} */ ("idle"));
  code = "";
  detail = "";

  /**
   * Ask; a second press while the first is under way does nothing.
   *
   * @param {() => Promise<Answer>} ask
   * @returns {Promise<Answer|null>} null when it was not asked
   */
  async run(ask) {
    if (this.state.peek() === "sent") return null;
    this.state.value = "sent";
    const answer = await ask();
    if (answer.kind === "refused") [this.code, this.detail] = [answer.code, answer.detail];
    this.state.value = answer.kind === "done" ? "idle" : answer.kind;
    return answer;
  }
}

/** @param {{deed: Deed}} props */
export function DeedLine({ deed }) {
  const say = text.value;
  const state = deed.state.value;
  const known = say.knows(`refused.${deed.code}`);
  const reason = known ? say.say(`refused.${deed.code}`) : deed.detail;
  return html`<p class="deed-line" role="status">
    ${state === "sent" && say.say("deed.sent")}
    ${state === "refused" && say.say("deed.refused", { why: reason })}
    ${state === "unreachable" && say.say("deed.unreachable")}
  </p>`;
}
