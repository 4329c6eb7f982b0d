// @ts-check
/**
 * The language of the page: Vietnamese first, English by switch, remembered here.
 *
 * @module
 */

import { Text } from "./text.js";
import { signal } from "./ui.js";

/** @typedef {"vi"|"en"} Lang */

const KEY = "nhipcau.lang";

/** What widgets say; they are drawn anew when it changes. */
export const text = signal(new Text("vi", {}));

/** The choice in the address, else the remembered one, else Vietnamese. @returns {Lang} */
export function chosen() {
  const asked = new URLSearchParams(location.search).get("lang") ?? remembered();
  return asked === "en" ? "en" : "vi";
}

/** @param {Lang} lang */
export async function speak(lang) {
  const response = await fetch(`/static/locale/${lang}.json`);
  if (!response.ok) throw new Error(`catalogue ${lang}: ${response.status}`);
  text.value = new Text(lang, await response.json());
  document.documentElement.lang = lang;
}

/** @param {Lang} lang */
export async function choose(lang) {
  await speak(lang);
  try {
    localStorage.setItem(KEY, lang);
  } catch {
    // Storage is forbidden here: the choice holds until the page is left.
  }
}

function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
