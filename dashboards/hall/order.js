// @ts-check
/**
 * What to do with an order of the centre, by what this device is. Pure.
 *
 * @module
 */

/** @typedef {{outcome: "begun"|"done"|"refused", why: string}} Answer */
/** @typedef {"rejoin"|"preflight"|"sound"|"bandwidth"|"message"|"ask"|null} Deed */

/** @type {Record<string, {role: "screen"|"phone"|"any", deed: Deed}>} */
const ACTIONS = {
  rejoin_media: { role: "screen", deed: "rejoin" },
  restart_reception: { role: "screen", deed: "rejoin" },
  run_preflight: { role: "any", deed: "preflight" },
  test_sound: { role: "any", deed: "sound" },
  test_bandwidth: { role: "screen", deed: "bandwidth" },
  show_message: { role: "phone", deed: "message" },
  ask_room: { role: "phone", deed: "ask" },
};

/**
 * @param {string} action
 * @param {"screen"|"phone"} role
 * @returns {{deed: Deed, refusal: Answer|null}}
 */
export function weigh(action, role) {
  const known = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (!known) return { deed: null, refusal: { outcome: "refused", why: "unknown_action" } };
  if (known.role !== "any" && known.role !== role)
    return { deed: null, refusal: { outcome: "refused", why: "wrong_device" } };
  return { deed: known.deed, refusal: null };
}
