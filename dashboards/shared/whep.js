// @ts-check
/**
 * Plays an output of the relay by WHEP, and keeps doing so: no packets for 3 s, or packets
 * for 8 s that make no picture, and it asks anew.
 *
 * @module
 */

import { MediaPeer, preferCodecs, total } from "./media-peer.js";

/** Packets of a picture come and no frame: after this it asks anew. Sound alone is no fault. */
export const FROZEN_MS = 8_000;

/**
 * @typedef {object} Player
 * @property {(stream: MediaStream|null) => void} play - what to show; null when there is none
 * @property {() => void} changed - the state may have changed
 * @property {(report: RTCStatsReport) => void} [measured] - once a second while live
 */

export class Whep {
  /** Whole milliseconds since a frame was decoded, as far as looked; 0 while they come. */
  frozen_ms = 0;
  /** @type {MediaStream|null} */
  #stream = null;
  #frames = -1;
  #framesAt = 0;
  #patience_ms = 0;
  /** Packets of pictures, a second ago. */
  #packets = 0;
  #player;
  #peer;

  /** @param {Player} player */
  constructor(player) {
    this.#player = player;
    this.#peer = new MediaPeer({
      prepare: (pc) => this.#prepare(pc),
      heard: (report) => total(report, "inbound-rtp", "packetsReceived"),
      changed: () => this.#changed(),
      measured: (report) => this.#measure(report),
    });
  }

  /** @returns {import("./media-link.js").MediaState} */
  get state() {
    return this.#peer.state;
  }

  /** Why it is not live; see MediaLink. */
  get code() {
    return this.#peer.code;
  }

  /**
   * @param {"programme"|"return"} output
   * @param {string} [credential] - of a device
   * @param {number} [patience_ms] - how much later everything may be shown, so that what was
   *   lost can be sent once more before its turn: for who listens, and does not talk
   */
  watch(output, credential = "", patience_ms = 0) {
    this.#patience_ms = patience_ms;
    this.#peer.begin(`/whep/${output}`, credential);
  }

  /** Leave what is played and ask for it anew. */
  renew() {
    this.#peer.renew("asked");
  }

  /** When the last sample that is heard was sent and played, where the browser tells it. */
  soundSource() {
    const sound = this.#peer.receivers().find(({ track }) => track.kind === "audio");
    return sound?.getSynchronizationSources?.()[0] ?? null;
  }

  stop() {
    this.#peer.stop();
  }

  /** @param {RTCPeerConnection} pc */
  #prepare(pc) {
    const stream = new MediaStream();
    preferCodecs(pc.addTransceiver("video", { direction: "recvonly" }), "receiver");
    pc.addTransceiver("audio", { direction: "recvonly" });
    pc.ontrack = ({ track, receiver }) => {
      if (this.#patience_ms) wait(receiver, this.#patience_ms);
      stream.addTrack(track);
      this.#show(stream);
    };
    this.frozen_ms = 0;
    this.#frames = -1;
  }

  /** @param {RTCStatsReport} report */
  #measure(report) {
    const [frames, now] = [total(report, "inbound-rtp", "framesDecoded"), performance.now()];
    const packets = total(report, "inbound-rtp", "packetsReceived", "video");
    const coming = packets > this.#packets;
    if (frames > this.#frames) this.#framesAt = now;
    [this.#frames, this.#packets] = [frames, packets];
    this.frozen_ms = Math.round(now - this.#framesAt);
    this.#player.measured?.(report);
    if (this.frozen_ms >= FROZEN_MS && coming) this.#peer.renew("frozen");
    else this.#player.changed();
  }

  #changed() {
    if (this.#stream && (this.state === "idle" || this.state === "refused")) this.#show(null);
    this.#player.changed();
  }

  /** @param {MediaStream|null} stream */
  #show(stream) {
    if (stream === this.#stream) return;
    this.#stream = stream;
    this.#player.play(stream);
  }
}

/**
 * Chromium before 124 knows the older name, in seconds; Firefox none before 128, and does without.
 *
 * @param {RTCRtpReceiver & {playoutDelayHint?: number}} receiver
 * @param {number} patience_ms
 */
function wait(receiver, patience_ms) {
  receiver.playoutDelayHint = patience_ms / 1_000;
  receiver.jitterBufferTarget = patience_ms;
}

/**
 * Call back for each frame that is presented, with its RTP timestamp where the browser tells
 * it (Chromium does, Firefox before 132 has no such callback).
 *
 * @param {HTMLVideoElement} video
 * @param {(now: number, frame: VideoFrameCallbackMetadata) => void} presented
 * @returns {() => void} stops it
 */
export function watchFrames(video, presented) {
  if (!("requestVideoFrameCallback" in video)) return () => undefined;
  let handle = 0;
  const next = () => {
    handle = video.requestVideoFrameCallback((now, frame) => {
      presented(now, frame);
      next();
    });
  };
  next();
  return () => video.cancelVideoFrameCallback(handle);
}
