import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { answered, orderText, pending, sent, slow } from "../../dashboards/host/command.js";
import { Text } from "../../dashboards/shared/text.js";

const url = new URL("../../dashboards/locale/vi.json", import.meta.url);
const vi = new Text("vi", JSON.parse(readFileSync(url, "utf8")));

test("a start on its way is not on air", () => {
  assert.equal(orderText(vi, sent("start")), "Máy chủ chưa nhận lệnh. Chưa phát sóng.");
  assert.equal(pending(sent("start")), true);
  assert.equal(pending(slow(sent("start"))), true);
});

test("after five seconds it is said that nothing came", () => {
  assert.match(orderText(vi, slow(sent("start"))), /quá 5 giây.*Chưa phát sóng\.$/);
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
  assert.equal(orderText(vi, done), "Máy chủ đã ghi nhận lúc 08:00:03.");
  const bare = answered(sent("start"), { kind: "done", body: null });
  assert.equal(orderText(vi, bare), "Máy chủ đã ghi nhận.");
});

test("a refusal says why in our words, else in the server's, else by code", () => {
  const refused = (code, detail) =>
    orderText(vi, answered(sent("start"), { kind: "refused", status: 409, code, detail }));
  assert.equal(
    refused("reason_required", "x"),
    "Máy chủ từ chối: chưa đủ điều kiện bắt đầu, cần ghi lý do. Chưa phát sóng.",
  );
  assert.match(refused("sunspots", "Có bão từ."), /Có bão từ\. Chưa phát sóng\./);
  assert.match(refused("sunspots", ""), /mã sunspots/);
});

test("no answer is never taken for yes", () => {
  const text = orderText(vi, answered(sent("closed"), { kind: "unreachable" }));
  assert.match(text, /chưa xác nhận lệnh.*Chưa có gì thay đổi/);
});
