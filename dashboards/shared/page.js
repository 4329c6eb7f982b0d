// @ts-check
/**
 * How every page begins: the language, who is signed in, then what it shows.
 *
 * @module
 */

import { goSignIn, whoAmI } from "./api.js";
import { chosen, speak } from "./language.js";
import { render } from "./ui.js";

/**
 * @typedef {{name: string, role: string}} Person
 */

/**
 * Draw a page for whoever is signed in; go and sign in when nobody is.
 *
 * @param {(person: Person) => unknown} draw - returns the tree of widgets
 */
export async function begin(draw) {
  const [answer] = await Promise.all([whoAmI(), speak(chosen())]);
  if (answer.kind === "refused" && answer.status === 401) return goSignIn();
  const body = answer.kind === "done" ? answer.body : null;
  const person = { name: String(body?.name ?? ""), role: String(body?.role ?? "") };
  show(/** @type {import("../vendor/preact.js").Child} */ (draw(person)));
}

/** @param {import("../vendor/preact.js").Child} tree */
export function show(tree) {
  const root = /** @type {Element} */ (document.getElementById("page"));
  root.replaceChildren();
  render(tree, root);
}
