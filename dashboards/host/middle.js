// @ts-check
/**
 * The card between the sentence to read and the end: how the halls are, or the studio. What
 * the studio does goes on while the other is looked at, and its tab says so.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { html } from "../shared/ui.js";
import { Numbers } from "./numbers.js";
import { RollCalls } from "./roll-calls.js";
import { StudioPanel } from "./studio-panel.js";

/** @import {Desk} from "./desk.js" */
/** @import {Studio} from "./studio.js" */

const TABS = /** @type {const} */ (["numbers", "rolls", "studio"]);

/** @param {{desk: Desk, studio: Studio}} props */
export function Middle({ desk, studio }) {
  const shown = desk.panel.value;
  return html`<section class=${`card middle shows-${shown}`} aria-labelledby=${`tab-${shown}`}>
    <div class="tabs" role="tablist">
      ${TABS.filter((name) => name !== "studio" || desk.maySteer).map(
        (name) =>
          html`<button key=${name} id=${`tab-${name}`} role="tab" aria-selected=${String(name === shown)}
            onClick=${() => (desk.panel.value = name)}>
            ${text.value.say(`host.${name}`)}
            ${name === "studio" && studio.busy.value && html` · <b>${text.value.say("studio.tab_busy")}</b>`}
          </button>`,
      )}
    </div>
    ${shown === "numbers" && html`<${Numbers} live=${desk.live} />`}
    ${shown === "rolls" && html`<${RollCalls} desk=${desk} />`}
    ${shown === "studio" && html`<${StudioPanel} desk=${desk} studio=${studio} />`}
  </section>`;
}
