// Drives Debian's Chromium for a Python test: reads one JSON command a line, answers one a
// line. Commands are few; whatever else a test needs, it evaluates in the page.
import { createInterface } from "node:readline";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const options = JSON.parse(process.argv[2] ?? "{}");
const launch = {
  executablePath: "/usr/bin/chromium",
  args: [...FLAGS, ...(options.flags ?? [])],
};
// With a profile there is one context, whose storage outlives the process.
const kept = options.profile
  ? await chromium.launchPersistentContext(options.profile, {
      ...launch,
      locale: "vi-VN",
      ...options.settings,
    })
  : null;
const browser = kept ?? (await chromium.launch(launch));
/** @type {Map<number, {context: any, page: any, devtools?: any, requests: string[], faults: string[], dialogs: string[]}>} */
const pages = new Map();
let next = 1;

const COMMANDS = {
  async open({ url, wait, cookies, script, ...settings }) {
    const context = kept ?? (await browser.newContext({ locale: "vi-VN", ...settings }));
    if (cookies) await context.addCookies(cookies);
    if (script) await context.addInitScript(script);
    const page = await context.newPage();
    const held = { context, page, requests: [], faults: [], dialogs: [] };
    // As without a listener, but remembered.
    page.on("dialog", async (dialog) => {
      held.dialogs.push(dialog.type());
      await (dialog.type() === "beforeunload" ? dialog.accept() : dialog.dismiss());
    });
    page.on("request", (request) => held.requests.push(request.url()));
    page.on("websocket", (socket) => held.requests.push(socket.url()));
    page.on("pageerror", (error) => held.faults.push(String(error)));
    page.on("console", (line) => {
      if (line.type() === "error") held.faults.push(line.text());
    });
    pages.set(next, held);
    await page.goto(url, { waitUntil: wait ?? "load" });
    return next++;
  },
  evaluate: ({ page }, { script }) => page.evaluate(script),
  // Polls, because a page that animates nothing draws no frames to poll by.
  async until({ page }, { script, seconds }) {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const value = await page.evaluate(script).catch(() => null);
      if (value) return value;
      if (Date.now() > end) throw new Error(`never came true: ${script}`);
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  },
  click: ({ page }, { selector }) => page.click(selector),
  tap: ({ page }, { selector }) => page.tap(selector, { timeout: 10_000 }),
  fill: ({ page }, { selector, value }) => page.fill(selector, value),
  press: ({ page }, { key }) => page.keyboard.press(key),
  key_down: ({ page }, { key }) => page.keyboard.down(key),
  key_up: ({ page }, { key }) => page.keyboard.up(key),
  focus: ({ page }, { selector }) => page.focus(selector),
  hover: ({ page }, { selector }) => page.hover(selector),
  mouse_move: ({ page }, { x, y }) => page.mouse.move(x, y),
  mouse_down: ({ page }) => page.mouse.down(),
  mouse_up: ({ page }) => page.mouse.up(),
  reload: ({ page }) => page.reload(),
  offline: ({ context }, { offline }) => context.setOffline(offline),
  size: ({ page }, { width, height }) => page.setViewportSize({ width, height }),
  screenshot: async ({ page }, { path, full }) => {
    await page.screenshot({ path, fullPage: full, animations: "allow" });
  },
  media: ({ page }, { media }) => page.emulateMedia({ media }).then(() => null),
  pdf: ({ page }, { path }) => page.pdf({ path, preferCSSPageSize: true, format: "A4" }).then(() => null),
  // Seconds the page's main thread has worked so far.
  async busy_s(opened) {
    // The counters begin with the session that asks for them.
    if (!opened.devtools) {
      opened.devtools = await opened.context.newCDPSession(opened.page);
      await opened.devtools.send("Performance.enable");
    }
    const { metrics } = await opened.devtools.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration").value;
  },
  requests: ({ requests }) => requests,
  faults: ({ faults }) => faults,
  dialogs: ({ dialogs }) => dialogs,
  select: ({ page }, { selector, value }) => page.selectOption(selector, value),
  async axe({ page }) {
    const source = readFileSync(createRequire(import.meta.url).resolve("axe-core"), "utf8");
    await page.evaluate(source);
    const tags = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"];
    const { violations } = await page.evaluate(
      (values) => globalThis.axe.run({ runOnly: { type: "tag", values } }),
      tags,
    );
    return violations.map(({ id, impact, help, nodes }) => ({
      id,
      impact,
      help,
      where: nodes.slice(0, 5).map((node) => `${node.target} ${node.failureSummary}`),
    }));
  },
  async close_page({ context, page }, { page: id }) {
    pages.delete(id);
    await (kept ? page : context).close();
  },
  async close_all() {
    await Promise.all([...pages.values()].map(({ context }) => context.close()));
    pages.clear();
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { command, page, ...given } = JSON.parse(line);
  try {
    const run = COMMANDS[command];
    const value = await (page === undefined ? run(given) : run(pages.get(page), { page, ...given }));
    console.log(JSON.stringify({ value: value ?? null }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error) }));
  }
}
await browser.close();
