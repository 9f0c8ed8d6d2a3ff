// Reads a site that `fsmc doc` wrote in headless Chromium, from the disk and from a server, and tells what is wrong with it.
//
//     node site.mjs SITE JOB.json RESULT.json [PNG-DIRECTORY]
//
// JOB is { search: { words, found }, texts }: what is looked for and the page that Enter then leads to, and texts that have
// to be seen somewhere, as they are. RESULT is { pages, links, problems }. No request leaves the site.
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import puppeteer from 'puppeteer-core';

const [site, jobFile, resultFile, pictures] = process.argv.slice(2);
const job = JSON.parse(fs.readFileSync(jobFile, 'utf8'));
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'];
const TYPES = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript' };

const problems = [];
const seen = new Set();
let links = 0;
const files = fs.readdirSync(site, { recursive: true }).filter((file) => file.endsWith('.html')).sort();

const server = http.createServer((request, response) => {
  const file = path.join(site, decodeURIComponent(new URL(request.url, 'http://localhost').pathname));
  if (!fs.existsSync(file)) return response.writeHead(404).end();
  response.writeHead(200, { 'content-type': TYPES[path.extname(file)] ?? 'text/plain' }).end(fs.readFileSync(file));
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const roots = [pathToFileURL(`${path.resolve(site)}/`).href, `http://127.0.0.1:${server.address().port}/`];

const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: FLAGS });
try {
  for (const root of roots) {
    const page = await openPage(root);
    for (const file of files) await look(page, root, file);
    await search(page, root);
    await keyboard(page, root);
    await page.close();
  }
  if (pictures) await photograph(roots[0]);
} finally {
  await browser.close();
  server.close();
}
for (const text of job.texts) if (![...seen].some((shown) => shown.includes(text))) problems.push(`nowhere to be seen: ${text}`);
fs.writeFileSync(resultFile, JSON.stringify({ pages: files.length, links, problems }, null, 1));

/** A page in which whatever goes wrong, or wants out, is told. */
async function openPage(root) {
  const page = await browser.newPage();
  await page.setViewport({ width: 1300, height: 900 });
  const tell = (what) => problems.push(`${page.url()}: ${what}`);
  page.on('console', (message) => { if (message.type() !== 'log') tell(`console: ${message.text()}`); });
  page.on('pageerror', (error) => tell(`error: ${error.message}`));
  page.on('dialog', (dialog) => { tell(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('popup', () => tell('a window was opened'));
  page.on('requestfailed', (request) => tell(`failed: ${request.url()}`));
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    if (request.url().startsWith(root) || request.url().startsWith('data:,')) return request.continue();
    tell(`request: ${request.url()}`);
    return request.abort();
  });
  return page;
}

/** Looks at a page: what stands on it, and where its links lead. */
async function look(page, root, file) {
  await page.goto(root + file);
  const found = await page.evaluate(() => ({
    text: document.body.innerText,
    links: [...document.querySelectorAll('a[href]')].map((link) => [link.href.baseVal ? new URL(link.href.baseVal, location).href : link.href, link.textContent]),
    doubled: [...document.querySelectorAll('[id]')].map((of) => of.id).filter((id, at, all) => all.indexOf(id) !== at),
    landmarks: ['main', 'header', 'nav', 'h1'].filter((name) => !document.querySelector(name)),
    handlers: [...document.querySelectorAll('*')].filter((of) => [...of.attributes].some(({ name }) => name.startsWith('on'))).length,
    wide: document.documentElement.scrollWidth > document.documentElement.clientWidth,
  }));
  seen.add(found.text);
  for (const id of found.doubled) problems.push(`${file}: the id ${id} stands twice`);
  for (const name of found.landmarks) problems.push(`${file}: there is no ${name}`);
  if (found.handlers) problems.push(`${file}: there are event handlers in the markup`);
  if (found.wide) problems.push(`${file}: it is wider than the window`);
  for (const [href, text] of found.links) {
    const url = new URL(href);
    if (!href.startsWith(root)) {
      if (!/^https?:$/.test(url.protocol)) problems.push(`${file}: a link leads to ${href}`);
      continue;
    }
    links += 1;
    const target = path.join(site, decodeURIComponent(href.slice(root.length).replace(/[?#].*/, '')));
    if (!fs.existsSync(target)) problems.push(`${file}: the link of ${text} leads nowhere: ${href}`);
    else if (url.hash && !ids(target).has(decodeURIComponent(url.hash.slice(1)))) problems.push(`${file}: there is no such part: ${href}`);
  }
}

/** The ids in a file. */
function ids(file) {
  const text = fs.readFileSync(file, 'utf8').replace(/&quot;/g, '"').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
  return new Set([...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id));
}

/** Search by keyboard alone. */
async function search(page, root) {
  await page.goto(`${root}index.html`);
  await page.keyboard.press('/');
  await page.keyboard.type(job.search.words);
  const options = await page.$$eval('#found [role="option"]', (items) => items.length);
  if (!options) return problems.push('search finds nothing');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  const chosen = await page.$eval('#query', (query) => document.getElementById(query.getAttribute('aria-activedescendant'))?.getAttribute('aria-selected'));
  if (chosen !== 'true') problems.push('no result is selected');
  await Promise.all([page.waitForNavigation({ timeout: 5000 }), page.keyboard.press('Enter')]);
  if (page.url() !== root + job.search.found) problems.push(`search leads to ${page.url()}`);
  await page.keyboard.press('/');
  await page.keyboard.type('no such thing anywhere');
  const said = await page.$eval('#none', (none) => none.textContent);
  if (!said) problems.push('search does not say that it found nothing');
  await page.keyboard.press('Escape');
  if (await page.$eval('#search', (dialog) => dialog.open)) problems.push('Escape does not close the search');
}

/** What has the focus can be seen, and the first of it leads to the content. */
async function keyboard(page, root) {
  await page.goto(`${root}index.html`);
  await page.keyboard.press('Tab');
  const first = await page.evaluate(() => [document.activeElement.className, document.activeElement.getBoundingClientRect().top]);
  if (first[0] !== 'skip' || first[1] < 0) problems.push('the first thing with the focus is not a link to the content that can be seen');
  for (let step = 0; step < 12; step += 1) {
    await page.keyboard.press('Tab');
    const outline = await page.evaluate(() => document.activeElement === document.body || getComputedStyle(document.activeElement).outlineStyle);
    if (outline === 'none') problems.push(`step ${step}: the focus cannot be seen`);
  }
}

/** Pictures for people to look at. */
async function photograph(root) {
  fs.mkdirSync(pictures, { recursive: true });
  for (const [scheme, width, height] of [['light', 1400, 1000], ['dark', 1400, 1000], ['light', 390, 800]]) {
    const page = await openPage(root);
    await page.setViewport({ width, height });
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    for (const file of files) {
      await page.goto(root + file);
      await page.screenshot({ path: path.join(pictures, `${file.replace(/\W+/g, '-')}-${scheme}-${width}.png`), fullPage: true });
      if (width < 500 && await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)) {
        problems.push(`${file}: it is wider than a phone`);
      }
    }
    await page.close();
  }
}
