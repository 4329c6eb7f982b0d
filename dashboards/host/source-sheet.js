// @ts-check
/**
 * Choosing what the halls see. Whoever speaks is seen before anything but the slate.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { sourceName } from "../shared/sentence.js";
import { html } from "../shared/ui.js";
import { Dialog } from "../shared/widgets/dialog.js";
import { sourceState } from "./studio-words.js";

/** @import {Desk} from "./desk.js" */

/** @param {{desk: Desk}} props */
export function SourceSheet({ desk }) {
  const say = text.value;
  const [session, media] = [desk.live.session.value, desk.live.media.value];
  if (!session || !media) return null;
  const halls = media.sources.filter((source) => source.startsWith("point/"));
  const close = () => (desk.sheet.value = null);
  return html`<${Dialog} title=${say.say("source.sheet")} close=${close}>
    ${session.floor && html`<p class="sheet-note">${say.say("source.floor_held")}</p>`}
    <ul class="halls">
      ${["auto", "studio", "studio-backup", ...halls, "slate"].map(
        (source) => html`<${Option} key=${source} desk=${desk} source=${source} />`,
      )}
    </ul>
  <//>`;
}

/** @param {{desk: Desk, source: string}} props */
function Option({ desk, source }) {
  const say = text.value;
  const { live } = desk;
  const [session, media] = [live.session.value, live.media.value];
  if (!session || !media) return null;
  const always = source === "auto" || source === "slate";
  const chosen = session.source === source;
  const off = chosen || !desk.ready.value || (session.floor !== null && !always);
  const name = sourceName(say, source, live.point(source.replace("point/", ""))?.value);
  const state = say.say(always ? `source.${source}_why` : `source_state.${sourceState(media, source, live.trusted.value)}`);
  return html`<li class=${chosen ? "is-chosen" : ""}>
    <span class="hall-name">${say.sentence(name)}</span>
    <span class="hall-why">${say.sentence(state)}</span>
    <button class="quiet small" aria-disabled=${String(off)} onClick=${() => !off && desk.chooseSource(source)}>
      ${say.say(chosen ? "source.chosen" : "source.choose")}
    </button>
  </li>`;
}
