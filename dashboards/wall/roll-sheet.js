// @ts-check
/**
 * The roll call, above the wall.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { html } from "../shared/ui.js";
import { Dialog } from "../shared/widgets/dialog.js";
import { RollPanel } from "../shared/widgets/roll-panel.js";

/** @import {View} from "./view.js" */

/** @param {{view: View}} props */
export function RollSheet({ view }) {
  const close = () => (view.rolling.value = false);
  return html`<${Dialog} title=${text.value.say("roll_panel.title")} close=${close} wide>
    <${RollPanel} live=${view.live} />
  <//>`;
}
