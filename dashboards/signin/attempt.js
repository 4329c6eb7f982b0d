// @ts-check
/**
 * One try to come in: what the form shows while it lasts and when it fails.
 *
 * @module
 */

import { useSignal } from "../shared/ui.js";

/** @typedef {import("../shared/api.js").Answer} Answer */

/**
 * @param {string} next - the page to go to
 * @param {Record<string, string>} faults - problem code to the key of its sentence
 * @returns {{busy: {value: boolean}, fault: {value: string},
 *   enter: (request: () => Promise<Answer>) => Promise<boolean>}} `enter` tells whether we are in
 */
export function useAttempt(next, faults) {
  const busy = useSignal(false);
  const fault = useSignal("");
  const enter = async (/** @type {() => Promise<Answer>} */ request) => {
    if (busy.value) return false;
    busy.value = true;
    fault.value = "";
    const answer = await request();
    busy.value = false;
    if (answer.kind === "done") {
      location.replace(next);
      return true;
    }
    fault.value = answer.kind === "unreachable" ? "signin.unreachable" : sentence(answer, faults);
    return false;
  };
  return { busy, fault, enter };
}

/** @param {{status: number, code: string}} answer @param {Record<string, string>} faults */
function sentence(answer, faults) {
  if (answer.code === "too_many_tries") return "signin.too_many";
  return faults[answer.code] ?? "signin.refused";
}
