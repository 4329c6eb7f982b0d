import assert from "node:assert/strict";
import { test } from "node:test";

import {
  MAX_PEOPLE,
  answered,
  asked,
  entryOf,
  linesOf,
  sums,
  tasks,
  withExcuse,
  withFigure,
  worry,
} from "../../dashboards/hall/count.js";
import {
  announced,
  confirmed,
  guests,
  incoming,
  namedGuest,
  namedGuests,
  outgoing,
} from "../../dashboards/hall/guest.js";
import { weigh } from "../../dashboards/hall/order.js";
import { headCount, pictureOf } from "../../dashboards/hall/seen.js";

const POINT = { code: "MH-001", name: "P", unit: "", branches: ["Chi bộ 1", "Chi bộ 2"] };
const REST = { exempt: 0, late: 0, left_early: 0, excuses: {} };
const LINE = { branch: "Chi bộ 1", expected: 50, present: 48, excused: 1, guests: 2, ...REST };

function branch(name, changes = {}) {
  const nothing = { excused: 0, exempt: 0, guests: 0, elsewhere: 0, rolls: [] };
  return { branch: name, expected: 50, reported: null, ...nothing, ...changes };
}
const recorded = (...branches) => ({ branches, transfers: [], recorded_utc: null });
const rolls = (...stages) => ({
  names: false,
  rolls: stages.map((stage, index) => ({ roll: index + 1, stage })),
});
const roll = (number, present) => ({ roll: number, present, excused: 0, exempt: 0, guests: 1 });

test("the check-in and every opened roll call can be counted", () => {
  assert.deepEqual(tasks(null), [{ roll: 0, stage: "open" }]);
  assert.deepEqual(
    tasks(rolls("closed", "open", "waiting")).map((task) => task.roll),
    [0, 1, 2],
  );
});

test("an open roll call is asked for first, then the check-in, then what was missed", () => {
  const none = recorded(branch("Chi bộ 1"));
  const live = { phase: "live" };
  assert.equal(asked(rolls("open", "open"), none, live).roll, 2);
  assert.equal(asked(rolls("waiting"), none, live).roll, 0);
  assert.equal(asked(rolls("closed"), none, live).roll, 1);
  assert.equal(asked(rolls("closed"), none, { phase: "check_in" }).roll, 0);
  assert.equal(asked(rolls("closed"), recorded(branch("a", { rolls: [roll(1, 4)] })), live).roll, 0);
  assert.equal(asked(null, null, null).roll, 0);
});

test("a task is answered when every branch is", () => {
  assert.ok(!answered(null, 0));
  assert.ok(!answered(recorded(branch("a", { reported: 3 }), branch("b")), 0));
  assert.ok(answered(recorded(branch("a", { reported: 3 }), branch("b", { reported: 0 })), 0));
});

test("lines begin with what is recorded, else the check-in, else everybody", () => {
  const known = recorded(
    branch("Chi bộ 1", { reported: 47, rolls: [roll(1, 45)] }),
    branch("Chi bộ 2", { expected: 20 }),
  );
  const present = (number) =>
    linesOf({ roll: number, stage: "open" }, POINT, known).map((line) => line.present);
  assert.deepEqual(present(0), [47, 20]);
  assert.deepEqual(present(1), [45, 20]);
  assert.deepEqual(present(2), [47, 20]);
  const blank = linesOf({ roll: 0, stage: "open" }, POINT, null);
  assert.deepEqual(blank.map(({ expected }) => expected), [null, null]);
  const only = { ...POINT, branches: [] };
  const [lone] = linesOf({ roll: 0, stage: "open" }, only, recorded(branch("Chi bộ lẻ")));
  assert.deepEqual([lone.branch, lone.expected], ["", 50]);
  assert.equal(linesOf({ roll: 0, stage: "open" }, null, null).length, 1);
});

test("a figure is a whole number of people", () => {
  for (const [typed, figure] of [[-3, 0], [2.9, 2], [NaN, 0], [1e9, MAX_PEOPLE]])
    assert.equal(withFigure(LINE, "present", typed).present, figure);
});

test("sums and worries", () => {
  assert.deepEqual(sums([LINE, LINE]), { expected: 100, present: 96, excused: 2, guests: 4 });
  assert.equal(sums([{ ...LINE, expected: null }]).expected, null);
  assert.equal(worry([LINE]), null);
  assert.equal(worry([{ ...LINE, present: 51 }]), "more_than_expected");
  assert.equal(worry([{ ...LINE, present: 50 }]), "more_excused_than_absent");
  assert.equal(worry([{ ...LINE, present: 0, expected: null }]), "nobody");
  assert.equal(worry([{ ...LINE, late: 49 }]), "parts");
  assert.equal(worry([{ ...LINE, left_early: 49 }]), "parts");
  assert.equal(worry([{ ...LINE, excuses: { sick: 2 } }]), "parts");
});

test("a reason makes as many excused as the reasons come to", () => {
  const ill = withExcuse(withExcuse(LINE, "sick", 2), "shift", 1);
  assert.deepEqual([ill.excused, ill.excuses], [3, { sick: 2, shift: 1 }]);
  assert.equal(withExcuse({ ...LINE, excused: 9 }, "sick", 2).excused, 9);
  assert.equal(withExcuse(LINE, "sick", -4).excuses.sick, 0);
});

test("late, left early and reasons come back from the centre and are sent again", () => {
  const answer = { ...roll(1, 45), excused: 3, late: 2, left_early: 1, excuses: { shift: 3 } };
  const known = recorded(branch("Chi bộ 1", { rolls: [answer] }));
  const [line] = linesOf({ roll: 1, stage: "open" }, { ...POINT, branches: ["Chi bộ 1"] }, known);
  assert.deepEqual([line.late, line.left_early, line.excuses], [2, 1, { shift: 3 }]);
  const [sent] = entryOf({ roll: 1 }, [line], null, "").body.branches;
  assert.deepEqual([sent.late, sent.left_early, sent.excuses], [2, 1, { shift: 3 }]);
});

test("an entry is absolute, and says who is in charge only at the check-in", () => {
  const person = { name: "Lan", phone: "0900" };
  const checkIn = entryOf({ roll: 0 }, [LINE], person, "mưa");
  assert.equal(checkIn.kind, "point.checked_in");
  assert.equal(checkIn.body.branches[0].reported, 48);
  assert.deepEqual(checkIn.body.in_charge, person);
  assert.equal(entryOf({ roll: 0 }, [LINE], { name: "", phone: "" }, "").body.in_charge, null);
  const counted = entryOf({ roll: 2 }, [LINE], person, "");
  assert.equal(counted.kind, "roll.counted");
  assert.deepEqual(Object.keys(counted.body), ["roll", "branches", "note"]);
  assert.equal(counted.body.branches[0].present, 48);
});

test("what the centre sees is never better than what it said", () => {
  const seen = (presence, reception) => pictureOf({ presence, reception });
  assert.equal(pictureOf(null), "unknown");
  assert.equal(seen("online", "verified"), "good");
  assert.equal(seen("online", "confirmed_in_room"), "good");
  assert.equal(seen("online", "receiving"), "partly");
  assert.equal(seen("online", "none"), "none");
  assert.equal(seen("online", "of a later version"), "none");
  assert.equal(seen("lost", "playing"), "none");
  assert.equal(seen("unknown", "playing"), "unknown");
  assert.equal(seen("online", "unknown"), "unknown");
});

test("the newest figures the centre holds are shown", () => {
  assert.deepEqual(headCount(null), { have: null, expected: 0, guests: 0, roll: 0 });
  const checked = recorded(branch("a", { reported: 40, guests: 2 }), branch("b"));
  assert.deepEqual(headCount(checked), { have: 40, expected: 100, guests: 2, roll: 0 });
  const rolled = recorded(branch("a", { reported: 40, rolls: [roll(1, 44), roll(2, 43)] }));
  assert.deepEqual(headCount(rolled), { have: 43, expected: 50, guests: 1, roll: 2 });
});

test("a device does what is for its kind and refuses the rest by name", () => {
  assert.equal(weigh("ask_room", "phone").deed, "ask");
  assert.equal(weigh("show_message", "screen").refusal.why, "wrong_device");
  assert.equal(weigh("rejoin_media", "screen").deed, "rejoin");
  assert.equal(weigh("run_preflight", "screen").deed, "preflight");
  assert.equal(weigh("test_bandwidth", "screen").deed, "bandwidth");
  assert.deepEqual(["screen", "phone"].map((role) => weigh("test_sound", role).deed), ["sound", "sound"]);
  assert.equal(weigh("test_bandwidth", "phone").refusal.why, "wrong_device");
  assert.equal(weigh("constructor", "phone").refusal.why, "unknown_action");
});

test("members of other units: absolute entries, and only what was not taken back", () => {
  assert.deepEqual(guests("MH-030", 3).body.home, { point: "MH-030", branch: "", unit: "" });
  const sent = announced({ transfer: "t1", branch: "Chi bộ 1", to: "MH-014", people: 2 });
  assert.equal(sent.kind, "transfer.announced");
  assert.deepEqual(confirmed("t1", 2), { kind: "transfer.confirmed", body: { transfer: "t1", people: 2 } });
  const line = (transfer, out, people) => ({ transfer, outgoing: out, people, other: "x", confirmed: null });
  const told = { ...recorded(), transfers: [line("a", true, 2), line("b", false, 1), line("c", true, 0), line("d", false, null)] };
  assert.deepEqual(incoming(told).map(({ transfer }) => transfer), ["b", "d"]);
  assert.deepEqual(outgoing(told).map(({ transfer }) => transfer), ["a"]);
  assert.deepEqual([incoming(null), outgoing(null)], [[], []]);
});

test("a guest by name is taken back by the same identity, and only this session's are listed", () => {
  const lan = { guest: "g1", number: "", name: "Lan", unit: "Phố Nối", makes_up: "" };
  const entry = namedGuest(lan);
  assert.deepEqual([entry.kind, entry.body.makes_up, entry.body.gone], ["guest.named", null, false]);
  assert.equal(namedGuest({ ...lan, name: "" }).body.name, null);
  const fact = (body, session = "s1", remark = null) => ({ kind: "guest.named", body, session, note: null, remark });
  const other = { ...entry.body, guest: "g2" };
  const facts = [fact(entry.body, "s1", "not_found"), fact(other), fact({ ...other, gone: true }), fact({ ...other, guest: "g3" }, "s0")];
  assert.deepEqual(namedGuests(facts, "s1").map(({ body, remark }) => [body.guest, remark]), [["g1", "not_found"]]);
  assert.equal(guests("MH-030", 3, "s0").body.makes_up, "s0");
});
