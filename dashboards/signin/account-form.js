// @ts-check
/**
 * Sign in with an account.
 *
 * @module
 */

import { signIn } from "../shared/api.js";
import { text } from "../shared/language.js";
import { html, useRef } from "../shared/ui.js";
import { useAttempt } from "./attempt.js";
import { Fault, Submit } from "./form.js";

/** @param {{next: string}} props */
export function AccountForm({ next }) {
  const say = text.value;
  const login = useRef(/** @type {HTMLInputElement|null} */ (null));
  const password = useRef(/** @type {HTMLInputElement|null} */ (null));
  const { busy, fault, enter } = useAttempt(next, { unauthorized: "signin.wrong_password" });
  const onSubmit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const typed = { login: login.current?.value ?? "", password: password.current?.value ?? "" };
    if (!(await enter(() => signIn(typed)))) password.current?.select();
  };
  return html`<h1>${say.say("signin.title")}</h1>
    <form onSubmit=${onSubmit}>
      <label for="login">${say.say("signin.login")}</label>
      <input id="login" ref=${login} autocomplete="username" required maxlength="100"
        autocapitalize="none" spellcheck=${false} />
      <label for="password">${say.say("signin.password")}</label>
      <input id="password" ref=${password} type="password" autocomplete="current-password"
        required maxlength="256" aria-describedby="fault" />
      <${Fault} of=${fault.value} />
      <${Submit} busy=${busy.value} />
    </form>`;
}
