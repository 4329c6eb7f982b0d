// A device and a screen on npm's `ws`, which shares no code with what the coordinator speaks.
//   node tests/conformance/ws_client.mjs ws://127.0.0.1:8080 CREDENTIAL TOKEN
// Prints what it saw as one line of JSON.
import WebSocket from "ws";

const [server, credential, token] = process.argv.slice(2);

/**
 * @param {string} path
 * @param {string} secret
 */
function open(path, secret) {
  const socket = new WebSocket(server + path, { headers: { Authorization: `Bearer ${secret}` } });
  /** @type {any[]} */
  const heard = [];
  /** @type {(() => void)[]} */
  const waiting = [];
  socket.on("message", (data, binary) => {
    if (binary) throw new Error("a binary frame");
    heard.push(JSON.parse(String(data)));
    for (const wake of waiting.splice(0)) wake();
  });
  const until = async (/** @type {(message: any) => boolean} */ wanted) => {
    for (let next = 0; ; next++) {
      while (next >= heard.length) await new Promise((done) => waiting.push(() => done(null)));
      if (wanted(heard[next])) return heard[next];
    }
  };
  const opened = new Promise((done, fail) => socket.once("open", done).once("error", fail));
  const closed = new Promise((done) => socket.once("close", (code) => done(code)));
  const say = (/** @type {any} */ message) => socket.send(JSON.stringify(message));
  return { socket, until, opened, closed, say };
}

const screen = open("/ws/watch", token);
await screen.opened;
const snapshot = await screen.until((message) => message.type === "snapshot");

const device = open("/ws/agent", credential);
await device.opened;
device.say({ type: "hello", versions: [1], spool: "npm-ws", software: "npm ws" });
const welcome = await device.until((message) => message.type === "welcome");
const code = welcome.point.code;
device.say({
  type: "fact.enter",
  spool: "npm-ws",
  seq: 1,
  entered_utc: new Date().toISOString(),
  kind: "point.checked_in",
  body: { branches: [{ reported: 43 }] },
});
const acked = await device.until((message) => message.type === "fact.acked");
const pong = new Promise((done) => device.socket.once("pong", (data) => done(String(data))));
device.socket.ping("npm");
const patch = await screen.until((message) => message.set?.[code]?.attendance?.reported === 43);
const echoed = await pong;
device.say({ type: "goodbye" });
device.socket.close(1000);
screen.socket.close(1000);
const codes = await Promise.all([device.closed, screen.closed]);
const extensions = device.socket.extensions + screen.socket.extensions;
console.log(
  JSON.stringify({ role: snapshot.role, code, acked, echoed, codes, extensions, rev: patch.rev }),
);
