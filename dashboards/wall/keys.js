// @ts-check
/**
 * Single keys of the wall. They work while no field has the focus, and can be switched off
 * (WCAG 2.1.4). Only what is there has a key.
 *
 * @module
 */

/** @import {View} from "./view.js" */

const STORED = "nhipcau.keys";

/** @type {Record<string, (view: View) => void>} */
const DEEDS = {
  1: (view) => (view.filter.value = "all"),
  2: (view) => (view.filter.value = "problems"),
  3: (view) => (view.filter.value = "unreported"),
  "/": () => document.getElementById("search")?.focus(),
  f: () => void toggleFullScreen(),
  "?": (view) => (view.help.value = true),
};

/** What the help lists, in order: the key and the text's key. */
export const KEYS = /** @type {const} */ ([
  ["1", "key.all"],
  ["2", "key.problems"],
  ["3", "key.unreported"],
  ["/", "key.search"],
  ["F", "key.full_screen"],
  ["?", "key.help"],
  ["Esc", "key.close"],
]);

/** @param {View} view */
export function listen(view) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (busy(event.target) || !enabled()) return;
    const deed = DEEDS[event.key.toLowerCase()];
    if (!deed) return;
    event.preventDefault();
    deed(view);
  });
}

/** Somebody types, or a sheet is open. @param {EventTarget|null} target */
function busy(target) {
  const typing = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
  return typing || document.querySelector("dialog[open]") !== null;
}

export function enabled() {
  try {
    return localStorage.getItem(STORED) !== "off";
  } catch {
    return true;
  }
}

/** @param {boolean} on */
export function enable(on) {
  try {
    localStorage.setItem(STORED, on ? "on" : "off");
  } catch {
    // Storage is forbidden here: the keys stay as they are.
  }
}

async function toggleFullScreen() {
  try {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await document.documentElement.requestFullscreen();
  } catch {
    // The browser forbids it here; F11 remains.
  }
}
