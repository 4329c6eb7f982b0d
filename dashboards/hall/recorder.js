// @ts-check
/**
 * An audio worklet that records its input: so many samples from a given moment on, told at once.
 * It runs on the browser's sound thread and says nothing aloud.
 *
 * @module
 */

/**
 * What a worklet has of its global scope.
 *
 * @typedef {object} Scope
 * @property {new () => {port: MessagePort}} AudioWorkletProcessor
 * @property {(name: string, made: unknown) => void} registerProcessor
 * @property {number} currentFrame - number of the sample that a block begins with
 */

const scope = /** @type {Scope} */ (/** @type {unknown} */ (globalThis));

class Recorder extends scope.AudioWorkletProcessor {
  /** @param {{processorOptions: {from: number, size: number}}} options */
  constructor({ processorOptions: { from, size } }) {
    super();
    this.from = from;
    this.samples = new Float32Array(size);
  }

  /** @param {Float32Array[][]} inputs @returns {boolean} whether there is more to record */
  process([input]) {
    const block = input?.[0];
    const at = scope.currentFrame - this.from;
    // A microphone that gives nothing yet is silent.
    block?.forEach((sample, offset) => (this.samples[at + offset] = sample));
    if (at < this.samples.length) return true;
    this.port.postMessage(this.samples, [this.samples.buffer]);
    return false;
  }
}

scope.registerProcessor("recorder", Recorder);
