// @ts-check
/**
 * The host's console: may I start, start, take back, end, and the sentence to read aloud.
 *
 * @module
 */

import { Live } from "../shared/live.js";
import { text } from "../shared/language.js";
import { begin } from "../shared/page.js";
import { effect, html } from "../shared/ui.js";
import { LinkBand } from "../shared/widgets/link-band.js";
import { ActionPanel } from "./action-panel.js";
import { Conditions } from "./conditions.js";
import { Desk } from "./desk.js";
import { EndPanel } from "./end-panel.js";
import { FloorPanel } from "./floor-panel.js";
import { FloorSheet } from "./floor-sheet.js";
import { Header } from "./header.js";
import { Middle } from "./middle.js";
import { Reception } from "./reception.js";
import { ReadAloud } from "./read-aloud.js";
import { ReasonSheet } from "./reason-sheet.js";
import { SecretaryDesk, isSecretaryView } from "./secretary/desk.js";
import { SourceSheet } from "./source-sheet.js";
import { Studio } from "./studio.js";
import { VerdictCard } from "./verdict-card.js";

/** @param {{desk: Desk, studio: Studio}} props */
function Host({ desk, studio }) {
  const { live } = desk;
  return html`<div class=${`host ${live.trusted.value ? "is-live" : "is-old"}`}>
    <${Header} desk=${desk}
      other=${{ href: "/host?desk=secretary", label: text.value.say("secretary.title") }} />
    <${LinkBand} live=${live} />
    <main>
      <div class="left">
        <${VerdictCard} live=${live} />
        <${ActionPanel} desk=${desk} />
        <${FloorPanel} desk=${desk} />
        <${Conditions} live=${live} />
        <${Reception} live=${live} />
      </div>
      <div class="right">
        ${desk.panel.value !== "studio" && html`<${ReadAloud} live=${live} />`}
        <${Middle} desk=${desk} studio=${studio} />
        <${EndPanel} desk=${desk} />
      </div>
    </main>
    <${ReasonSheet} desk=${desk} />
    ${desk.sheet.value === "floor" && html`<${FloorSheet} desk=${desk} />`}
    ${desk.sheet.value === "source" && html`<${SourceSheet} desk=${desk} />`}
  </div>`;
}

await begin((person) => {
  const live = new Live();
  live.start();
  effect(() => {
    document.title = text.value.say("host.title");
  });
  const desk = new Desk(live, person);
  if (isSecretaryView(person, location.search)) return html`<${SecretaryDesk} desk=${desk} />`;
  return html`<${Host} desk=${desk} studio=${new Studio()} />`;
});
