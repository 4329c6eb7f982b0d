import assert from "node:assert/strict";
import { test } from "node:test";

import { inAppOf, versionOf } from "../../dashboards/hall/browser.js";
import { Backoff, CAP_S, STABLE_S, afterClose } from "../../dashboards/hall/device/backoff.js";
import { ClockOffset } from "../../dashboards/hall/device/clock-offset.js";
import { decodeToDevice } from "../../dashboards/hall/device/wire.js";
import { found, sorted } from "../../dashboards/hall/choice.js";
import { mediaOf } from "../../dashboards/hall/reception.js";
import { base64, lumaOf } from "../../dashboards/hall/thumbnail.js";

test("waits grow to a ceiling, and begin anew only after a connection that held", () => {
  const backoff = new Backoff(() => 1);
  const waits = Array.from({ length: 8 }, () => backoff.receiveClosed(0));
  assert.deepEqual(waits, [0.5, 1, 2, 4, 8, CAP_S, CAP_S, CAP_S]);
  backoff.receiveOpened(10);
  assert.equal(backoff.receiveClosed(10 + STABLE_S - 1), CAP_S);
  backoff.receiveOpened(100);
  assert.equal(backoff.receiveClosed(100 + STABLE_S, 30), 30.5);
  backoff.receiveOpened(200, 2);
  backoff.receiveClosed(201);
  assert.deepEqual([backoff.receiveClosed(0), backoff.receiveClosed(0)], [2, 2]);
});

test("a device whose credential is worth nothing stays away", () => {
  assert.deepEqual([4401, 4403].map((code) => afterClose(code).back), ["never", "never"]);
  assert.equal(afterClose(4409).at_least_s, 30);
  assert.equal(afterClose(1006).back, "again");
});

test("of eight probes the shortest is believed, and nonsense is not", () => {
  const clock = new ClockOffset();
  assert.equal(clock.best, null);
  assert.equal(clock.rtt_ms, null);
  assert.ok(!clock.receiveAnswer(0, 5, 4, 10));
  assert.ok(!clock.receiveAnswer(10, 5, 6, 10));
  clock.receiveAnswer(0, 1005, 1005, 10);
  for (let n = 0; n < 7; n += 1) clock.receiveAnswer(100, 1180, 1180, 200);
  assert.deepEqual(clock.best, { offset_ms: 1000, rtt_ms: 10 });
  clock.receiveAnswer(100, 1180, 1180, 200);
  assert.deepEqual(clock.best, { offset_ms: 1030, rtt_ms: 100 });
  assert.equal(clock.rtt_ms, 100);
});

test("what cannot be read, and what a later centre says, is nothing", () => {
  for (const text of ["{", "[]", "null", '{"type":"later.thing"}', '{"type":"toString"}', '{"type":"fact.acked","seq":-1}'])
    assert.equal(decodeToDevice(text), null, text);
  assert.equal(decodeToDevice('{"type":"refusal","code":"x"}').code, "x");
  assert.equal(decodeToDevice('{"type":"order.give","id":"o","action":"a","new":1}').new, 1);
  const roll = { type: "roll.state", rolls: [null] };
  assert.equal(decodeToDevice(JSON.stringify(roll)), null);
  const seen = { type: "point.state", presence: "online", readiness: "ready", reception: "none" };
  assert.ok(decodeToDevice(JSON.stringify(seen)));
  const hall = { type: "hall.recorded", branches: [], transfers: {} };
  assert.equal(decodeToDevice(JSON.stringify(hall)), null);
});

const ANDROID = "Mozilla/5.0 (Linux; Android 10) AppleWebKit/537.36 (KHTML, like Gecko)";

test("browsers inside other programs are known", () => {
  assert.equal(inAppOf(`${ANDROID} Chrome/109.0 Mobile Safari/537.36 Zalo android/12`), "Zalo");
  assert.equal(inAppOf(`${ANDROID} Chrome/120.0 Safari [FBAN/FBIOS]`), "Messenger");
  assert.equal(inAppOf("Mozilla/5.0 (Linux; Android 10; wv) Chrome/120.0"), "WebView");
  assert.equal(inAppOf(`${ANDROID} Chrome/109.0 Mobile Safari/537.36`), null);
});

test("the floor is Chrome and Edge 109, Firefox 115", () => {
  assert.ok(versionOf(`${ANDROID} Chrome/109.0 Mobile Safari/537.36`).good);
  assert.ok(!versionOf(`${ANDROID} Chrome/108.0 Safari/537.36 Edg/108.0`).good);
  assert.equal(versionOf(`${ANDROID} Chrome/130.0 Safari/537.36 Edg/130.0`).name, "Edge");
  assert.ok(!versionOf("Mozilla/5.0 (X11; rv:102.0) Gecko/20100101 Firefox/102.0").good);
  const safari = "Mozilla/5.0 (iPhone) AppleWebKit/605 (KHTML, like Gecko) Version/17.4 Safari/604";
  assert.deepEqual([versionOf(safari).name, versionOf(safari).good], ["Safari", true]);
  assert.ok(versionOf("something else").good);
});

const SHOWN = {
  newest_ms: 20, rtpTimestamp: 900, frame_ms: 40, thumbnail: "AA==", soundRtpTimestamp: 48,
  sound_ms: 10, volume: 1, muted: false, paused: false, visible: true,
};
const VIDEO = { type: "inbound-rtp", kind: "video", packetsReceived: 9, framesDecoded: 5, timestamp: 50, lastPacketReceivedTimestamp: 30, mimeType: "x", freezeCount: undefined };

test("a report carries what the browser knows, under W3C's names", () => {
  const stats = [
    { type: "transport", selectedCandidatePairId: "p2" },
    { type: "candidate-pair", id: "p1", currentRoundTripTime: 9 },
    { type: "candidate-pair", id: "p2", currentRoundTripTime: 0.02 },
    VIDEO,
    { type: "inbound-rtp", kind: "audio", packetsReceived: 4, audioLevel: 0.1, timestamp: 50, lastPacketReceivedTimestamp: 45 },
  ];
  const media = mediaOf(stats, true, SHOWN);
  assert.equal(media.decoding, "all");
  assert.equal(media.currentRoundTripTime, 0.02);
  assert.equal(media.lastPacketAge, 0.005);
  assert.equal(media.lastFrameAge, 0.02);
  assert.deepEqual(media.video, { packetsReceived: 9, framesDecoded: 5 });
  assert.equal(media.presented.by, "frame_callback");
  assert.deepEqual([media.presented.age, media.presented.soundAge], [0.04, 0.01]);
  assert.ok(!("newest_ms" in media.presented));
});

test("a browser that tells nothing is not made to", () => {
  const nothing = { ...SHOWN, newest_ms: null, rtpTimestamp: null, frame_ms: null, sound_ms: null };
  const media = mediaOf([{ type: "candidate-pair", nominated: true }], false, nothing);
  assert.equal(media.presented.by, "none");
  assert.deepEqual(
    [media.video, media.audio, media.lastPacketAge, media.lastFrameAge, media.currentRoundTripTime, media.decoding],
    [null, null, null, null, null, "none"],
  );
});

test("a thumbnail is the mean luma of its blocks", () => {
  const rgba = new Uint8ClampedArray(320 * 180 * 4);
  for (let y = 0; y < 10; y += 1)
    for (let x = 10; x < 20; x += 1) rgba.fill(y < 5 ? 255 : 0, (y * 320 + x) * 4, (y * 320 + x) * 4 + 4);
  const luma = lumaOf(rgba);
  assert.equal(luma.length, 576);
  assert.deepEqual([...luma.slice(0, 3)], [0, 128, 0]);
  assert.equal(base64(luma).length, 768);
});

test("points are found without marks and stand in the order of the Vietnamese alphabet", () => {
  const named = (name, code) => ({ code, name, unit: "Đảng bộ xã", place: "" });
  const points = ["Ông", "An", "Đa", "Ăn", "Da", "Ơn", "Ân", "Ê", "E", "O", "Ư", "U"].map((n, i) => named(n, `C${i}`));
  assert.equal(
    sorted(points).map(({ name }) => name).join(" "),
    "An Ăn Ân Da Đa E Ê O Ông Ơn U Ư",
  );
  const town = [named("Phường Dị Sử", "MH-001"), named("Nhà văn hóa Ngọc Lãng", "MH-002")];
  for (const [query, codes] of [["di su", ["MH-001"]], ["mh-002", ["MH-002"]], ["dang bo", ["MH-001", "MH-002"]], ["xyz", []]])
    assert.deepEqual(found(town, query).map(({ code }) => code), codes, query);
});
