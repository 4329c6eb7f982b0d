import assert from "node:assert/strict";
import { test } from "node:test";

import { RETRY_MAX_MS, RETRY_MIN_MS } from "../../dashboards/shared/backoff.js";
import {
  CLOSE_CREDENTIAL,
  CONNECT_MS,
  DEAD_MS,
  Protocol,
  RESYNC_MS,
  SUSPECT_MS,
  decode,
} from "../../dashboards/shared/protocol.js";

const SNAPSHOT = JSON.stringify({ type: "snapshot", epoch: "e", rev: 1, now: 0, points: {} });
const TICK = JSON.stringify({ type: "tick", epoch: "e", rev: 1, now: 0 });

function connected(random = () => 1) {
  const protocol = new Protocol(random);
  protocol.begin(0);
  protocol.receiveFrame(SNAPSHOT, 100);
  protocol.actions();
  return protocol;
}

test("it opens, and lives from the first snapshot on", () => {
  const protocol = new Protocol(() => 1);
  assert.equal(protocol.state, "connecting");
  protocol.begin(0);
  assert.deepEqual(protocol.actions(), [{ do: "open" }]);
  protocol.receiveFrame(TICK, 50);
  assert.equal(protocol.state, "connecting", "a tick alone shows nothing");
  assert.equal(protocol.receiveFrame(SNAPSHOT, 60)?.type, "snapshot");
  assert.equal(protocol.state, "live");
});

test("six silent seconds are suspicious, and a frame clears it", () => {
  const protocol = connected();
  protocol.handleTimer(100 + SUSPECT_MS - 1);
  assert.equal(protocol.state, "live");
  protocol.handleTimer(100 + SUSPECT_MS);
  assert.equal(protocol.state, "suspect");
  protocol.receiveFrame(TICK, 7_000);
  assert.equal(protocol.state, "live");
});

test("what cannot be read proves the link as well", () => {
  const protocol = connected();
  protocol.handleTimer(100 + SUSPECT_MS);
  assert.equal(protocol.receiveFrame("{", 7_000), null);
  assert.equal(protocol.state, "live");
});

test("twenty-five silent seconds end the connection, even in one late timer", () => {
  const protocol = connected();
  protocol.handleTimer(100 + DEAD_MS);
  assert.equal(protocol.state, "waiting");
  assert.deepEqual(protocol.actions(), [{ do: "close" }]);
});

test("a connection that never brings a snapshot is given up", () => {
  const protocol = new Protocol(() => 1);
  protocol.begin(0);
  protocol.actions();
  protocol.handleTimer(CONNECT_MS - 1);
  assert.equal(protocol.state, "connecting");
  protocol.handleTimer(CONNECT_MS);
  assert.equal(protocol.state, "waiting");
});

test("the wait doubles to fifteen seconds, with full jitter, and never below half a second", () => {
  const protocol = new Protocol(() => 1);
  const waits = [];
  for (let now = 0, i = 0; i < 7; i++) {
    protocol.begin(now);
    protocol.receiveClose(1006, now);
    waits.push(protocol.nextTimer() - now);
    now = protocol.nextTimer();
  }
  assert.deepEqual(waits, [1_000, 2_000, 4_000, 8_000, RETRY_MAX_MS, RETRY_MAX_MS, RETRY_MAX_MS]);
  const hasty = connected(() => 0);
  hasty.receiveClose(1006, 200);
  assert.equal(hasty.nextTimer(), 200 + RETRY_MIN_MS);
});

test("a snapshot forgives earlier failures", () => {
  const protocol = connected();
  protocol.attempts = 5;
  protocol.receiveFrame(SNAPSHOT, 200);
  assert.equal(protocol.attempts, 0);
});

test("the wait ends by its timer or by somebody's hand", () => {
  for (const end of ["handleTimer", "retryNow"]) {
    const protocol = connected();
    protocol.receiveClose(1001, 200);
    protocol[end](end === "retryNow" ? 300 : protocol.nextTimer());
    assert.equal(protocol.state, "connecting");
    assert.deepEqual(protocol.actions(), [{ do: "open" }]);
  }
});

test("after a sleep nothing is believed until something is heard", () => {
  const protocol = connected();
  protocol.receiveSleep(200);
  assert.equal(protocol.state, "suspect");
  protocol.receiveFrame(TICK, 300);
  assert.equal(protocol.state, "live");
  protocol.receiveClose(1006, 400);
  protocol.receiveSleep(500);
  assert.equal(protocol.state, "waiting");
});

test("a hand does not disturb a link that lives", () => {
  const protocol = connected();
  protocol.retryNow(200);
  assert.deepEqual(protocol.actions(), []);
});

test("signed out stays so", () => {
  const protocol = connected();
  protocol.receiveClose(CLOSE_CREDENTIAL, 200);
  assert.equal(protocol.state, "signed_out");
  assert.equal(protocol.nextTimer(), null);
  protocol.receiveClose(1006, 300);
  protocol.handleTimer(99_000);
  assert.equal(protocol.state, "signed_out");
});

test("the close that follows our own does not wait twice", () => {
  const protocol = connected();
  protocol.receiveClose(1001, 200);
  const at = protocol.nextTimer();
  protocol.receiveClose(1006, 250);
  assert.equal(protocol.nextTimer(), at);
  assert.equal(protocol.attempts, 1);
});

test("a resync is asked for once in five seconds, and anew after a snapshot", () => {
  const protocol = connected();
  protocol.askResync(1_000);
  protocol.askResync(1_000 + RESYNC_MS - 1);
  assert.deepEqual(protocol.actions(), [{ do: "send", text: '{"type":"watch.resync"}' }]);
  protocol.askResync(1_000 + RESYNC_MS);
  assert.equal(protocol.actions().length, 1);
  protocol.receiveFrame(SNAPSHOT, 6_500);
  protocol.askResync(6_600);
  assert.equal(protocol.actions().length, 1);
});

for (const junk of ["", "null", "7", "[]", '{"type":"hello"}', '{"type":"tick","rev":1}', '{"type":"tick","epoch":"e","rev":"1"}']) {
  test(`junk is no message: ${junk}`, () => assert.equal(decode(junk), null));
}
