// What holds on every page, whatever the journey: no fault in the console, nothing from another host, no barrier that
// axe can find, no scrolling sideways, little to load.

import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

import { test as base, expect, type BrowserContext, type CDPSession, type Page, type Request, type Response } from '@playwright/test';
import type axe from 'axe-core';
import { HtmlValidate } from 'html-validate';

/** HTML, CSS and the scripts that a page names, as they travel, in bytes. What an island loads has a budget of its own. */
const MOST = 60 * 1024;
/** What is handed to every page that is looked at: the same as the whole source without its comments, half as long. */
const AXE = (createRequire(import.meta.url)('axe-core/axe.min.js') as typeof axe).source;
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];
/** The pages with an island. */
const ISLANDS =
  /^\/(sign-in|sign-in\/code|sign-in\/again|second-step|account\/factors|appointments\/find|(record|team\/people\/[0-9a-f-]+)\/entries\/[0-9a-f-]+\/trend|(team\/people\/[0-9a-f-]+\/)?weeks\/[0-9a-f-]+|questionnaires\/[a-z0-9-]+|team\/people\/[0-9a-f-]+\/questionnaires|(team\/people\/[0-9a-f-]+\/)?readings\/(?!bmi$|devices$|targets$)[a-z0-9-]+)$/;

interface Watched {
  /** What went wrong, to be empty at the end of each test. */
  faults: string[];
  /** The last document of each page. */
  documents: Map<Page, Response>;
  /** What each page has loaded since its document. */
  loaded: Map<Page, Request[]>;
}

/** Listens to everything that happens in a browser. */
function watch(context: BrowserContext, host: string, watched: Watched): void {
  const { faults, documents, loaded } = watched;
  const ofPage = (request: Request): Page | undefined =>
    request.serviceWorker() ? undefined : (request.frame().page() ?? undefined);
  const refused = new Set<string>();
  context.on('request', (request) => {
    if (new URL(request.url()).host !== host) faults.push(`asked another host: ${request.url()}`);
    const page = ofPage(request);
    if (!page) return;
    if (request.isNavigationRequest()) loaded.set(page, []);
    else loaded.get(page)?.push(request);
  });
  context.on('response', (response) => {
    const request = response.request();
    if ([409, 422].includes(response.status())) refused.add(response.url());
    if (response.status() >= 500) faults.push(`${response.status()} ${response.url()}`);
    if (!request.isNavigationRequest() || (response.status() >= 300 && response.status() < 400)) return;
    const page = ofPage(request);
    if (page) documents.set(page, response);
    if (response.status() === 404) refused.add(response.url());
  });
  context.on('console', (message) => {
    // The browser itself notes a page that is not there, and what the service refused with good reason.
    const noted = message.text().startsWith('Failed to load resource') && refused.has(message.location().url);
    if (message.type() === 'error' && !noted) faults.push(`console: ${message.text()} (${message.location().url})`);
  });
  // A script that is still loading when the page is left cannot be loaded any more.
  let left = false;
  context.on('requestfailed', (request) => {
    left ||= request.failure()?.errorText === 'net::ERR_ABORTED';
  });
  context.on('weberror', (error) => {
    const { message } = error.error();
    if (!left || message !== 'Failed to fetch') faults.push(`script: ${message}`);
  });
}

interface Fixtures {
  watched: Watched;
  /** Another browser with cookies of its own. */
  otherBrowser: () => Promise<Page>;
  /** Checks the page as it is now; `state` says what is particular about it. */
  look: (page: Page, state?: string) => Promise<void>;
}

export const test = base.extend<Fixtures>({
  // From one network nobody sets up as many accounts within an hour as all files of tests do.
  extraHTTPHeaders: async ({ extraHTTPHeaders }, use, { file }) => {
    const network = extraHTTPHeaders?.['X-Forwarded-For'] ?? '192.0.2.1';
    const place = [...basename(file)].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 250, 0) + 1;
    await use({ ...extraHTTPHeaders, 'X-Forwarded-For': network.replace(/\d+$/, String(place)) });
  },

  watched: [
    async ({ context, baseURL }, use) => {
      const watched: Watched = { faults: [], documents: new Map(), loaded: new Map() };
      watch(context, new URL(baseURL ?? '').host, watched);
      await use(watched);
      expect(watched.faults).toEqual([]);
    },
    { auto: true },
  ],

  otherBrowser: async ({ browser, baseURL, watched }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async () => {
      const context = await browser.newContext();
      contexts.push(context);
      watch(context, new URL(baseURL ?? '').host, watched);
      return context.newPage();
    });
    await Promise.all(contexts.map((context) => context.close()));
  },

  look: async ({ watched, javaScriptEnabled, isMobile }, use) => {
    await use(async (page, state) => {
      const path = new URL(page.url()).pathname;
      const where = state ? `${path} (${state})` : path;
      await expect(page, where).toHaveTitle(/ – Selfheal$/);
      // The gallery shows pages' headings among its examples.
      if (path !== '/design') await expect(page.locator('h1'), where).toHaveCount(1);
      const html = (await watched.documents.get(page)?.body()) ?? Buffer.from(await page.content());
      await weigh(page, html, where);
      // The same document goes to every browser: once is enough.
      if (javaScriptEnabled && !isMobile) expect.soft(await mistakes(html.toString()), `HTML of ${where}`).toEqual([]);
      scripts(path, watched.loaded.get(page) ?? [], await page.evaluate(resources), javaScriptEnabled, where);

      // Each is closed again, also where the page has exchanged its list in between.
      const opened = await page.evaluateHandle(openAll);
      expect.soft(await page.evaluate(tooWide), `${where} scrolls sideways`).toEqual([]);
      await (javaScriptEnabled ? barriers(page, where) : withScript(page, () => barriers(page, where)));
      await opened.evaluate((all) => all.forEach((details) => details.removeAttribute('open')));
      await opened.dispose();
    });
  },
});

/** Opens what is closed; that is returned. */
function openAll(): Element[] {
  const all = [...document.querySelectorAll('details:not([open])')];
  for (const details of all) details.setAttribute('open', '');
  return all;
}

/** What reaches over the edge of a page that scrolls sideways. */
function tooWide(): string[] {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const over = [...document.querySelectorAll('body *')].filter((element) => element.getBoundingClientRect().right > clientWidth);
  return [`${scrollWidth - clientWidth} px too wide`, ...over.map((element) => element.outerHTML.slice(0, 200))];
}

async function barriers(page: Page, where: string): Promise<void> {
  await page.evaluate(AXE);
  expect.soft(await page.evaluate(examined, RULES), `barriers on ${where}`).toEqual([]);
}

/**
 * What axe finds in this document by these rules. Only what is wrong is told: the rest takes as long again to be put into words. A colour
 * that still moves to another is looked at where it ends: a button fades into the dark while its words are dark already.
 */
async function examined(rules: string[]): Promise<string[]> {
  const here = globalThis as unknown as { axe: typeof axe };
  for (const moving of document.getAnimations()) moving.finish();
  const { violations } = await here.axe.run(document, { runOnly: rules, resultTypes: ['violations'] });
  return violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${violation.help}\n${node.html}\n${node.failureSummary ?? ''}`),
  );
}

const switches = new WeakMap<Page, CDPSession>();

/**
 * Does something that needs script in a page where none runs. Those of the page still do not: they were passed over when it was read,
 * and the next page is read without script again.
 */
async function withScript(page: Page, act: () => Promise<void>): Promise<void> {
  // What is set lasts as long as whatever set it.
  const device = switches.get(page) ?? (await page.context().newCDPSession(page));
  switches.set(page, device);
  const forbid = (value: boolean) => device.send('Emulation.setScriptExecutionDisabled', { value });
  // Only what it forbade itself can it allow.
  await forbid(true);
  await forbid(false);
  try {
    await act();
  } finally {
    await forbid(true);
  }
}

const validator = new HtmlValidate({ extends: ['html-validate:standard'] });

async function mistakes(html: string): Promise<string[]> {
  // Between two texts the renderer writes an empty comment, which browsers know and the validator does not.
  const { results } = await validator.validateString(html.replaceAll('<!>', ''));
  const found = results.flatMap(({ messages }) => messages);
  return found.map(({ ruleId, message, line, column }) => `${ruleId}: ${message} (${line}:${column})`);
}

const weighed = new Map<string, number>();

async function weigh(page: Page, html: Buffer, where: string): Promise<void> {
  let weight = squeezed(html);
  const named = await page
    .locator('link[rel=stylesheet], script[src]')
    .evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? one.getAttribute('src') ?? ''));
  for (const path of named) {
    const address = new URL(path, page.url()).href;
    let size = weighed.get(address);
    if (size === undefined) {
      size = squeezed(Buffer.from(await (await fetch(address)).arrayBuffer()));
      weighed.set(address, size);
    }
    weight += size;
  }
  expect.soft(weight, `${where}: HTML, CSS and scripts, bytes of brotli`).toBeLessThanOrEqual(MOST);
}

/** As a server compresses while somebody waits. */
function squeezed(bytes: Buffer): number {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }).length;
}

/** What this document says that it has loaded. */
function resources(): string[] {
  return performance.getEntriesByType('resource').map(({ name }) => name);
}

function scripts(path: string, asked: Request[], loaded: string[], javaScriptEnabled: boolean, where: string): void {
  // The document before may still have asked while it was left; and what was not asked for at all is no script that ran.
  const both = asked.map((request) => request.url()).filter((url) => loaded.includes(url));
  const names = both.map((url) => new URL(url).pathname).filter((name) => /\.(js|wasm)$/.test(name));
  // Without script nothing runs, but a browser fetches what a page with an island preloads.
  const expected = ISLANDS.test(path)
    ? /^\/(leave|session|islands)\.js$|^\/pkg\//
    : /^\/(leave|session)\.js$/;
  const more = names.filter((name) => (javaScriptEnabled ? !expected.test(name) : !ISLANDS.test(path) || name.endsWith('.wasm')));
  expect.soft(more, `scripts of ${where}`).toEqual([]);
}

export { expect };
