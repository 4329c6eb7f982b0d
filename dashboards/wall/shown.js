// @ts-check
/**
 * How many rows of a list are in sight: those that do not fit wrap into a column beside it,
 * which is cut off, so that no row is ever half there.
 *
 * @module
 */

import { useEffect, useRef, useSignal } from "../shared/ui.js";

/**
 * @param {boolean} narrow
 * @param {string} drawn - what is in the list; counted anew when it changes
 */
export function useShown(narrow, drawn) {
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const shown = useSignal(0);
  useEffect(() => {
    const list = box.current;
    // Nothing to list: the page has no list then.
    if (!list) return undefined;
    const count = () => {
      const rows = /** @type {HTMLElement[]} */ ([...list.children]);
      const left = rows[0]?.offsetLeft;
      shown.value = rows.filter((row) => row.offsetLeft === left).length;
    };
    // What is counted is shown beside the list: in a frame of its own, or the two would loop.
    let frame = 0;
    const observer = new ResizeObserver(() => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(count);
    });
    observer.observe(list);
    count();
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
    };
  }, [narrow, drawn]);
  return { box, shown };
}
