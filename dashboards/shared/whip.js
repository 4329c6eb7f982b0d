// @ts-check
/**
 * Publishes a camera, a microphone or a screen by WHIP, and keeps doing so: what breaks is
 * offered anew. The codec is the session's (H.264, else VP8), the rate what the relay asks
 * for (REMB); a large picture is offered twice, and sent once where only one is taken.
 *
 * @module
 */

import { MediaPeer, preferCodecs, total } from "./media-peer.js";
import { renditionsOf } from "./renditions.js";

export class Whip {
  /** @type {MediaStream|null} */
  #stream = null;
  #peer;

  /** @param {() => void} changed - called when the state may have changed */
  constructor(changed) {
    this.#peer = new MediaPeer({
      changed,
      prepare: (pc) => this.#prepare(pc),
      // The relay reports on what it gets every second.
      heard: (report) => total(report, "candidate-pair", "bytesReceived"),
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
   * @param {"studio"|"studio-backup"|`point/${string}`} source
   * @param {MediaStream} stream
   * @param {{takeover?: boolean}} [how] - takeover: end whoever publishes there
   */
  publish(source, stream, { takeover = false } = {}) {
    this.#stream = stream;
    this.#peer.begin(`/whip/${source}${takeover ? "?takeover=1" : ""}`);
  }

  /**
   * Send another picture or sound in the place of the present one, without a new session.
   *
   * @param {MediaStream} stream - with the same kinds of tracks
   */
  async replace(stream) {
    this.#stream = stream;
    for (const sender of this.#peer.senders()) {
      const track = stream.getTracks().find(({ kind }) => kind === sender.track?.kind);
      if (track) await sender.replaceTrack(track).catch(() => this.#peer.renew("lost"));
    }
  }

  /** Say goodbye and stop. The stream's own tracks go on. */
  stop() {
    this.#stream = null;
    this.#peer.stop();
  }

  /** @param {RTCPeerConnection} pc */
  #prepare(pc) {
    const stream = this.#stream;
    for (const track of stream?.getTracks() ?? []) {
      const streams = stream ? [stream] : [];
      const transceiver = addTrack(pc, track, streams);
      if (track.kind === "video") preferCodecs(transceiver, "sender");
    }
  }
}

/** @param {RTCPeerConnection} pc @param {MediaStreamTrack} track @param {MediaStream[]} streams */
function addTrack(pc, track, streams) {
  /** @type {RTCRtpTransceiverInit} */
  const once = { direction: "sendonly", streams };
  const sendEncodings = track.kind === "video" ? renditionsOf(track.getSettings()) : undefined;
  if (!sendEncodings) return pc.addTransceiver(track, once);
  try {
    return pc.addTransceiver(track, { ...once, sendEncodings });
  } catch {
    // A browser that cannot send two pictures sends one.
    return pc.addTransceiver(track, once);
  }
}
