// @ts-check
/**
 * A tone for new alarms, only where somebody switched it on: two notes for a grave one, one for
 * the middle, one soft and low for the light. It does not repeat: the list does the reminding.
 *
 * @module
 */

import { effect, signal } from "../shared/ui.js";

/** @import {View} from "./view.js" */

const STORED = "nhipcau.sound";
/** By priority, the gravest first: the notes in hertz, and how loud. */
const TONES = /** @type {const} */ ([
  { priority: "high", notes: [880, 660], gain: 0.4 },
  { priority: "medium", notes: [660], gain: 0.3 },
  { priority: "low", notes: [440], gain: 0.15 },
]);
/** @typedef {typeof TONES[number]} Tone */
const NOTE_S = 0.35;

export class Sound {
  on = signal(stored());
  /** @type {AudioContext|null} */
  #context = null;
  /** @type {Set<string>} */
  #known = new Set();

  /** @param {View} view */
  listen(view) {
    effect(() => {
      const waiting = view.live.alarms.value.filter(({ state }) => state === "unacknowledged");
      const fresh = waiting.filter(({ id }) => !this.#known.has(id));
      this.#known = new Set(waiting.map(({ id }) => id));
      // Of several at once the gravest is heard.
      const tone = TONES.find(({ priority }) => fresh.some((alarm) => alarm.priority === priority));
      if (tone && this.on.peek()) this.play(tone);
    });
  }

  /** Browsers allow sound only after a gesture; switching it on is one. */
  toggle() {
    this.on.value = !this.on.value;
    store(this.on.value);
    if (this.on.value) this.play(TONES[0]);
  }

  /** @param {Tone} tone */
  play({ notes, gain }) {
    this.#context ??= new AudioContext();
    void this.#context.resume();
    const began = this.#context.currentTime + 0.05;
    notes.forEach((note, n) => this.#note(note, gain, began + n * NOTE_S));
  }

  /** @param {number} hertz @param {number} loudness @param {number} at */
  #note(hertz, loudness, at) {
    const context = /** @type {AudioContext} */ (this.#context);
    const tone = new OscillatorNode(context, { frequency: hertz, type: "triangle" });
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.setTargetAtTime(loudness, at, 0.01);
    gain.gain.setTargetAtTime(0, at + NOTE_S * 0.7, 0.05);
    tone.connect(gain).connect(context.destination);
    tone.start(at);
    tone.stop(at + NOTE_S * 1.5);
  }
}

function stored() {
  try {
    return localStorage.getItem(STORED) === "on";
  } catch {
    return false;
  }
}

/** @param {boolean} on */
function store(on) {
  try {
    localStorage.setItem(STORED, on ? "on" : "off");
  } catch {
    // Storage is forbidden here: it is silent again after a reload.
  }
}
