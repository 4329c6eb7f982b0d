// The words of the studio panel, and what a microphone's level means.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { CLIPPED_DB, Ear, SILENT_DB, SILENT_MS, peak, share } from "../../dashboards/host/loudness.js";
import { publishing, returning, sourceState } from "../../dashboards/host/studio-words.js";
import { Text } from "../../dashboards/shared/text.js";

const vi = new Text("vi", JSON.parse(readFileSync("dashboards/locale/vi.json", "utf8")));

for (const [state, code, more, mood, words] of [
  ["idle", "", { captured: false }, "quiet", "Máy này chưa phát gì."],
  ["idle", "", {}, "quiet", "Đã mở, chưa phát: chỉ máy này thấy."],
  ["opening", "", {}, "wait", "Đang nối tới máy chủ truyền…"],
  ["connecting", "", {}, "wait", "Đang nối tới máy chủ truyền…"],
  ["live", "", {}, "wait", "Đang phát làm nguồn chính. Các điểm cầu chưa thấy."],
  ["live", "", { seen: true }, "good", "Đang phát làm nguồn chính. Các điểm cầu đang thấy."],
  ["waiting", "silence", {}, "bad", "Mất đường phát (không còn gói tin nào tới). Đang tự nối lại."],
  ["opening", "lost", {}, "bad", "Mất đường phát (kết nối bị ngắt). Đang tự nối lại."],
  ["waiting", "sunspots", {}, "bad", "Mất đường phát (lỗi sunspots). Đang tự nối lại."],
  ["refused", "occupied", {}, "bad", "Máy khác đang phát làm nguồn chính."],
  ["refused", "forbidden", {}, "bad", "Tài khoản này không được phát. Hãy đăng nhập lại hoặc gọi kỹ thuật."],
]) {
  test(`publishing is told: ${state} ${code} ${JSON.stringify(more)}`, () => {
    const standing = { captured: true, seen: false, place: "studio", link: { state, code }, ...more };
    assert.deepEqual(publishing(vi, standing), { mood, words });
  });
}

test("what is published and not believed is never called seen", () => {
  const link = { state: "waiting", code: "lost" };
  const said = publishing(vi, { captured: true, seen: true, place: "studio", link });
  assert.doesNotMatch(said.words, /đang thấy/);
});

test("the picture that comes back needs words only while it is not there", () => {
  assert.equal(returning(vi, { state: "live", code: "" }), "");
  assert.equal(returning(vi, { state: "idle", code: "" }), "Chưa xem.");
  assert.equal(returning(vi, { state: "connecting", code: "" }), "Đang nối tới máy chủ truyền…");
  assert.match(returning(vi, { state: "waiting", code: "frozen" }), /hình đứng/);
  assert.match(returning(vi, { state: "refused", code: "forbidden" }), /không được phát/);
});

test("a source is seen, sending or silent, as the server says, and unknown when it cannot", () => {
  const media = { relay: true, programme: "studio", sources: ["studio", "point/MH-001"] };
  assert.equal(sourceState(media, "studio", true), "seen");
  assert.equal(sourceState(media, "point/MH-001", true), "sending");
  assert.equal(sourceState(media, "studio-backup", true), "silent");
  assert.equal(sourceState(media, "studio", false), "unknown", "what is old is not known");
  assert.equal(sourceState({ ...media, relay: false }, "studio", true), "unknown");
});

test("a level is the loudest sample in decibels", () => {
  assert.equal(peak(new Float32Array(8)), -60);
  assert.equal(peak(new Float32Array([0, 0.0001, 0])), -60, "the meter's floor");
  assert.equal(Math.round(peak(new Float32Array([0, -0.5, 0.1]))), -6);
  assert.deepEqual([share(-60), share(-30), share(0), share(3)], [0, 0.5, 1, 1]);
});

test("a pause is quiet, five silent seconds are silence, and a word ends both", () => {
  const ear = new Ear();
  assert.equal(ear.receive(-20, 0), "heard");
  assert.equal(ear.receive(SILENT_DB - 1, 100), "quiet");
  assert.equal(ear.receive(SILENT_DB - 1, 100 + SILENT_MS - 1), "quiet");
  assert.equal(ear.receive(SILENT_DB - 1, 100 + SILENT_MS), "silent");
  assert.equal(ear.receive(SILENT_DB, 9_000), "heard");
  assert.equal(ear.receive(-60, 9_100), "quiet");
  assert.equal(ear.receive(CLIPPED_DB, 9_200), "clipped");
});
