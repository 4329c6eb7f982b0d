// @ts-check
/**
 * The host's console: may I start, start, take back, end, and the sentence to read aloud.
 *
 * @module
 */

import { signOut } from "../shared/api.js";
import { Live } from "../shared/live.js";
import { text } from "../shared/language.js";
import { begin } from "../shared/page.js";
import { effect, html } from "../shared/ui.js";
import { LanguageSwitch } from "../shared/widgets/language-switch.js";
import { LinkBand } from "../shared/widgets/link-band.js";
import { LinkWord } from "../shared/widgets/link-word.js";
import { ActionPanel } from "./action-panel.js";
import { Conditions } from "./conditions.js";
import { Desk } from "./desk.js";
import { EndPanel } from "./end-panel.js";
import { FloorPanel } from "./floor-panel.js";
import { FloorSheet } from "./floor-sheet.js";
import { Middle } from "./middle.js";
import { Reception } from "./reception.js";
import { ReadAloud } from "./read-aloud.js";
import { ReasonSheet } from "./reason-sheet.js";
import { SourceSheet } from "./source-sheet.js";
import { Studio } from "./studio.js";
import { VerdictCard } from "./verdict-card.js";

/** @param {{desk: Desk}} props */
function Header({ desk }) {
  const { live, person } = desk;
  const say = text.value;
  const session = live.session.value;
  const now = live.moment.value;
  const leave = async () => {
    await signOut();
    location.assign("/signin");
  };
  return html`<header class="head">
    <div class="head-session">
      <h1>${session?.title ?? say.say("host.title")}</h1>
      <p>
        <b class=${`phase phase-${session?.phase ?? "none"}`}>
          ${say.say(session?.phase ? `phase.${session.phase}` : "phase.none")}
        </b>
        ${session?.chair && html`<span>${say.say("host.chair", { name: session.chair })}</span>`}
      </p>
    </div>
    <p class="clock" role="timer" aria-live="off">${now === null ? "--:--:--" : say.clock(now)}</p>
    <div class="head-me">
      <p><${LinkWord} live=${live} /></p>
      <p>
        <span class="head-name">${person.name}</span>
        <button class="link" onClick=${leave}>${say.say("page.sign_out")}</button>
      </p>
    </div>
    <${LanguageSwitch} />
  </header>`;
}

/** @param {{desk: Desk, studio: Studio}} props */
function Host({ desk, studio }) {
  const { live } = desk;
  return html`<div class=${`host ${live.trusted.value ? "is-live" : "is-old"}`}>
    <${Header} desk=${desk} />
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
  return html`<${Host} desk=${new Desk(live, person)} studio=${new Studio()} />`;
});
