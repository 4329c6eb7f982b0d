// @ts-check
/**
 * The sweep of a preflight, and what a microphone made of it. Pure: numbers in and out. The same
 * sweep, found in the same way as an agent's (endpoints/preflight/sound.py says why);
 * tests/vectors/preflight.json holds the two together.
 *
 * Samples are mono in -1..1, at the rate of the browser's sound device.
 *
 * @module
 */

import { transform } from "./fourier.js";

export const LISTEN_S = 1.6;
/** From here on a sample is at full scale. */
export const CLIPPED = 0.985;

const SWEEP_S = 0.6;
const [LOW_HZ, HIGH_HZ] = [200, 8_000];
const SWEEP_LEVEL = 0.35;
const SOFT_S = 0.02;
const ECHO_AFTER_S = 0.05;
/** How far a peak must stand above the response's own noise. */
const CERTAIN = 12;
const SILENCE_DBFS = -120;
/** Less is none: two signals in one transform leak into each other, far below this. */
const NOTHING = 1e-6;

/** @typedef {Float32Array|Float64Array} Samples */
/**
 * The sweep as the microphone heard it.
 *
 * @typedef {object} Arrival
 * @property {number} delay_ms
 * @property {number} dbfs - RMS of the sweep as it arrived
 * @property {number} echo_db - of the loudest later arrival against the first; very low for none
 * @property {number} clipped_ratio - of the samples, 0..1
 * @property {boolean} digital - the recording is the sweep itself: it never was in a room
 */

/** An exponential sweep with soft ends. @param {number} rate - samples a second */
export function sweep(rate) {
  const samples = new Float32Array(Math.trunc(SWEEP_S * rate));
  const k = Math.log(HIGH_HZ / LOW_HZ);
  const edge = Math.trunc(SOFT_S * rate);
  for (let at = 0; at < samples.length; at += 1) {
    const phase = ((2 * Math.PI * LOW_HZ * SWEEP_S) / k) * (Math.exp((at / rate / SWEEP_S) * k) - 1);
    const end = Math.min(at, samples.length - 1 - at, edge);
    samples[at] = SWEEP_LEVEL * Math.sin(phase) * (0.5 - 0.5 * Math.cos((Math.PI * end) / edge));
  }
  return samples;
}

/**
 * Find the sweep in a recording that began with it.
 *
 * @param {Float32Array} recording
 * @param {number} rate
 * @returns {Arrival|null} null when it did not arrive
 */
export function findSweep(recording, rate) {
  const played = sweep(rate);
  if (recording.length < played.length) return null;
  const heard = response(recording, played).subarray(0, recording.length - (played.length >> 1));
  const peak = most(heard);
  const noise = median(heard) / 0.6745; // of a normal distribution's magnitude
  if (peak < NOTHING || peak < CERTAIN * noise) return null;
  const rise = heard.findIndex((one) => one >= 0.5 * peak);
  const near = heard.subarray(rise, rise + Math.trunc(rate / 1_000));
  const first = rise + near.indexOf(most(near));
  const gain = Number(heard[first]);
  const loudest = most(heard.subarray(first + Math.trunc(ECHO_AFTER_S * rate)));
  return {
    delay_ms: (first * 1_000) / rate,
    dbfs: decibels(gain * rms(played)),
    echo_db: decibels(loudest >= CERTAIN * noise ? loudest / gain : 0),
    clipped_ratio: recording.reduce((sum, one) => sum + Number(Math.abs(one) >= CLIPPED), 0) / recording.length,
    digital: isCopy(recording, played, first, gain),
  };
}

/**
 * The magnitude of the room's impulse response, 1 for an unchanged arrival. One transform takes
 * both signals, as the two parts of a complex one.
 *
 * @param {Float32Array} recording
 * @param {Float32Array} played
 */
function response(recording, played) {
  const size = 2 ** Math.ceil(Math.log2(recording.length + played.length));
  const [re, im] = [new Float64Array(size), new Float64Array(size)];
  re.set(recording);
  im.set(played);
  transform(re, im);
  const alone = divide(re, im);
  transform(im, re);
  return re.subarray(0, recording.length).map((one) => Math.abs(one) / size / alone);
}

/**
 * Divide the spectrum of the recording by that of the sweep, in place. Where the sweep has no
 * energy there is nothing to divide by: those bins are let go.
 *
 * @param {Float64Array} re
 * @param {Float64Array} im
 * @returns {number} the peak that the sweep alone would have
 */
function divide(re, im) {
  const size = re.length;
  const power = new Float64Array(size);
  for (let at = 0; at < size; at += 1) {
    const mirror = (size - at) % size;
    // Of two real signals in one transform, the second is the half that is not like its mirror.
    power[at] = ((Number(im[at]) + Number(im[mirror])) ** 2 + (Number(re[mirror]) - Number(re[at])) ** 2) / 4;
  }
  const floor = 1e-3 * most(power);
  for (let at = 0; at <= size / 2; at += 1) divideBin(re, im, at, Number(power[at]) + floor);
  return power.reduce((sum, one) => sum + one / (one + floor), 0) / size;
}

/**
 * Divide one bin of the two spectra, and put its mirror right.
 *
 * @param {Float64Array} re
 * @param {Float64Array} im
 * @param {number} at
 * @param {number} loud - power that it is divided by
 */
function divideBin(re, im, at, loud) {
  const mirror = (re.length - at) % re.length;
  const heardRe = (Number(re[at]) + Number(re[mirror])) / 2;
  const heardIm = (Number(im[at]) - Number(im[mirror])) / 2;
  const sentRe = (Number(im[at]) + Number(im[mirror])) / 2;
  const sentIm = (Number(re[mirror]) - Number(re[at])) / 2;
  const imaginary = (heardIm * sentRe - heardRe * sentIm) / loud;
  re[at] = re[mirror] = (heardRe * sentRe + heardIm * sentIm) / loud;
  im[mirror] = -imaginary;
  im[at] = imaginary;
}

/**
 * Whether nothing but the sweep is in the recording, as when a PC hears itself.
 *
 * @param {Float32Array} recording
 * @param {Float32Array} played
 * @param {number} first
 * @param {number} gain
 */
function isCopy(recording, played, first, gain) {
  const ours = recording.subarray(first, first + played.length);
  const left = ours.map((one, at) => one - gain * Number(played[at]));
  const quiet = recording.subarray(first + played.length);
  return decibels(rms(quiet)) <= SILENCE_DBFS && decibels(rms(left)) < decibels(rms(ours)) - 50;
}

/** @param {Samples} samples - an empty recording is silent */
function rms(samples) {
  let power = 0;
  for (const one of samples) power += one * one;
  return samples.length ? Math.sqrt(power / samples.length) : 0;
}

/** @param {Samples} samples - none below 0 */
function most(samples) {
  let largest = 0;
  for (const one of samples) if (one > largest) largest = one;
  return largest;
}

/** @param {Float64Array} samples - at least one */
function median(samples) {
  const sorted = samples.slice().sort();
  const at = sorted.length >> 1;
  return sorted.length % 2 ? Number(sorted[at]) : (Number(sorted[at - 1]) + Number(sorted[at])) / 2;
}

/** @param {number} size - 0..1 */
export function decibels(size) {
  return 20 * Math.log10(Math.max(size, NOTHING));
}
