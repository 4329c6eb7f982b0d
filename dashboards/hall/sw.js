// @ts-check
/**
 * The service worker of the hall page. The server puts `self.SHELL` before this text: version
 * and files of the page, so that a changed file is a changed worker.
 *
 * All of one version or all of the other: everything comes from one cache, filled whole. What
 * the API answers is never kept.
 *
 * @module
 */

/** @typedef {Event & {waitUntil: (work: Promise<unknown>) => void}} Lasting */
/** @typedef {Event & {request: Request, respondWith: (answer: Promise<Response>) => void}} Fetching */
/**
 * @typedef {object} Keeper - what a service worker has of its global scope
 * @property {{version: string, files: string[]}} SHELL
 * @property {Location} location
 * @property {{claim: () => Promise<void>}} clients
 * @property {() => Promise<void>} skipWaiting
 * @property {(kind: string, on: (event: any) => void) => void} addEventListener
 */

const worker = /** @type {Keeper} */ (/** @type {unknown} */ (self));
const CACHE = `nhipcau-hall-${worker.SHELL.version}`;
const PAGE = "/hall";

worker.addEventListener("install", (/** @type {Lasting} */ event) => {
  event.waitUntil(fill().then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (/** @type {Lasting} */ event) => {
  event.waitUntil(forget().then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (/** @type {Fetching} */ event) => {
  const { method, url, mode } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== worker.location.origin) return;
  const ours = mode === "navigate" ? pathname === PAGE : worker.SHELL.files.includes(pathname);
  if (ours) event.respondWith(find(pathname, event.request));
});

async function fill() {
  const cache = await caches.open(CACHE);
  await cache.addAll(worker.SHELL.files.map((path) => new Request(path, { cache: "reload" })));
}

async function forget() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith("nhipcau-hall-") && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

/** @param {string} path @param {Request} request */
async function find(path, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path, { ignoreVary: true })) ?? fetch(request);
}
