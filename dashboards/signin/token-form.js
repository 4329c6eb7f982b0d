// @ts-check
/**
 * Sign in with a token, pasted or brought by the address.
 *
 * @module
 */

import { signIn } from "../shared/api.js";
import { text } from "../shared/language.js";
import { html, useEffect, useRef } from "../shared/ui.js";
import { useAttempt } from "./attempt.js";
import { Fault, Submit } from "./form.js";

/** @param {{token: string, next: string}} props */
export function TokenForm({ token, next }) {
  const say = text.value;
  const field = useRef(/** @type {HTMLInputElement|null} */ (null));
  const { busy, fault, enter } = useAttempt(next, { unauthorized: "signin.wrong" });
  const submit = async (/** @type {string} */ typed) => {
    if (typed && !(await enter(() => signIn({ token: typed })))) field.current?.select();
  };
  useEffect(() => void submit(token), []);
  const onSubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    void submit(field.current?.value.trim() ?? "");
  };
  return html`<h1>${say.say("signin.title")}</h1>
    <p>${say.say("signin.how")}</p>
    <form onSubmit=${onSubmit}>
      <label for="token">${say.say("signin.token")}</label>
      <input id="token" ref=${field} type="password" autocomplete="off" required
        aria-describedby="fault" spellcheck=${false} />
      <${Fault} of=${fault.value} />
      <${Submit} busy=${busy.value} />
    </form>`;
}
