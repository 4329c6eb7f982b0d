// @ts-check
/**
 * The list of keys.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { html, useSignal } from "../shared/ui.js";
import { Dialog } from "../shared/widgets/dialog.js";
import { KEYS, enable, enabled } from "./keys.js";

/** @import {View} from "./view.js" */

/** @param {{view: View}} props */
export function Help({ view }) {
  const on = useSignal(enabled());
  const say = text.value;
  const toggle = () => {
    on.value = !on.value;
    enable(on.value);
  };
  return html`<${Dialog} title=${say.say("help.title")} close=${() => (view.help.value = false)}>
    <dl class="keys">
      ${KEYS.map(([key, deed]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${say.say(deed)}</dd></div>`)}
    </dl>
    <label class="keys-on">
      <input type="checkbox" checked=${on.value} onChange=${toggle} /> ${say.say("help.enabled")}
    </label>
  <//>`;
}
