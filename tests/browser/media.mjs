// Opens one page in Debian's Chromium and prints what it reports as one line of JSON.
//   node tests/browser/media.mjs URL SECONDS [FLAG ...]
// The page sets window.report() to a promise of its figures and window.done() to a verdict;
// the figures are printed as soon as it is true, or after SECONDS.
import { chromium } from 'playwright-core';

const [url, seconds, ...flags] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync',
    '--autoplay-policy=no-user-gesture-required', '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream', '--allow-loopback-in-peer-connection', ...flags,
  ],
});
try {
  const page = await browser.newPage();
  const said = [];
  page.on('pageerror', (error) => said.push(String(error)));
  await page.goto(url);
  let error = null;
  try {
    await page.waitForFunction('window.done && window.done()', null, { timeout: seconds * 1000 });
  } catch (late) {
    error = String(late).split('\n')[0];
  }
  const report = await page.evaluate('window.report ? window.report() : null');
  console.log(JSON.stringify({ ...report, error, said }));
} finally {
  await browser.close();
}
