// @ts-check
/**
 * Tries what this device has without a sound: microphone, camera, disk, battery. Shell of
 * finding.js. Nothing that is heard or seen leaves the device.
 *
 * @module
 */

import { camera, microphone, skipped, unopened } from "./finding.js";
import { CLIPPED, decibels } from "./sound.js";

/** @import {Finding} from "./finding.js" */
/** @import {PreflightBounds} from "./wire.d.ts" */

const LISTEN_MS = 3_000;
const LOOK_MS = 800;

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
export function stop(stream) {
  for (const track of stream.getTracks()) track.stop();
}

/** @param {number} ms */
export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * The microphone's name, which a browser tells only where the page may use it: empty elsewhere.
 *
 * @returns {Promise<string|null>} null: there is none
 */
export async function microphoneName() {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return devices.find(({ kind }) => kind === "audioinput")?.label ?? null;
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
