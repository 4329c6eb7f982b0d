import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { action, concerns, flooded, heading, inOrder, matter, unseen } from "../../dashboards/shared/alarm.js";
import { Text } from "../../dashboards/shared/text.js";

const vi = JSON.parse(readFileSync(new URL("../../dashboards/locale/vi.json", import.meta.url), "utf8"));
const text = new Text("vi", vi);

const alarm = (changes = {}) => ({
  id: "a1",
  state: "unacknowledged",
  what: "lost",
  why: "silence",
  priority: "medium",
  flapping: false,
  point: "MH-001",
  points: [],
  had: 0,
  cause: "",
  name: "",
  raised_at: 0,
  taken_by: null,
  ...changes,
});
const incident = (changes = {}) =>
  alarm({ point: null, points: ["A", "B"], had: 3, cause: "provider", name: "Viettel", ...changes });

test("who has not been seen comes first, then the graver, then the older", () => {
  const alarms = [
    alarm({ id: "shelved", state: "shelved", priority: "high" }),
    alarm({ id: "seen", state: "acknowledged", priority: "high" }),
    alarm({ id: "young", raised_at: 5 }),
    alarm({ id: "old", raised_at: 1 }),
    alarm({ id: "over", state: "returned", priority: "high" }),
    alarm({ id: "grave", priority: "high", raised_at: 9 }),
    alarm({ id: "old2", raised_at: 1 }),
  ];
  const order = inOrder(alarms).map(({ id }) => id);
  assert.deepEqual(order, ["grave", "old", "old2", "young", "over", "seen", "shelved"]);
  assert.deepEqual(inOrder(alarms).filter(unseen).length, 5);
});

test("an incident names its cause, how many halls, and what to do", () => {
  assert.equal(heading(text, incident(), undefined), "Nhà mạng Viettel");
  assert.equal(matter(text, incident()), "2/3 điểm cầu: mất kết nối");
  assert.match(action(text, incident()), /Viettel/);
});

test("an alarm says where and what, and a reason only where it adds something", () => {
  const point = { code: "MH-001", name: "Hội trường X" };
  assert.equal(heading(text, alarm(), point), "Hội trường X");
  assert.equal(heading(text, alarm(), undefined), "MH-001");
  assert.equal(matter(text, alarm()), "Mất kết nối");
  assert.equal(matter(text, alarm({ flapping: true })), "Chập chờn");
  assert.equal(matter(text, alarm({ what: "no_picture", why: "frozen" })), "Không có hình: hình bị đứng");
  assert.equal(matter(text, alarm({ what: "no_sound", why: "no_sound" })), "Không có tiếng");
  assert.equal(matter(text, alarm({ what: "help_wanted", why: "echo" })), "Hội trường gọi hỗ trợ: tiếng vọng");
});

test("the centre's own alarm is everybody's", () => {
  const own = alarm({ point: null, what: "relay_lost", why: "relay_lost" });
  assert.equal(heading(text, own, undefined), "Máy chủ truyền không trả lời");
  assert.equal(matter(text, own), "Tại trung tâm");
  assert.equal(concerns(own, () => false), true);
  assert.equal(concerns(alarm(), () => false), false);
  assert.equal(concerns(incident(), (code) => code === "B"), true);
});

test("more than ten new ones in ten minutes are a flood", () => {
  const many = Array.from({ length: 11 }, (_, n) => alarm({ id: `a${n}`, raised_at: 1_000 }));
  assert.equal(flooded(many, 2_000), true);
  assert.equal(flooded(many.slice(1), 2_000), false);
  assert.equal(flooded(many, 700_000), false);
});
