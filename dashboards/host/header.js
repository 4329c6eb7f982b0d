// @ts-check
/**
 * The head of the console and of the secretary's desk: the session, the time, who is here.
 *
 * @module
 */

import { signOut } from "../shared/api.js";
import { text } from "../shared/language.js";
import { html } from "../shared/ui.js";
import { LanguageSwitch } from "../shared/widgets/language-switch.js";
import { LinkWord } from "../shared/widgets/link-word.js";

/** @import {Desk} from "./desk.js" */

/** @param {{desk: Desk, other?: {href: string, label: string}}} props - `other`: where else to go */
export function Header({ desk, other }) {
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
    ${other && html`<a class="head-other" href=${other.href}>${other.label}</a>`}
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
