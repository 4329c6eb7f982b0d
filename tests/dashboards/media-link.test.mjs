// One WHIP or WHEP session kept alive: the machine, and the ICE servers it is told of.
import assert from "node:assert/strict";
import { test } from "node:test";

import { readLinks } from "../../dashboards/shared/media-http.js";
import {
  CONNECT_MS,
  MediaLink,
  OCCUPIED_MS,
  OCCUPIED_TRIES,
  OPEN_MS,
  STALL_MS,
  STEADY_MS,
} from "../../dashboards/shared/media-link.js";

/** A link that lives since `now`. */
function living(now = 100) {
  const link = new MediaLink(() => 1);
  link.begin(0);
  link.receiveAnswer(now / 2);
  link.receiveConnected(now);
  assert.deepEqual(link.actions(), ["open"]);
  return link;
}

test("it opens, is answered, connects and lives", () => {
  const link = new MediaLink(() => 1);
  assert.deepEqual([link.state, link.nextTimer(), link.actions()], ["idle", null, []]);
  link.begin(0);
  assert.deepEqual([link.state, link.nextTimer(), link.actions()], ["opening", OPEN_MS, ["open"]]);
  link.receiveAnswer(300);
  assert.deepEqual([link.state, link.nextTimer()], ["connecting", 300 + CONNECT_MS]);
  link.receiveConnected(500);
  assert.deepEqual([link.state, link.nextTimer()], ["live", 500 + STALL_MS]);
  link.receiveMedia(1_500);
  assert.deepEqual([link.nextTimer(), link.actions()], [1_500 + STALL_MS, []]);
});

test("silence of three seconds is offered anew", () => {
  const link = living();
  link.handleTimer(100 + STALL_MS - 1);
  assert.equal(link.state, "live");
  link.handleTimer(100 + STALL_MS);
  assert.deepEqual([link.state, link.code, link.actions()], ["waiting", "silence", ["close"]]);
  link.handleTimer(/** @type {number} */ (link.nextTimer()));
  assert.deepEqual([link.state, link.retryAt, link.actions()], ["opening", null, ["open"]]);
  assert.equal(link.code, "silence", "why it is not live is still true");
  link.receiveAnswer(9_000);
  link.receiveConnected(9_100);
  assert.equal(link.code, "");
});

test("an answer or a path that does not come is waited for so long only", () => {
  for (const [answered, code] of [
    [false, "unreachable"],
    [true, "no_path"],
  ]) {
    const link = new MediaLink(() => 1);
    link.begin(0);
    if (answered) link.receiveAnswer(0);
    link.handleTimer(/** @type {number} */ (link.nextTimer()));
    assert.deepEqual([link.state, link.code], ["waiting", code]);
  }
});

test("the waiting doubles to five seconds, and begins anew after a steady life", () => {
  const link = living();
  const waits = [];
  let now = 1_000;
  for (let attempt = 0; attempt < 4; attempt++) {
    link.receiveLost("lost", now);
    waits.push(/** @type {number} */ (link.retryAt) - now);
    now = /** @type {number} */ (link.retryAt);
    link.handleTimer(now);
  }
  assert.deepEqual(waits, [1_000, 2_000, 4_000, 5_000]);
  link.receiveAnswer(now);
  link.receiveConnected(now);
  link.receiveLost("lost", now + STEADY_MS);
  assert.equal(/** @type {number} */ (link.retryAt) - now - STEADY_MS, 1_000);
});

test("who may not is told so, and not asked again", () => {
  for (const status of [401, 403]) {
    const link = new MediaLink(() => 1);
    link.begin(0);
    link.receiveRefusal(status, "forbidden", 10);
    assert.deepEqual([link.state, link.code, link.nextTimer()], ["refused", "forbidden", null]);
    assert.deepEqual(link.actions(), ["open", "close"]);
    link.handleTimer(1e9);
    link.retryNow(1e9);
    assert.equal(link.state, "refused");
    link.begin(2e9);
    assert.deepEqual([link.state, link.code], ["opening", ""]);
  }
});

test("a place that is taken is tried three times: our own ghost holds it for a second", () => {
  const link = new MediaLink(() => 1);
  let now = 0;
  link.begin(now);
  for (let tries = 1; tries < OCCUPIED_TRIES; tries++) {
    link.receiveRefusal(409, "occupied", now);
    assert.deepEqual([link.state, link.retryAt], ["waiting", now + OCCUPIED_MS]);
    link.handleTimer((now += OCCUPIED_MS));
  }
  link.receiveRefusal(409, "occupied", now);
  assert.deepEqual([link.state, link.code], ["refused", "occupied"]);
});

test("another refusal in between begins the counting anew", () => {
  const link = new MediaLink(() => 0);
  link.begin(0);
  for (const [status, code] of [
    [409, "occupied"],
    [409, "occupied"],
    [503, "draining"],
    [409, "occupied"],
  ]) {
    link.receiveRefusal(Number(status), String(code), 0);
    assert.equal(link.state, "waiting");
    link.retryNow(0);
  }
});

test("what comes too late for its state changes nothing", () => {
  const link = living();
  link.receiveAnswer(1);
  link.receiveConnected(1);
  link.receiveRefusal(403, "forbidden", 1);
  link.retryNow(1);
  assert.equal(link.state, "live");
  link.stop();
  assert.deepEqual([link.state, link.actions(), link.nextTimer()], ["idle", ["close"], null]);
  link.receiveLost("lost", 2);
  link.handleTimer(1e9);
  link.stop();
  assert.deepEqual([link.state, link.actions()], ["idle", []]);
});

test("ICE servers are read from the Link header", () => {
  const header =
    '<stun:stun.example.vn>; rel="ice-server", ' +
    '<turn:turn.example.vn:3478?transport=udp>; rel="ice-server"; username="17:a,b"; ' +
    'credential="x;y="; credential-type="password", </next>; rel=next, <turn:t>;rel=ice-server';
  assert.deepEqual(readLinks(header), [
    { urls: "stun:stun.example.vn" },
    { urls: "turn:turn.example.vn:3478?transport=udp", username: "17:a,b", credential: "x;y=" },
    { urls: "turn:t" },
  ]);
  assert.deepEqual(readLinks(""), []);
  assert.deepEqual(readLinks("nonsense, <, ;;"), []);
});
