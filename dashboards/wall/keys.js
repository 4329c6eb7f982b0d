// @ts-check
/**
 * Single keys of the wall. They work while no field has the focus, and can be switched off
 * (WCAG 2.1.4). Only what is there has a key.
 *
 * @module
 */

import { acknowledge, take } from "./api.js";

/** @import {AlarmView} from "../shared/wire.d.ts" */
/** @import {Sound} from "./sound.js" */
/** @import {View} from "./view.js" */

const STORED = "nhipcau.keys";

/** @type {Record<string, (view: View, sound: Sound) => void>} */
const DEEDS = {
  1: (view) => (view.filter.value = "all"),
  2: (view) => (view.filter.value = "problems"),
  3: (view) => (view.filter.value = "unreported"),
  4: (view) => (view.filter.value = "absent"),
  m: (view) => (view.mine.value = !view.mine.value),
  a: (view) => withMeant(view, (alarm) => acknowledge(alarm.id)),
  t: (view) => withMeant(view, take),
  o: (view) => withMeant(view, (alarm) => view.openAlarm(alarm)),
  r: (view) => (view.rolling.value = true),
  s: (_view, sound) => sound.toggle(),
  "/": () => document.getElementById("search")?.focus(),
  f: () => void toggleFullScreen(),
  "?": (view) => (view.help.value = true),
};

/** What the help lists, in order: the key and the text's key. */
export const KEYS = /** @type {const} */ ([
  ["1", "key.all"],
  ["2", "key.problems"],
  ["3", "key.unreported"],
  ["4", "key.absent"],
  ["M", "key.mine"],
  ["A", "key.acknowledge"],
  ["T", "key.take"],
  ["O", "key.open_alarm"],
  ["R", "key.rolls"],
  ["S", "key.sound"],
  ["/", "key.search"],
  ["F", "key.full_screen"],
  ["?", "key.help"],
  ["Esc", "key.close"],
]);

/** The alarm with the focus, else the first that nobody has seen. */
function withMeant(/** @type {View} */ view, /** @type {(alarm: AlarmView) => unknown} */ deed) {
  const alarm = view.meant();
  if (alarm) deed(alarm);
}

/** @param {View} view @param {Sound} sound */
export function listen(view, sound) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (busy(event.target) || !enabled()) return;
    const deed = DEEDS[event.key.toLowerCase()];
    if (!deed) return;
    event.preventDefault();
    deed(view, sound);
  });
}

/** Somebody types, or a sheet is open. @param {EventTarget|null} target */
function busy(target) {
  const typing =
    target instanceof HTMLInputElement ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement;
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
