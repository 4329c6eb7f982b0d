// @ts-check
/**
 * The page of a hall: joins, then is what its operator said it is.
 *
 * @module
 */

import { chosen, speak, text } from "../shared/language.js";
import { reloadWhenBroken, show } from "../shared/page.js";
import { effect, html, signal } from "../shared/ui.js";
import { inAppOf } from "./browser.js";
import { Desk } from "./desk.js";
import { Joining } from "./joining.js";
import { Phone, PhonePage } from "./phone.js";
import { Screen, ScreenPage } from "./screen.js";
import { openDatabase } from "./store/database.js";
import { Held } from "./store/held.js";
import { SpoolStore } from "./store/spool-store.js";
import { InApp } from "./widgets/in-app.js";
import { Join } from "./widgets/join.js";

/** @import {Device} from "./store/held.js" */

/** What the page is now. @type {import("../vendor/signals.js").Signal<() => unknown>} */
const view = signal(() => /** @type {unknown} */ (html`<p class="loading">…</p>`));

function Page() {
  return view.value();
}

/** What the sheet's QR code says. @returns {{code: string, point: string}} */
function readFragment() {
  const fragment = new URLSearchParams(location.hash.slice(1));
  // Neither the history nor a bookmark keeps the code.
  if (fragment.has("code")) history.replaceState(null, "", location.pathname + location.search);
  return { code: fragment.get("code") ?? "", point: fragment.get("point") ?? "" };
}

class Hall {
  /** @param {IDBDatabase} database */
  constructor(database) {
    this.held = new Held(database);
    this.spool = new SpoolStore(database);
  }

  async begin() {
    await this.spool.load();
    const [sheet, device] = [readFragment(), await this.held.get("device")];
    const moves = device && sheet.point && sheet.point !== device.point.code;
    if (device && !moves) return this.#be(device);
    await this.#join(sheet, device);
  }

  /** @param {{code: string, point: string}} sheet @param {Device|null} [before] - what it was */
  async #join(sheet, before = null) {
    const joining = new Joining(this.held, this.spool, (device) => void this.#be(device));
    const waiting = (await this.spool.all()).some(({ recorded_utc }) => recorded_utc === null);
    // What was not sent belongs to the hall where it was entered.
    if (before && waiting) return this.#be(before);
    const note = before ? text.value.say("hall.was", { name: before.point.name }) : "";
    view.value = () => html`<${Join} joining=${joining} note=${note} />`;
    if (sheet.code) await joining.tryCode(sheet.code, sheet.point);
  }

  /** @param {Device} device */
  async #be(device) {
    const desk = new Desk(device, this.held, this.spool);
    const leave = () => void this.#leave();
    if (device.role === "screen") {
      const screen = new Screen(desk, leave);
      screen.start();
      view.value = () =>
        desk.stopped.value ? html`<${Join} joining=${this.#again()} />` : html`<${ScreenPage} screen=${screen} />`;
    } else {
      const phone = new Phone(desk, this.held, leave);
      await phone.counting.load();
      view.value = () => html`<${PhonePage} phone=${phone} />`;
      await desk.start();
      return phone.calling.load();
    }
    await desk.start();
  }

  /** @type {Joining|null} */
  #rejoining = null;

  /** The door, once, for a screen whose credential is worth nothing any more. */
  #again() {
    this.#rejoining ??= new Joining(this.held, this.spool, () => location.reload());
    return this.#rejoining;
  }

  /** Be another device. The line and the player end with the page. */
  async #leave() {
    await this.held.remove("device", "attempt", "draft", "told", "names");
    location.reload();
  }
}

async function main() {
  await speak(chosen());
  effect(() => {
    document.title = text.value.say("hall.title");
  });
  show(html`<${Page} />`);
  const app = inAppOf(navigator.userAgent);
  if (app) await new Promise((stay) => (view.value = () => html`<${InApp} app=${app} stay=${stay} />`));
  try {
    await new Hall(await openDatabase()).begin();
  } catch (error) {
    view.value = () => html`<main class="hall join">
      <p class="card card-bad" role="alert">${text.value.say("hall.no_storage")}</p>
      <p><a href="/hall/plain">${text.value.say("hall.plain")}</a></p>
    </main>`;
    throw error;
  }
}

reloadWhenBroken();
// Opens the page without a network from the second visit on; not to be had without HTTPS.
navigator.serviceWorker?.register("/hall/sw.js", { scope: "/hall" }).catch(() => undefined);
await main();
