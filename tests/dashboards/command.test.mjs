import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { answered, orderText, pending, sent, settled, slow } from "../../dashboards/host/command.js";
import { Text } from "../../dashboards/shared/text.js";

const url = new URL("../../dashboards/locale/vi.json", import.meta.url);
const vi = new Text("vi", JSON.parse(readFileSync(url, "utf8")));

test("a start on its way is not on air", () => {
  assert.equal(orderText(vi, sent("start"), false), "Máy chủ chưa nhận lệnh. Chưa phát sóng.");
  assert.equal(pending(sent("start")), true);
  assert.equal(pending(slow(sent("start"))), true);
});

test("after five seconds it is said that nothing came", () => {
  assert.match(orderText(vi, slow(sent("start")), false), /quá 5 giây.*Chưa phát sóng\.$/);
});

test("an answer that came is not made slow afterwards", () => {
  const done = answered(sent("start"), { kind: "done", body: null });
  assert.equal(slow(done), done);
  assert.equal(slow(null), null);
  assert.equal(pending(done), false);
  assert.equal(pending(null), false);
});

test("recorded carries the server's time", () => {
  const body = { phase: "live", recorded_utc: "2026-10-04T01:00:03.250Z" };
  const done = answered(sent("start"), { kind: "done", body });
  assert.equal(orderText(vi, done, true), "Máy chủ đã ghi nhận lúc 08:00:03.");
  const bare = answered(sent("start"), { kind: "done", body: null });
  assert.equal(orderText(vi, bare, true), "Máy chủ đã ghi nhận.");
});

test("a refusal says why in our words, else in the server's, else by code", () => {
  const refused = (code, detail) =>
    orderText(vi, answered(sent("start"), { kind: "refused", status: 409, code, detail }), false);
  assert.equal(
    refused("reason_required", "x"),
    "Máy chủ từ chối: chưa đủ điều kiện bắt đầu, cần ghi lý do. Chưa phát sóng.",
  );
  assert.match(refused("sunspots", "Có bão từ."), /Có bão từ\. Chưa phát sóng\./);
  assert.match(refused("sunspots", ""), /mã sunspots/);
});

test("no answer is never taken for yes", () => {
  const text = orderText(vi, answered(sent("closed"), { kind: "unreachable" }), false);
  assert.match(text, /chưa xác nhận lệnh.*Chưa có gì thay đổi/);
});

test("the feed's word settles an order before its answer comes", () => {
  assert.deepEqual(settled(sent("start"), "live"), { name: "start", state: "recorded" });
  assert.deepEqual(settled(slow(sent("way_back")), "check_in")?.state, "recorded");
  assert.deepEqual(settled(sent("closed"), "closed")?.state, "recorded");
  assert.equal(settled(null, "live"), null);
});

test("what was said of an order before another phase is out of date", () => {
  const refused = answered(sent("closed"), { kind: "refused", status: 409, code: "x", detail: "" });
  assert.equal(settled(refused, "live"), null);
  assert.deepEqual(settled(sent("closed"), "live"), sent("closed"), "but its answer is awaited");
  const recorded = answered(sent("start"), { kind: "done", body: null });
  assert.equal(settled(recorded, "check_in"), recorded);
});

test("a start that came second is not said to be off air", () => {
  const refused = { kind: "refused", status: 409, code: "wrong_phase", detail: "" };
  const text = orderText(vi, answered(sent("start"), refused), true);
  assert.doesNotMatch(text, /Chưa phát sóng/);
});
