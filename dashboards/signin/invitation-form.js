// @ts-check
/**
 * Set a password with an invitation, and come in.
 *
 * @module
 */

import { acceptInvitation } from "../shared/api.js";
import { text } from "../shared/language.js";
import { html, useRef, useSignal } from "../shared/ui.js";
import { useAttempt } from "./attempt.js";
import { Fault, Submit } from "./form.js";

const MIN_LENGTH = 10;
const FAULTS = {
  bad_invitation: "signin.bad_invitation",
  weak_password: "signin.weak_password",
};

/** @param {{invitation: string, next: string}} props */
export function InvitationForm({ invitation, next }) {
  const say = text.value;
  const field = useRef(/** @type {HTMLInputElement|null} */ (null));
  const shown = useSignal(false);
  const { busy, fault, enter } = useAttempt(next, FAULTS);
  const onSubmit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const password = field.current?.value ?? "";
    if (!(await enter(() => acceptInvitation(invitation, password)))) field.current?.focus();
  };
  return html`<h1>${say.say("signin.invited")}</h1>
    <p>${say.say("signin.choose_password", { n: MIN_LENGTH })}</p>
    <form onSubmit=${onSubmit}>
      <label for="new-password">${say.say("signin.new_password")}</label>
      <input id="new-password" ref=${field} type=${shown.value ? "text" : "password"}
        autocomplete="new-password" required minlength=${MIN_LENGTH} maxlength="256"
        aria-describedby="fault" />
      <label class="choice">
        <input type="checkbox" checked=${shown.value} onChange=${() => (shown.value = !shown.value)} />
        ${say.say("signin.show_password")}
      </label>
      <${Fault} of=${fault.value} />
      <${Submit} busy=${busy.value} word="signin.set_password" />
    </form>`;
}
