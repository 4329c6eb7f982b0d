// @ts-check
/**
 * The programme on the hall's screen: plays it, keeps it playing, and measures what is shown.
 *
 * @module
 */

import { signal } from "../shared/ui.js";
import { Whep, watchFrames } from "../shared/whep.js";
import { countOf, loadOf } from "./load.js";
import { mediaOf, pathOf } from "./reception.js";
import { BLOCK, COLUMNS, ROWS, base64, lumaOf } from "./thumbnail.js";

const THUMBNAIL_MS = 900;
/**
 * A repair over a long line takes a round trip of 150 ms and a little; measured at 2 and 5 % loss
 * (docs/decisions/0025-receivers.md).
 */
const PATIENCE_MS = 400;
/** What the server refused may be allowed again after it restarted. */
const REFUSED_MS = 15_000;
/** How long a preflight looks at the programme, s. */
const TEST_S = 5;
const RATE_MS = 2_500;

export class Player {
  /** The browser plays no sound before somebody touched the page. */
  locked = signal(false);
  video = document.createElement("video");
  #whep;
  #credential;
  #canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  /** @type {Record<string, unknown>[]} */
  #stats = [];
  /** When the newest frame was presented; below 0: none was. */
  #newestAt = -1;
  /** Thumbnail and the frame it is of. @type {{rtpTimestamp: number|null, at: number, luma: string|null}} */
  #taken = { rtpTimestamp: null, at: -1, luma: null };
  #refusedTimer = 0;
  /** @type {import("./load.js").Count|null} */
  #count = null;
  /** Ends a rejoining that is under way. @type {(why: string) => void} */
  #rejoined = () => undefined;

  /** @param {string} credential */
  constructor(credential) {
    this.#credential = credential;
    if (this.#canvas)
      [this.#canvas.canvas.width, this.#canvas.canvas.height] = [COLUMNS * BLOCK, ROWS * BLOCK];
    this.video.autoplay = this.video.playsInline = true;
    this.#whep = new Whep({
      play: (stream) => this.#play(stream),
      changed: () => this.#follow(),
      measured: (report) => this.#measure(report),
    });
    watchFrames(this.video, (now, frame) => this.#present(now, frame));
  }

  start() {
    this.#whep.watch("programme", this.#credential, PATIENCE_MS);
  }

  /**
   * The centre asks for it.
   *
   * @param {number} within_ms
   * @returns {Promise<string>} empty once it is live again, else the code of why it is not
   */
  rejoin(within_ms) {
    this.#rejoined("overtaken");
    if (this.#whep.state === "live") this.#whep.renew();
    else this.start();
    return new Promise((resolve) => {
      this.#rejoined = resolve;
      setTimeout(() => resolve("too_late"), within_ms);
    });
  }

  /** Somebody touched the page: sound may be played from now on. */
  async unlock() {
    this.video.muted = false;
    await this.video.play().catch(() => undefined);
    this.locked.value = this.video.muted;
  }

  /** Its counters, looked at once a second for some seconds. */
  async look() {
    const looks = [];
    for (let second = 0; second <= TEST_S; second += 1) {
      if (second) await new Promise((resolve) => setTimeout(resolve, 1_000));
      const { connected, video, audio } = this.media();
      const frames = Number(video?.framesReceived ?? 0);
      looks.push({ connected, frames, sounds: Number(audio?.packetsReceived ?? 0) });
    }
    return looks;
  }

  /** What its own reception brings now. */
  async rate_kbps() {
    const before = this.#count;
    await new Promise((resolve) => setTimeout(resolve, RATE_MS));
    return before && this.#count ? loadOf([before], [this.#count]).kbps : 0;
  }

  /** How the programme comes. */
  path() {
    return pathOf(this.#stats, this.#whep.state === "live");
  }

  /** `media` of the next report. */
  media() {
    return mediaOf(this.#stats, this.#whep.state === "live", this.#shown(performance.now()));
  }

  /** @param {MediaStream|null} stream */
  #play(stream) {
    this.video.srcObject = stream;
    if (!stream) this.#stats = [];
    if (stream) void this.#begin();
  }

  /** With sound if the browser lets us, else without until somebody touches the page. */
  async #begin() {
    try {
      await this.video.play();
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== "NotAllowedError") return;
      this.video.muted = true;
      this.locked.value = true;
      await this.video.play().catch(() => undefined);
    }
  }

  #follow() {
    clearTimeout(this.#refusedTimer);
    if (this.#whep.state === "live") this.#rejoined("");
    if (this.#whep.state === "refused")
      this.#refusedTimer = window.setTimeout(() => this.start(), REFUSED_MS);
  }

  /** @param {RTCStatsReport} report */
  #measure(report) {
    this.#stats = [...report.values()];
    this.#count = countOf(report);
  }

  /** @param {number} now @param {VideoFrameCallbackMetadata} frame */
  #present(now, frame) {
    const rtpTimestamp = frame.rtpTimestamp ?? null;
    this.#newestAt = now;
    if (now - this.#taken.at >= THUMBNAIL_MS) this.#taken = { rtpTimestamp, at: now, luma: this.#luma() };
  }

  #luma() {
    try {
      this.#canvas?.drawImage(this.video, 0, 0, COLUMNS * BLOCK, ROWS * BLOCK);
      const picture = this.#canvas?.getImageData(0, 0, COLUMNS * BLOCK, ROWS * BLOCK);
      return picture ? base64(lumaOf(picture.data)) : null;
    } catch {
      return null; // a picture that cannot be read proves nothing, and accuses nobody
    }
  }

  /** @param {number} now @returns {import("./reception.js").Shown} */
  #shown(now) {
    const { rtpTimestamp, at, luma } = this.#taken;
    const sound = this.#whep.soundSource();
    return {
      newest_ms: this.#newestAt < 0 ? null : Math.max(0, now - this.#newestAt),
      rtpTimestamp: at < 0 ? null : rtpTimestamp,
      frame_ms: at < 0 ? null : Math.max(0, now - at),
      thumbnail: luma,
      soundRtpTimestamp: sound?.rtpTimestamp ?? null,
      sound_ms: sound ? Math.max(0, now - sinceOrigin(sound.timestamp)) : null,
      volume: this.video.volume,
      muted: this.video.muted,
      paused: this.video.paused,
      visible: document.visibilityState === "visible",
    };
  }
}

/** Browsers differ in where they count from. @param {number} moment - ms */
function sinceOrigin(moment) {
  return moment > performance.timeOrigin / 2 ? moment - performance.timeOrigin : moment;
}
