// @ts-check
/**
 * Tries what this device has: loudspeaker, microphone, camera. Shell of finding.js. Nothing
 * that is heard or seen leaves the device.
 *
 * @module
 */

import { camera, microphone, skipped, unopened } from "./finding.js";

/** @import {Finding} from "./finding.js" */
/** @import {PreflightBounds} from "./wire.d.ts" */

const LISTEN_MS = 3_000;
const LOOK_MS = 800;
/** From here on a sample is at full scale; as endpoints/preflight/sound.py. */
const CLIPPED = 0.985;

/** Two soft notes. @returns {Promise<boolean>} whether they were played */
export async function playChime() {
  try {
    const audio = new AudioContext();
    await audio.resume();
    note(audio, 659, 0);
    note(audio, 523, 0.45);
    await pause(1_400);
    await audio.close();
    return true;
  } catch {
    return false;
  }
}

/** @param {AudioContext} audio @param {number} hz @param {number} at - seconds from now */
function note(audio, hz, at) {
  const [tone, gain, from] = [audio.createOscillator(), audio.createGain(), audio.currentTime + at];
  tone.frequency.value = hz;
  gain.gain.setValueAtTime(0.0001, from);
  gain.gain.exponentialRampToValueAtTime(0.4, from + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.0001, from + 0.8);
  tone.connect(gain).connect(audio.destination);
  tone.start(from);
  tone.stop(from + 0.85);
}

/**
 * Listen for a while.
 *
 * @param {PreflightBounds} limits
 * @param {(level_dbfs: number) => void} shown - the level, several times a second
 * @returns {Promise<Finding>}
 */
export async function tryMicrophone(limits, shown) {
  if (!navigator.mediaDevices) return skipped("microphone", "unsupported");
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const level = await listen(stream, shown);
    const label = stream.getAudioTracks()[0]?.label ?? "";
    stop(stream);
    return microphone(level, limits, label);
  } catch (error) {
    return unopened("microphone", error instanceof Error ? error.name : "");
  }
}

/** @param {MediaStream} stream @param {(level_dbfs: number) => void} shown */
async function listen(stream, shown) {
  const audio = new AudioContext();
  const meter = audio.createAnalyser();
  audio.createMediaStreamSource(stream).connect(meter);
  const samples = new Float32Array(meter.fftSize);
  let [count, power, clipped] = [0, 0, 0];
  for (let spent = 0; spent < LISTEN_MS; spent += 100) {
    await pause(100);
    meter.getFloatTimeDomainData(samples);
    count += samples.length;
    power += samples.reduce((sum, one) => sum + one * one, 0);
    clipped += samples.filter((one) => Math.abs(one) >= CLIPPED).length;
    shown(decibels(samples.reduce((most, one) => Math.max(most, Math.abs(one)), 0)));
  }
  await audio.close();
  return { dbfs: decibels(Math.sqrt(power / count)), clipped_ratio: clipped / count };
}

/** @param {number} size - 0..1 */
function decibels(size) {
  return 20 * Math.log10(Math.max(size, 1e-6));
}

/** @param {PreflightBounds} limits @param {(stream: MediaStream|null) => void} shown @returns {Promise<Finding>} */
export async function tryCamera(limits, shown) {
  if (!navigator.mediaDevices) return skipped("camera", "unsupported");
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: true });
    shown(stream);
    const luma = await brightness(stream);
    const label = stream.getVideoTracks()[0]?.label ?? "";
    stop(stream);
    shown(null);
    return camera(luma / 255, limits, label);
  } catch (error) {
    return unopened("camera", error instanceof Error ? error.name : "");
  }
}

/** Mean luma of the picture once the camera has settled. @param {MediaStream} stream */
async function brightness(stream) {
  const video = document.createElement("video");
  video.muted = true;
  video.srcObject = stream;
  await video.play();
  await pause(LOOK_MS);
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [32, 18];
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.drawImage(video, 0, 0, 32, 18);
  const { data } = context.getImageData(0, 0, 32, 18);
  let sum = 0;
  for (let at = 0; at < data.length; at += 4)
    sum += 0.299 * Number(data[at]) + 0.587 * Number(data[at + 1]) + 0.114 * Number(data[at + 2]);
  return sum / (32 * 18);
}

/** @param {MediaStream} stream */
function stop(stream) {
  for (const track of stream.getTracks()) track.stop();
}

/** @param {number} ms */
function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Room where entries are kept, bytes; null where the browser does not tell. */
export async function freeBytes() {
  const told = await navigator.storage?.estimate?.().catch(() => null);
  return told?.quota ? told.quota - (told.usage ?? 0) : null;
}

/** Null where the browser does not tell (all but Chromium). @returns {Promise<{charging: boolean, level: number}|null>} */
export async function battery() {
  const asked = /** @type {{getBattery?: () => Promise<{charging: boolean, level: number}>}} */ (navigator);
  return (await asked.getBattery?.().catch(() => null)) ?? null;
}
