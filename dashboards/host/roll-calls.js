// @ts-check
/**
 * Roll calls at the host's desk: open, count, close. Closing freezes, so it is held.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { html } from "../shared/ui.js";
import { RollPanel } from "../shared/widgets/roll-panel.js";
import { HoldButton } from "./hold-button.js";

/** @import {Desk} from "./desk.js" */

/** @param {{desk: Desk}} props */
export function RollCalls({ desk }) {
  const { live } = desk;
  const say = text.value;
  const rolls = live.session.value?.rolls ?? [];
  const open = rolls.find(({ stage }) => stage === "open");
  const next = open ? undefined : rolls.find(({ stage }) => stage === "waiting");
  return html`<div class="roll-calls">
    <${RollPanel} live=${live} />
    ${desk.maySteer && open &&
    html`<${HoldButton} desk=${desk} label=${say.say("roll.close", { n: open.roll })} seconds=${1}
      look="hold-plain hold-small" deed=${() => void desk.callRoll(open.roll, "close")} />`}
    ${desk.maySteer && next &&
    html`<button class="quiet" aria-disabled=${String(!desk.ready.value)}
      onClick=${() => desk.ready.value && void desk.callRoll(next.roll, "open")}>
      ${say.say("roll.open", { n: next.roll })}
    </button>`}
  </div>`;
}
