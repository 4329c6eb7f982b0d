// @ts-check
/**
 * Camera, microphone and screen of this machine. What browsers throw becomes a code that the
 * page has a sentence for.
 *
 * @module
 */

/**
 * @typedef {"insecure"|"denied"|"missing"|"busy"|"cancelled"|"other"} Fault
 * @typedef {{stream: MediaStream, fault: null} | {stream: null, fault: Fault}} Captured
 */

/** 720p is what 92 halls on a town's line can get at best; a hall's sound needs no stereo. */
const PICTURE = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 25, max: 30 } };
const SOUND = { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true };

/** What the names of DOMExceptions mean to people. @type {Record<string, Fault>} */
const FAULTS = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
};

/**
 * Both in one question to the person.
 *
 * @param {{camera: string, microphone: string}} chosen - ids of devices; empty for any
 * @returns {Promise<Captured>}
 */
export function openCamera({ camera, microphone }) {
  return capture(() =>
    navigator.mediaDevices.getUserMedia({
      video: { ...PICTURE, ...exactly(camera) },
      audio: { ...SOUND, ...exactly(microphone) },
    }),
  );
}

/** @param {string} camera @returns {Promise<Captured>} */
export function openPicture(camera) {
  return capture(() => navigator.mediaDevices.getUserMedia({ video: { ...PICTURE, ...exactly(camera) } }));
}

/** @param {string} microphone @returns {Promise<Captured>} */
export function openSound(microphone) {
  return capture(() => navigator.mediaDevices.getUserMedia({ audio: { ...SOUND, ...exactly(microphone) } }));
}

/**
 * The screen without its sound: a speaker talks over his slides.
 *
 * @returns {Promise<Captured>}
 */
export async function openScreen() {
  const screen = await capture(() =>
    navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 15 } } }),
  );
  // Whoever closes the browser's own question changed his mind; nothing is broken.
  if (screen.fault === "denied") return { stream: null, fault: "cancelled" };
  // Letters rather than motion.
  for (const track of screen.stream?.getVideoTracks() ?? []) track.contentHint = "detail";
  return screen;
}

/** @param {string} id @returns {MediaTrackConstraints} */
function exactly(id) {
  return id ? { deviceId: { exact: id } } : {};
}

/** @returns {Promise<{cameras: MediaDeviceInfo[], microphones: MediaDeviceInfo[]}>} */
export async function devices() {
  const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  const of = (/** @type {string} */ kind) =>
    all.filter((device) => device.kind === kind && device.deviceId);
  return { cameras: of("videoinput"), microphones: of("audioinput") };
}

/** @param {() => Promise<MediaStream>} ask @returns {Promise<Captured>} */
async function capture(ask) {
  // Without HTTPS browsers hide the whole interface.
  if (!window.isSecureContext || !navigator.mediaDevices) return { stream: null, fault: "insecure" };
  try {
    return { stream: await ask(), fault: null };
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    return { stream: null, fault: FAULTS[name] ?? "other" };
  }
}
