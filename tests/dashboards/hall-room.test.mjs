import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { playChime, trySound, trySoundUnasked } from "../../dashboards/hall/room.js";

/** What a browser has, as far as the sweep comes before it is played. */
const seen = { asked: 0, stopped: 0, closed: 0 };
const track = { stop: () => (seen.stopped += 1), label: "Micro" };
const stream = { getTracks: () => [track], getAudioTracks: () => [track] };
const devices = (...found) => ({
  enumerateDevices: async () => found,
  getUserMedia: async () => {
    seen.asked += 1;
    return stream;
  },
});
const microphone = { kind: "audioinput", label: "Micro" };

class Sound {
  state = "running";
  resume = async () => undefined;
  close = async () => (seen.closed += 1);
}

class Locked extends Sound {
  state = "suspended";
  resume = () => new Promise(() => undefined);
}

function browser({ mediaDevices, audio = Sound }) {
  Object.defineProperty(globalThis, "navigator", { value: { mediaDevices }, configurable: true });
  globalThis.AudioContext = audio;
}

const plain = (findings) => findings.map(({ check, verdict, why }) => `${check} ${verdict} ${why}`);
const silence = () => true;

beforeEach(() => Object.assign(seen, { asked: 0, stopped: 0, closed: 0 }));

test("an order asks for no microphone that the page may not use yet", async () => {
  browser({ mediaDevices: devices({ kind: "videoinput", label: "" }, { kind: "audioinput", label: "" }) });
  assert.deepEqual(plain(await trySoundUnasked({}, silence)), ["sound_path skipped unsupported"]);
  assert.equal(seen.asked, 0);
  browser({ mediaDevices: devices() });
  assert.deepEqual(plain(await trySoundUnasked({}, silence)), ["sound_path skipped no_device"]);
  assert.equal(seen.asked, 0);
  browser({ mediaDevices: devices(microphone) });
  await trySoundUnasked({}, silence);
  assert.equal(seen.asked, 1);
});

test("a session that went live meanwhile hears nothing, and the microphone is let go", async () => {
  browser({ mediaDevices: devices(microphone) });
  assert.deepEqual(plain(await trySound({}, silence)), ["sound_path skipped not_now"]);
  assert.deepEqual(seen, { asked: 1, stopped: 1, closed: 1 });
});

test("a page without HTTPS, without WebAudio or without a worklet cannot tell", async () => {
  browser({ mediaDevices: undefined });
  for (const made of [trySound, trySoundUnasked])
    assert.deepEqual(plain(await made({}, silence)), ["sound_path skipped unsupported"]);
  browser({ mediaDevices: devices(microphone), audio: null });
  assert.deepEqual(plain(await trySound({}, silence)), ["sound_path skipped unsupported"]);
  assert.equal(await playChime(), false);
  browser({ mediaDevices: devices(microphone) });
  assert.deepEqual(plain(await trySound({}, () => false)), ["sound_path skipped unsupported"]);
  assert.deepEqual(seen, { asked: 1, stopped: 1, closed: 1 });
});

test("a browser that nobody touched yet plays nothing, and nobody waits for it", async () => {
  browser({ mediaDevices: devices(microphone), audio: Locked });
  const made = await Promise.all([playChime(), trySound({}, () => false)]);
  assert.deepEqual([made[0], plain(made[1])], [false, ["sound_path skipped unsupported"]]);
  assert.deepEqual(seen, { asked: 0, stopped: 0, closed: 2 });
});

test("what a microphone answers is the finding", async () => {
  const refused = (name) => async () => {
    throw Object.assign(new Error(), { name });
  };
  for (const [name, expected] of [
    ["NotAllowedError", ["microphone fail denied", "sound_path skipped unsupported"]],
    ["NotFoundError", ["sound_path skipped no_device"]],
  ]) {
    browser({ mediaDevices: { ...devices(microphone), getUserMedia: refused(name) } });
    assert.deepEqual(plain(await trySound({}, silence)), expected);
  }
  assert.equal(seen.closed, 2);
});
