// Ten signed-in pages as Lighthouse sees them on a phone, against the bars: 100 for performance, accessibility and best practices, the largest
// contentful paint within 1.2 s, no layout shift. Ends with 1 when a page misses one.
//
// `--write` puts the figures in docs/PERFORMANCE.md; `--only PATH` measures the pages whose address begins so; `--report FOLDER` keeps Lighthouse's
// own pages.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { chromium } from 'playwright-core';

import { ARGUMENTS, CHROMIUM, freePort, machine, publish, recordBloodPressures, signIn, table, withDemo } from './demo.mjs';

/** @import { Page } from 'playwright-core' */
/** @typedef {{ score: number | null, numericValue?: number, title: string, displayValue?: string, details?: { items?: unknown[] } }} Audit */
/** @typedef {{ score: number | null, title: string, auditRefs: { id: string, weight: number }[] }} Category */
/** @typedef {{ lighthouseVersion: string, finalDisplayedUrl: string, categories: Record<string, Category>, audits: Record<string, Audit>, runtimeError?: { message: string } }} Result */

/** Milliseconds. */
const LARGEST_PAINT = 1200;
const CATEGORIES = ['performance', 'accessibility', 'best-practices'];
/** Of so many runs of a page the one in the middle by performance counts, as Lighthouse advises. */
const RUNS = Number(option('--runs') ?? 3);

/**
 * Where the ten pages are.
 *
 * @param {Page} page
 * @param {string} origin
 * @returns {Promise<[string, string][]>} what each is called, and its path
 */
async function pages(page, origin) {
  await page.goto(`${origin}/record/results`);
  let result = '';
  for (const link of await page.locator('.sh-entry__link[href^="/record/entries/"]').evaluateAll((links) => links.map((one) => one.getAttribute('href')))) {
    await page.goto(`${origin}${link}`);
    if (await page.getByRole('link', { name: 'See this over time' }).count()) {
      result = link ?? '';
      break;
    }
  }
  if (!result) throw new Error('no result has a page that shows it over time');
  return [
    ['Home', '/'],
    ['Record', '/record'],
    ['Timeline', '/record/timeline'],
    ['A result', result],
    ['The result over time', `${result}/trend`],
    ['Blood pressures with a chart', '/readings/blood-pressure'],
    ['Appointments', '/appointments'],
    ['Medicines', '/medicines'],
    ['Sharing', '/sharing/people'],
    ['Who looked', '/activity'],
  ];
}

/**
 * What lost points.
 *
 * @param {Result} result
 */
function lost(result) {
  return CATEGORIES.flatMap((name) => {
    const category = result.categories[name];
    if (!category || category.score === 1) return [];
    return category.auditRefs.flatMap(({ id, weight }) => {
      const audit = result.audits[id];
      if (!audit || weight === 0 || audit.score === null || audit.score >= 0.995) return [];
      const items = (audit.details?.items ?? []).slice(0, 3).map((item) => JSON.stringify(item).slice(0, 300));
      return [`  ${name}: ${audit.title} (${id}) ${audit.displayValue ?? ''}`, ...items.map((item) => `    ${item}`)];
    });
  });
}

/**
 * Measures a page with nothing in the browser's cache. Now and then a trace has no beginning, on a busy machine above all: then once more.
 *
 * @param {string} address
 * @param {number} port where the browser is debugged
 * @param {() => Promise<unknown>} emptyCache
 */
async function measured(address, port, emptyCache) {
  let wrong = '';
  for (let tries = 0; tries < 3; tries += 1) {
    await emptyCache();
    const run = await lighthouse(address, {
      port,
      output: 'html',
      onlyCategories: CATEGORIES,
      // It would take the session's cookie too.
      disableStorageReset: true,
      formFactor: 'mobile',
      logLevel: 'silent',
    });
    if (run && !run.lhr.runtimeError) return run;
    wrong = run?.lhr.runtimeError?.message ?? 'nothing came of it';
    console.log(`${address}: ${wrong}`);
  }
  throw new Error(`${address} was not measured: ${wrong}`);
}

/** @param {string} name */
function option(name) {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
}

// Installed by the command that runs this, and not where types are checked.
const installed = 'lighthouse';
/** @type {{ default: (url: string, flags: object) => Promise<{ lhr: Result, report: string | string[] } | undefined> }} */
const { default: lighthouse } = await import(installed);

let held = true;
await withDemo(async (origin, folder) => {
  const debugging = await freePort();
  const context = await chromium.launchPersistentContext(join(folder, 'browser'), {
    executablePath: CHROMIUM,
    args: [...ARGUMENTS, `--remote-debugging-port=${debugging}`],
    locale: 'en-GB',
    timezoneId: 'Europe/London',
  });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    await signIn(page, origin);
    await recordBloodPressures(page, origin, 14);
    const only = option('--only');
    const all = (await pages(page, origin)).filter(([, path]) => only === undefined || path.startsWith(only));
    await page.goto('about:blank');
    const network = await context.newCDPSession(page);
    const where = machine();
    const kept = option('--report');
    if (kept) mkdirSync(kept, { recursive: true });

    /** @type {string[][]} */
    const rows = [];
    let version = '';
    for (const [name, path] of all) {
      /** @type {Result[]} */
      const results = [];
      for (let run = 0; run < RUNS; run += 1) {
        const { lhr, report } = await measured(`${origin}${path}`, debugging, () => network.send('Network.clearBrowserCache'));
        if (new URL(lhr.finalDisplayedUrl).pathname !== path) throw new Error(`${path} led to ${lhr.finalDisplayedUrl}`);
        if (kept) writeFileSync(join(kept, `${name.toLowerCase().replaceAll(' ', '-')}-${run + 1}.html`), String(report));
        results.push(lhr);
      }
      results.sort((one, other) => (one.categories.performance?.score ?? 0) - (other.categories.performance?.score ?? 0));
      const middle = results[Math.floor(RUNS / 2)];
      if (!middle) throw new Error(`${path} was not measured`);
      version = middle.lighthouseVersion;
      const scores = CATEGORIES.map((category) => Math.round((middle.categories[category]?.score ?? 0) * 100));
      const number = (/** @type {string} */ audit) => middle.audits[audit]?.numericValue ?? Number.NaN;
      const [largest, shift] = [number('largest-contentful-paint'), number('cumulative-layout-shift')];
      const good = scores.every((score) => score === 100) && largest <= LARGEST_PAINT && shift === 0;
      held &&= good;
      rows.push([
        name,
        ...scores.map(String),
        `${(number('first-contentful-paint') / 1000).toFixed(2)} s`,
        `${(largest / 1000).toFixed(2)} s`,
        `${Math.round(number('total-blocking-time'))} ms`,
        shift === 0 ? '0' : shift.toFixed(3),
        `${(number('total-byte-weight') / 1000).toFixed(1)} kB`,
        good ? 'held' : 'missed',
      ]);
      console.log(rows.at(-1)?.join('  '));
      if (!good) console.log(lost(middle).join('\n'));
    }
    const heads = ['Page', 'Performance', 'Accessibility', 'Best practices', 'First paint', 'Largest paint', 'Blocked', 'Shift', 'Moved', 'Bar'];
    const day = new Date().toISOString().slice(0, 10);
    const about =
      `Measured on ${day} with Lighthouse ${version} and Chromium ${context.browser()?.version() ?? ''}, its settings for mobile (a simulated phone: 150 ms a round trip, ` +
      `1.6 Mbit/s, a processor four times slower), ${RUNS === 1 ? 'one run' : `the middle of ${RUNS} runs`}; ${where}.`;
    publish('lighthouse', `${about}\n\n${table(heads, rows)}`);
  } finally {
    await context.close();
  }
});
process.exitCode = held ? 0 : 1;
