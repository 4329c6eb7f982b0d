// @ts-check
/**
 * The door: sign in with an account or a token, or set a password with an invitation. Secrets
 * may come in the address's fragment, which no server sees.
 *
 * @module
 */

import { chosen, speak, text } from "../shared/language.js";
import { show } from "../shared/page.js";
import { effect, html, useSignal } from "../shared/ui.js";
import { LanguageSwitch } from "../shared/widgets/language-switch.js";
import { AccountForm } from "./account-form.js";
import { InvitationForm } from "./invitation-form.js";
import { nextPage } from "./next.js";
import { TokenForm } from "./token-form.js";

/** @param {{token: string, invitation: string, next: string}} props */
function Door({ token, invitation, next }) {
  const say = text.value;
  const byToken = useSignal(token !== "");
  const other = html`<button type="button" class="other" onClick=${() => (byToken.value = !byToken.value)}>
    ${say.say(byToken.value ? "signin.by_account" : "signin.by_token")}
  </button>`;
  return html`<main class="signin">
    <${LanguageSwitch} />
    <p class="signin-product">${say.say("page.product")}</p>
    ${
      invitation
        ? html`<${InvitationForm} invitation=${invitation} next=${next} />`
        : byToken.value
          ? html`<${TokenForm} token=${token} next=${next} />${other}`
          : html`<${AccountForm} next=${next} />${other}`
    }
  </main>`;
}

const fragment = new URLSearchParams(location.hash.slice(1));
const asked = fragment.get("next") ?? new URLSearchParams(location.search).get("next");
// Neither the history nor a bookmark keeps the secret.
history.replaceState(null, "", location.pathname + location.search);
await speak(chosen());
effect(() => {
  document.title = text.value.say("signin.title");
});
show(
  html`<${Door}
    token=${fragment.get("token") ?? ""}
    invitation=${fragment.get("invitation") ?? ""}
    next=${nextPage(asked, location.origin)}
  />`,
);
