import assert from "node:assert/strict";
import { test } from "node:test";

import { Store } from "../../dashboards/shared/store.js";

const epoch = "boot-1";
const point = (code, tile = "ok") => ({ code, tile, since: 0, main: false });
const session = { phase: "check_in" };

const snapshot = (more = {}) => ({
  type: "snapshot",
  epoch,
  rev: 7,
  now: 0,
  role: "host",
  session,
  totals: { points: 2 },
  media: { relay: true },
  points: { A: point("A"), B: point("B") },
  alarms: { a1: { id: "a1" } },
  me: "t1",
  ...more,
});
const patch = (base, rev, more = {}) => ({ type: "patch", epoch, base, rev, now: 0, ...more });

function holding() {
  const store = new Store();
  store.receive(snapshot());
  return store;
}

test("before the first snapshot nothing is known and nothing is asked", () => {
  const store = new Store();
  assert.equal(store.receive(patch(0, 1)).kind, "nothing");
  assert.equal(store.synced, false);
  assert.equal(store.session, null);
});

test("a patch says exactly what changed", () => {
  const store = holding();
  const change = store.receive(patch(7, 9, { set: { B: point("B", "lost") }, gone: ["A"] }));
  assert.deepEqual(change, { kind: "patch", set: ["B"], gone: ["A"], restarted: false });
  assert.deepEqual([...store.points.values()], [point("B", "lost")]);
  assert.equal(store.rev, 9);
});

test("what a patch leaves out stays", () => {
  const store = holding();
  store.receive(patch(7, 8, { totals: { points: 3 } }));
  assert.equal(store.session, session);
  assert.deepEqual(store.totals, { points: 3 });
  assert.deepEqual(store.media, { relay: true });
});

test("a merged patch that begins before what we hold still fits", () => {
  const store = holding();
  assert.equal(store.receive(patch(5, 8, { gone: ["A"] })).kind, "patch");
});

test("a repeated patch changes nothing", () => {
  const store = holding();
  assert.equal(store.receive(patch(6, 7, { gone: ["A"] })).kind, "nothing");
  assert.equal(store.points.size, 2);
});

test("a tick of what we hold changes nothing", () => {
  const store = holding();
  assert.equal(store.receive({ type: "tick", epoch, rev: 7, now: 0 }).kind, "nothing");
});

for (const [why, message] of Object.entries({
  "a gap": patch(8, 9, { gone: ["A"] }),
  "another epoch": { ...patch(7, 9), epoch: "boot-2" },
  "a tick beyond what we hold": { type: "tick", epoch, rev: 8, now: 0 },
  "a tick of another epoch": { type: "tick", epoch: "boot-2", rev: 7, now: 0 },
})) {
  test(`${why} asks for a snapshot and keeps the last picture, unbelieved`, () => {
    const store = holding();
    assert.equal(store.receive(message).kind, "gap");
    assert.equal(store.synced, false);
    assert.equal(store.points.size, 2);
    assert.equal(store.receive(patch(7, 8)).kind, "gap", "and asks again");
    store.receive(snapshot({ rev: 9 }));
    assert.equal(store.synced, true);
  });
}

test("a state that only a later server knows is unknown here, never good", () => {
  const store = new Store();
  store.receive(snapshot({ points: { A: point("A", "sparkling") } }));
  assert.equal(store.points.get("A").tile, "unknown");
});

test("a snapshot names the points that are no more, and a server that was restarted", () => {
  const store = holding();
  const change = store.receive(snapshot({ epoch: "boot-2", rev: 1, points: { B: point("B") } }));
  assert.deepEqual(change, { kind: "snapshot", set: ["B"], gone: ["A"], restarted: true });
  assert.equal(store.receive(snapshot({ epoch: "boot-2" })).restarted, false);
});

test("alarms come and go by themselves, and only then are another list", () => {
  const store = holding();
  const before = store.alarms;
  assert.deepEqual([...before.keys()], ["a1"]);
  store.receive(patch(7, 8, { totals: { points: 3 } }));
  assert.equal(store.alarms, before);
  store.receive(patch(8, 9, { alarms: { a2: { id: "a2" } }, alarms_gone: ["a1"] }));
  assert.deepEqual([...store.alarms.keys()], ["a2"]);
  assert.equal(store.me, "t1");
});
