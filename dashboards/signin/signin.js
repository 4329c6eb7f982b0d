// @ts-check
/**
 * Sign in with a token, pasted or brought in the address's fragment, which no server sees.
 *
 * @module
 */

import { signIn } from "../shared/api.js";
import { chosen, speak, text } from "../shared/language.js";
import { show } from "../shared/page.js";
import { effect, html, useEffect, useRef, useSignal } from "../shared/ui.js";
import { LanguageSwitch } from "../shared/widgets/language-switch.js";
import { nextPage } from "./next.js";

/** @param {{token: string, next: string}} props */
function SignIn({ token, next }) {
  const say = text.value;
  const field = useRef(/** @type {HTMLInputElement|null} */ (null));
  const fault = useSignal("");
  const busy = useSignal(false);
  const submit = async (/** @type {string} */ typed) => {
    if (!typed || busy.value) return;
    busy.value = true;
    fault.value = await attempt(typed, next);
    busy.value = false;
    if (fault.value) field.current?.select();
  };
  useEffect(() => void submit(token), []);
  const onSubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    void submit(field.current?.value.trim() ?? "");
  };
  return html`<main class="signin">
    <${LanguageSwitch} />
    <p class="signin-product">${say.say("page.product")}</p>
    <h1>${say.say("signin.title")}</h1>
    <p>${say.say("signin.how")}</p>
    <form onSubmit=${onSubmit}>
      <label for="token">${say.say("signin.token")}</label>
      <input id="token" ref=${field} type="password" autocomplete="current-password" required
        aria-describedby="fault" spellcheck=${false} />
      <p id="fault" class="fault" role="alert">${fault.value && say.say(fault.value)}</p>
      <button class="primary" disabled=${busy.value}>
        ${say.say(busy.value ? "signin.busy" : "signin.submit")}
      </button>
    </form>
  </main>`;
}

/**
 * @param {string} token
 * @param {string} next
 * @returns {Promise<string>} the key of what went wrong; empty when the page is left
 */
async function attempt(token, next) {
  const answer = await signIn(token);
  if (answer.kind === "done") {
    location.replace(next);
    return "";
  }
  if (answer.kind === "unreachable") return "signin.unreachable";
  return answer.status === 401 ? "signin.wrong" : "signin.refused";
}

const fragment = new URLSearchParams(location.hash.slice(1));
const asked = fragment.get("next") ?? new URLSearchParams(location.search).get("next");
// Neither the history nor a bookmark keeps the token.
history.replaceState(null, "", location.pathname + location.search);
await speak(chosen());
effect(() => {
  document.title = text.value.say("signin.title");
});
show(
  html`<${SignIn} token=${fragment.get("token") ?? ""} next=${nextPage(asked, location.origin)} />`,
);
