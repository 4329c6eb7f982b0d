import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import * as finding from "../../dashboards/hall/finding.js";
import { loadOf, receptionsNeeded } from "../../dashboards/hall/load.js";
import { pathOf } from "../../dashboards/hall/reception.js";

const { limits, cases } = JSON.parse(
  readFileSync(new URL("../vectors/preflight.json", import.meta.url), "utf8"),
);

/** How each check is made of what was measured. */
const MADE = {
  clock: (off) => [finding.clock(off, limits)],
  control: (answered) => finding.control(answered, limits),
  disk: (free) => [finding.disk(free, limits)],
  power: (battery) => [finding.power(battery, limits)],
  camera: (brightness) => [finding.camera(brightness, limits, "Micro")],
  microphone: (level) => [finding.microphone(level, limits, "Micro")],
  bandwidth: (load) => [finding.bandwidth(load, limits)],
  sound: (looks) => [finding.programme(looks, limits, true)],
  programme: (looks) => [finding.programme(looks, limits)],
};

test("a page finds what an agent finds of the same measurements", () => {
  for (const { check, measured, found } of cases) {
    const plain = MADE[check](measured).map(({ evidence: _, ...rest }) => ({
      ...rest,
      figure: rest.figure === null ? null : Math.round(rest.figure * 1_000) / 1_000,
    }));
    assert.deepEqual(plain, found, `${check} ${JSON.stringify(measured)}`);
  }
});

test("a bandwidth test asks for as much as proves something, and adds up what came", () => {
  assert.deepEqual([0, 300, 900, 2_500].map((kbps) => receptionsNeeded(kbps, 1_200)), [6, 4, 1, 1]);
  const at = (ms, received, lost, bytes) => ({ at: ms, received, lost, bytes });
  const load = loadOf([at(0, 10, 0, 0), at(500, 0, 3, 0)], [at(5_000, 60, 5, 62_500), at(5_500, 50, 2, 62_500)]);
  assert.deepEqual(load, { received: 100, lost: 4, kbps: 200, receptions: 2 });
});

test("what the browser does not tell is skipped, never good", () => {
  for (const made of [finding.disk(null, limits), finding.power(null, limits), finding.clock(null, limits)])
    assert.equal(made.verdict, "skipped");
});

test("findings that only a page has say what is wrong by one code", () => {
  const why = ({ verdict, why: code }) => `${verdict} ${code}`.trim();
  const { versions, chime, unopened } = finding;
  const good = { name: "Chrome", version: 109, floor: 109, good: true };
  const made = [
    [versions(good, null), "ok"],
    [versions({ ...good, good: false }, null), "fail too_old"],
    [versions(good, "Zalo"), "fail in_app_browser"],
    [chime(null), "fail not_played"],
    [chime(true), "ok"],
    [chime(false), "fail not_heard"],
    [unopened("camera", "NotFoundError"), "skipped no_device"],
    [unopened("camera", "NotReadableError"), "fail busy"],
    [unopened("microphone", "NotAllowedError"), "fail denied"],
  ];
  for (const [result, expected] of made) assert.equal(why(result), expected);
});

test("a path around a firewall is told from UDP and from none", () => {
  const pair = { type: "candidate-pair", id: "p", nominated: true, localCandidateId: "l", currentRoundTripTime: 0.02 };
  const local = (more) => [pair, { type: "local-candidate", id: "l", protocol: "udp", ...more }];
  const verdicts = (path) => finding.paths(path).map(({ check, verdict }) => `${check} ${verdict}`);
  assert.deepEqual(verdicts(pathOf(local({}), true)), ["udp ok", "tcp_turn skipped"]);
  assert.equal(finding.paths(pathOf(local({}), true))[0].figure, 20);
  assert.deepEqual(verdicts(pathOf(local({ relayProtocol: "tls" }), true)), ["udp fail", "tcp_turn ok"]);
  assert.deepEqual(verdicts(pathOf([], false)), ["udp fail"]);
});
