// @ts-check
/**
 * The requests of the wall.
 *
 * @module
 */

import { ask } from "../shared/api.js";

/** @import {AlarmView} from "../shared/wire.d.ts" */

/** @param {string} id */
const alarm = (id) => `/api/v1/alarms/${encodeURIComponent(id)}`;

/** @param {string} code */
const point = (code) => `/api/v1/points/${encodeURIComponent(code)}`;

/** @param {string} id */
export const acknowledge = (id) => ask(`${alarm(id)}/acknowledge`, {});

/** Whoever is shown as being on it is named, so that two do not both get it. @param {AlarmView} held */
export const take = (held) => ask(`${alarm(held.id)}/take`, { instead_of: held.taken_by });

/** @param {string} id */
export const release = (id) => ask(`${alarm(id)}/release`, {});

/** @param {string} id */
export const resolve = (id) => ask(`${alarm(id)}/resolve`, {});

/** @param {string} id */
export const unshelve = (id) => ask(`${alarm(id)}/unshelve`, {});

/** @param {string} id @param {number} minutes @param {string} reason */
export const shelve = (id, minutes, reason) => ask(`${alarm(id)}/shelve`, { minutes, reason });

/** @param {string} id @param {string} words */
export const note = (id, words) => ask(`${alarm(id)}/notes`, { text: words });

/** @param {string} id */
export const readAlarm = (id) => ask(alarm(id));

/** @param {string} code */
export const readAlarms = (code) => ask(`${point(code)}/alarms`);

/** @param {string} code @param {string} action @param {string} [words] */
export const giveOrder = (code, action, words = "") =>
  ask(`${point(code)}/orders`, { action, text: words });

/** @param {string} code @param {string} choice */
export const chooseRendition = (code, choice) => ask(`${point(code)}/rendition`, { choice });

/** @param {string} code */
export const readOrders = (code) => ask(`${point(code)}/orders`);

/** @param {string} code */
export const readLink = (code) => ask(`${point(code)}/link`);

export const readTechnicians = () => ask("/api/v1/technicians");

/** @param {string[]} points @param {string|null} technician */
export const share = (points, technician) => ask("/api/v1/shares", { points, technician });
