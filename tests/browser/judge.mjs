// Draws Mermaid diagrams with several versions of Mermaid in headless Chromium.
//
//     node judge.mjs JOBS.json RESULT.json [PNG-DIRECTORY]
//
// JOBS is a list of { name, text }. RESULT is a list of { name, version, error?, texts, nodes, edges }: the texts to be
// seen in the drawing, and the graph as Mermaid understood it. Nothing is judged here: the test compares the result with
// the model. No request leaves the process.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const PACKAGES = ['mermaid', 'mermaid11'];
const PAGE = '<!doctype html><meta charset="utf-8"><body style="margin:0"><div id="box" style="display:inline-block"></div>';
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'];

const [jobsFile, resultFile, pictures] = process.argv.slice(2);
const jobs = JSON.parse(fs.readFileSync(jobsFile, 'utf8'));
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  headless: true,
  args: FLAGS,
});
const results = [];
try {
  for (const name of PACKAGES) {
    const folder = path.join(HERE, 'node_modules', name);
    const { version } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
    const page = await openPage(folder);
    for (const [index, job] of jobs.entries()) {
      const result = await page.evaluate(draw, job.text, `diagram${index}`);
      results.push({ name: job.name, version, ...result });
      if (pictures && !result.error) {
        fs.mkdirSync(pictures, { recursive: true });
        const box = await page.$('#box');
        await box.screenshot({ path: path.join(pictures, `${job.name}-${version}.png`) });
      }
    }
    await page.close();
  }
} finally {
  await browser.close();
}
fs.writeFileSync(resultFile, JSON.stringify(results, null, 1));

/** A page with one version of Mermaid; every other request is refused, and told. */
async function openPage(folder) {
  const page = await browser.newPage();
  await page.setViewport({ width: 1600, height: 1200 });
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    const url = request.url();
    if (/^(data|about|blob):/.test(url)) request.continue();
    else if (url === 'http://diagrams.invalid/') request.respond({ contentType: 'text/html; charset=utf-8', body: PAGE });
    else request.abort();
  });
  page.on('dialog', (dialog) => { results.push({ name: 'dialog', error: dialog.message() }); dialog.dismiss(); });
  await page.goto('http://diagrams.invalid/');
  await page.addScriptTag({ path: path.join(folder, 'dist', 'mermaid.min.js') });
  await page.evaluate(() => window.mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', deterministicIds: true }));
  return page;
}

/** Runs in the page. */
async function draw(text, id) {
  const box = document.getElementById('box');
  box.innerHTML = '';
  try {
    await window.mermaid.parse(text);
    const { svg } = await window.mermaid.render(id, text, box);
    box.innerHTML = svg;
    const drawing = box.querySelector('svg');
    drawing.style.maxWidth = 'none';
    const [, , width, height] = (drawing.getAttribute('viewBox') ?? '').split(/\s+/).map(Number);
    if (!Number.isFinite(width) || !Number.isFinite(height)) return { error: 'the drawing has no size' };
    drawing.setAttribute('width', width);
    drawing.setAttribute('height', height);
    if (drawing.getAttribute('aria-roledescription') === 'error') return { error: 'Mermaid drew its error' };
    const squeeze = (seen) => seen.replace(/[\s\u00a0]+/g, ' ').trim();
    const read = (node) => {
      if (node.nodeType === Node.TEXT_NODE) return node.data;
      const inner = [...node.childNodes].map(read).join('');
      return /^(br|tspan|p|div)$/i.test(node.tagName) ? ` ${inner} ` : inner;
    };
    const texts = [...drawing.querySelectorAll('text, foreignObject')].map((node) => squeeze(read(node))).filter(Boolean);
    // Mermaid keeps `#43;` as a placeholder until it draws.
    const decode = (label) => {
      const field = document.createElement('textarea');
      const plain = [label ?? ''].flat().join(' ').replace(/ﬂ°°(\d+)¶ß/g, '&#$1;').replace(/ﬂ°(\w+)¶ß/g, '&$1;').replace(/(?<!&)#(\d+);/g, '&#$1;');
      field.innerHTML = plain;
      return squeeze(field.value);
    };
    const { db } = await window.mermaid.mermaidAPI.getDiagramFromText(text);
    if (db.getC4ShapeArray) {
      const text = (of) => of?.text ?? of ?? '';
      const boundaries = db.getBoundaries().filter((boundary) => boundary.alias !== 'global');
      const around = (alias) => (alias && alias !== 'global' ? alias : null);
      const nodes = [...db.getC4ShapeArray(), ...boundaries].map((shape) => ({
        id: shape.alias, label: decode(text(shape.label)), parent: around(shape.parentBoundary),
      }));
      const edges = db.getRels().map((rel) => ({
        from: rel.from, to: rel.to, label: decode(`${text(rel.label)} ${rel.techn ? `[${text(rel.techn)}]` : ''}`),
      }));
      return { texts, nodes, edges };
    }
    // The lines of a label in a flow chart.
    const lines = (label) => decode([label ?? ''].flat().join(' ').replace(/<br\s*\/?>/g, ' '));
    if (db.getMessages && db.getActors) {
      const nodes = [...db.getActors().values()].map((actor) => ({ id: actor.name, label: lines(actor.description), parent: null }));
      const type = Object.fromEntries(Object.entries(db.LINETYPE).map(([name, number]) => [number, name]));
      const edges = db.getMessages().map((one) => ({
        from: one.from ?? null, to: one.to ?? null, label: lines(one.message), kind: type[one.type],
      }));
      return { texts, nodes, edges };
    }
    const data = db.getData();
    // The regions of a parallel state lie in dividers of their own.
    const dividers = new Map(data.nodes.filter((node) => node.shape === 'divider').map((node) => [node.id, node.parentId]));
    const parent = (node) => dividers.get(node.parentId) ?? node.parentId ?? null;
    const nodes = data.nodes.map((node) => ({ id: node.id, label: lines(node.label), parent: parent(node) }));
    const shown = data.edges.filter((edge) => edge.stroke !== 'invisible');
    const edges = shown.map((edge) => ({ from: edge.start, to: edge.end, label: lines(edge.label) }));
    return { texts, nodes, edges };
  } catch (error) {
    return { error: String(error?.message ?? error) };
  }
}
