// The published clients a deployment may meet, and ours, in one bundle for tests/browser/clients.html.
// esbuild makes it when the tests run; nothing of it is ever shipped.
export { WebRTCPlayer } from '@eyevinn/webrtc-player';
export { WHIPClient as EyevinnPublisher } from '@eyevinn/whip-web-client';
export { WHEPClient } from 'whip-whep/whep.js';
export { Whep } from '../../dashboards/shared/whep.js';
export { WHIPClient } from 'whip-whep/whip.js';
