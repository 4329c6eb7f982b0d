// @ts-check
/**
 * A tone for each new grave alarm, only where somebody switched it on. Two notes, a second
 * long; it does not repeat: the list does the reminding.
 *
 * @module
 */

import { effect, signal } from "../shared/ui.js";

/** @import {View} from "./view.js" */

const STORED = "nhipcau.sound";
const NOTES = [880, 660];
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
      const grave = view.live.alarms.value.filter(
        ({ state, priority }) => state === "unacknowledged" && priority === "high",
      );
      const fresh = grave.some(({ id }) => !this.#known.has(id));
      this.#known = new Set(grave.map(({ id }) => id));
      if (fresh && this.on.peek()) this.play();
    });
  }

  /** Browsers allow sound only after a gesture; switching it on is one. */
  toggle() {
    this.on.value = !this.on.value;
    store(this.on.value);
    if (this.on.value) this.play();
  }

  play() {
    this.#context ??= new AudioContext();
    void this.#context.resume();
    const began = this.#context.currentTime + 0.05;
    NOTES.forEach((note, n) => this.#note(note, began + n * NOTE_S));
  }

  /** @param {number} hertz @param {number} at */
  #note(hertz, at) {
    const context = /** @type {AudioContext} */ (this.#context);
    const tone = new OscillatorNode(context, { frequency: hertz, type: "triangle" });
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.setTargetAtTime(0.4, at, 0.01);
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
