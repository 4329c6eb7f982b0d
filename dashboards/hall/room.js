// @ts-check
/**
 * What the hall hears of a preflight: the chime, and the sweep that a microphone listens to.
 * Shell of sound.js and finding.js. Nothing that is heard leaves the device.
 *
 * @module
 */

import { arrival, skipped, unheard } from "./finding.js";
import { microphoneName, pause, stop } from "./probe.js";
import { LISTEN_S, findSweep, sweep } from "./sound.js";

/** @import {Finding} from "./finding.js" */
/** @import {PreflightBounds} from "./wire.d.ts" */

/** The room as it is, without what makes speech agreeable: that would take the sweep away. */
const RAW = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
/** From the last thing done until the sweep is played, s: the recorder is there by then. */
const LEAD_S = 0.2;
const SLACK_MS = 3_000;
/** A browser that lets no sound out before somebody touched the page never answers. */
const UNLOCK_MS = 1_000;

/** @returns {Promise<AudioContext|null>} null: no sound comes out of this page */
async function openAudio() {
  try {
    const audio = new AudioContext();
    await Promise.race([audio.resume(), pause(UNLOCK_MS)]);
    if (audio.state === "running") return audio;
    await audio.close();
  } catch {
    // A browser without WebAudio, or a PC without a sound device.
  }
  return null;
}

/** Two soft notes. @returns {Promise<boolean>} whether they were played */
export async function playChime() {
  const audio = await openAudio();
  if (!audio) return false;
  note(audio, 659, 0);
  note(audio, 523, 0.45);
  await pause(1_400);
  await audio.close();
  return true;
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
 * Play the sweep and see what the microphone makes of it.
 *
 * @param {PreflightBounds} limits
 * @param {() => boolean} quiet - asked when the microphone is open: nothing may be heard any more
 * @returns {Promise<Finding[]>}
 */
export async function trySound(limits, quiet) {
  const audio = navigator.mediaDevices ? await openAudio() : null;
  if (!audio) return [skipped("sound_path", "unsupported")];
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: RAW });
    const found = quiet() ? [skipped("sound_path", "not_now")] : await sound(audio, stream, limits);
    stop(stream);
    return found;
  } catch (error) {
    return unheard(error instanceof Error ? error.name : "");
  } finally {
    await audio.close();
  }
}

/** As `trySound`, where nobody would answer a browser that asks for the microphone. @type {typeof trySound} */
export async function trySoundUnasked(limits, quiet) {
  const name = await microphoneName();
  if (name || !navigator.mediaDevices) return trySound(limits, quiet);
  return [skipped("sound_path", name === null ? "no_device" : "unsupported")];
}

/** @param {AudioContext} audio @param {MediaStream} stream @param {PreflightBounds} limits */
async function sound(audio, stream, limits) {
  try {
    const heard = await playAndListen(audio, stream);
    return arrival(findSweep(heard, audio.sampleRate), limits, stream.getAudioTracks()[0]?.label ?? "");
  } catch (error) {
    return [{ ...skipped("sound_path", "unsupported"), evidence: String(error) }];
  }
}

/**
 * Record the room from the moment the sweep is played.
 *
 * @param {AudioContext} audio
 * @param {MediaStream} stream
 * @returns {Promise<Float32Array>}
 */
async function playAndListen(audio, stream) {
  await audio.audioWorklet.addModule(new URL("./recorder.js", import.meta.url).href);
  const rate = audio.sampleRate;
  const from = Math.round((audio.currentTime + LEAD_S) * rate);
  const recorder = new AudioWorkletNode(audio, "recorder", {
    channelCount: 1,
    channelCountMode: "explicit",
    processorOptions: { from, size: Math.round(LISTEN_S * rate) },
  });
  const recorded = new Promise((resolve, reject) => {
    recorder.port.onmessage = ({ data }) => resolve(data);
    setTimeout(() => reject(new Error("nothing was recorded")), LISTEN_S * 1_000 + SLACK_MS);
  });
  // It is silent, but what leads nowhere is not run.
  audio.createMediaStreamSource(stream).connect(recorder).connect(audio.destination);
  play(audio, sweep(rate), from / rate);
  return recorded;
}

/** @param {AudioContext} audio @param {Float32Array<ArrayBuffer>} samples @param {number} at - by the clock of the sound device, s */
function play(audio, samples, at) {
  const [source, buffer] = [audio.createBufferSource(), audio.createBuffer(1, samples.length, audio.sampleRate)];
  buffer.copyToChannel(samples, 0);
  source.buffer = buffer;
  source.connect(audio.destination);
  source.start(at);
}
