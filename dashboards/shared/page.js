// @ts-check
/**
 * How every page begins: the language, who is signed in, then what it shows.
 *
 * @module
 */

import { goSignIn, whoAmI } from "./api.js";
import { chosen, speak, text } from "./language.js";
import { render } from "./ui.js";

/** How long the note of a fault is shown before the page is loaded anew. */
const BROKEN_MS = 10_000;

/**
 * @typedef {{name: string, role: string}} Person
 */

/**
 * Draw a page for whoever is signed in; go and sign in when nobody is.
 *
 * @param {(person: Person) => unknown} draw - returns the tree of widgets
 */
export async function begin(draw) {
  reloadWhenBroken();
  const [answer] = await Promise.all([whoAmI(), speak(chosen())]);
  if (answer.kind === "refused" && answer.status === 401) return goSignIn();
  const body = answer.kind === "done" ? answer.body : null;
  const person = { name: String(body?.name ?? ""), role: String(body?.role ?? "") };
  show(/** @type {import("../vendor/preact.js").Child} */ (draw(person)));
}

/**
 * A page whose script failed may stand still and look alive: say so, and begin anew. Faults
 * of browser extensions are not ours.
 */
export function reloadWhenBroken() {
  const broken = () => {
    const note = document.createElement("p");
    note.className = "band band-lost";
    note.setAttribute("role", "alert");
    note.textContent = text.value.say("page.broken");
    document.body.prepend(note);
    setTimeout(() => location.reload(), BROKEN_MS);
  };
  window.addEventListener("error", ({ filename }) => {
    if (filename.startsWith(location.origin)) broken();
  });
  window.addEventListener("unhandledrejection", broken);
}

/** @param {import("../vendor/preact.js").Child} tree */
export function show(tree) {
  const root = /** @type {Element} */ (document.getElementById("page"));
  root.replaceChildren();
  render(tree, root);
}
