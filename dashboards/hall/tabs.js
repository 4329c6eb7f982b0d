// @ts-check
/**
 * Several tabs of one device: one of them keeps the line, all of them may enter. Browsers
 * without locks (a page without HTTPS) let each tab dial; the newest connection wins then.
 *
 * @module
 */

const NAME = "nhipcau-hall";

export class Tabs {
  #channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(NAME);

  /** @param {(seq: number) => void} saved - another tab saved up to this number; 0: only marked */
  constructor(saved) {
    if (this.#channel) this.#channel.onmessage = ({ data }) => saved(Number(data));
  }

  /** Call back when this tab is the one that keeps the line. @param {() => void} led */
  lead(led) {
    if (!navigator.locks) return led();
    void navigator.locks.request(NAME, () => {
      led();
      return new Promise(() => undefined); // until the tab ends
    });
  }

  /** @param {number} seq */
  tell(seq) {
    this.#channel?.postMessage(seq);
  }
}
