// Times Mermaid in headless Chromium, without the start of either: the best of three drawings of each file.
//
//     node benches/mermaid-times.mjs FILE.mmd…
//
// It takes the packages of tests/browser.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRequire } from 'node:module';

const packages = path.join(path.dirname(fileURLToPath(import.meta.url)), '../tests/browser/node_modules');
const puppeteer = createRequire(`${packages}/`)('puppeteer-core');
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  headless: true,
  args: ['--no-sandbox', '--disable-gpu'],
  protocolTimeout: 600_000,
});
const page = await browser.newPage();
await page.setContent('<body></body>');
await page.addScriptTag({ path: path.join(packages, 'mermaid/dist/mermaid.min.js') });
await page.evaluate(() => window.mermaid.initialize({ startOnLoad: false, maxTextSize: 1e9, maxEdges: 1e6 }));
for (const [index, file] of process.argv.slice(2).entries()) {
  let best = Infinity;
  for (let round = 0; round < 3; round += 1) {
    best = Math.min(best, await page.evaluate(time, fs.readFileSync(file, 'utf8'), `drawing${index}-${round}`));
  }
  console.log(`${file}: ${best.toFixed(0)} ms`);
}
await browser.close();

/** Runs in the page. */
async function time(text, id) {
  const start = performance.now();
  await window.mermaid.render(id, text);
  return performance.now() - start;
}
