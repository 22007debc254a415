// Somebody with an old phone and a bad connection signs in, reads a result, books an appointment and records a blood pressure: how long each
// step takes, and what it moves. Once with script and once without; the browser starts with an empty cache.
//
// `--write` puts the figures in docs/PERFORMANCE.md.

import { chromium } from 'playwright-core';

import { ARGUMENTS, CHROMIUM, machine, PASSWORD, PERSON, publish, shownCode, table, withDemo } from './demo.mjs';

/** @import { Browser, CDPSession, Locator, Page } from 'playwright-core' */

/** "Slow 3G" of the developer tools of Chromium: bytes a second, and milliseconds for each answer. */
const SLOW_3G = { offline: false, downloadThroughput: 50_000, uploadThroughput: 50_000, latency: 2_000 };
const PROCESSOR = 4;
/** Milliseconds. */
const PATIENCE = 120_000;

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {(page: Page) => Promise<unknown>} prepare what is typed or chosen before; not in the time
 * @property {(page: Page) => Promise<unknown>} act
 * @property {(page: Page) => Locator} next what the person uses or reads next
 */

/** @param {Page} page @param {string} name */
const button = (page, name) => page.getByRole('button', { name, exact: true });
/** @param {Page} page @param {string} name */
const place = (page, name) => page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name });

/** @param {string} origin @returns {Step[]} */
function journey(origin) {
  const nothing = async () => {};
  return [
    {
      name: 'Open the sign-in page, nothing cached',
      prepare: nothing,
      act: (page) => page.goto(`${origin}/sign-in`, { waitUntil: 'commit' }),
      next: (page) => button(page, 'Sign in'),
    },
    {
      name: 'Send the password',
      prepare: async (page) => {
        await page.getByLabel('Email address').fill(PERSON);
        await page.getByLabel('Password').fill(PASSWORD);
      },
      act: (page) => button(page, 'Sign in').click(),
      next: (page) => page.getByLabel('6-digit code'),
    },
    {
      name: 'Send the code: home',
      prepare: async (page) => page.getByLabel('6-digit code').fill(await shownCode(page)),
      act: (page) => button(page, 'Continue').click(),
      next: (page) => place(page, 'Record'),
    },
    {
      name: 'Open the record',
      prepare: nothing,
      act: (page) => place(page, 'Record').click(),
      next: (page) => page.locator('.sh-card__link[href="/record/results"]'),
    },
    {
      name: 'Open the test results',
      prepare: nothing,
      act: (page) => page.locator('.sh-card__link[href="/record/results"]').click(),
      next: (page) => page.locator('.sh-entry__link[href^="/record/entries/"]').first(),
    },
    {
      name: 'Read a result',
      prepare: nothing,
      act: (page) => page.locator('.sh-entry__link[href^="/record/entries/"]').first().click(),
      next: (page) => page.getByRole('heading', { level: 1 }).filter({ hasNotText: 'Test results' }),
    },
    {
      name: 'Open the appointments',
      prepare: nothing,
      act: (page) => place(page, 'Appointments').click(),
      next: (page) => page.getByRole('link', { name: 'Find an appointment' }).first(),
    },
    {
      name: 'Open the search for a time',
      prepare: nothing,
      act: (page) => page.getByRole('link', { name: 'Find an appointment' }).first().click(),
      next: (page) => page.getByLabel('GP', { exact: true }),
    },
    {
      name: 'See the times of a GP',
      prepare: (page) => page.getByLabel('GP', { exact: true }).check(),
      act: (page) => button(page, 'Show times').click(),
      next: (page) => page.locator('.sh-time').last(),
    },
    {
      name: 'Choose a time',
      prepare: nothing,
      act: (page) => page.locator('.sh-time').last().click(),
      next: (page) => button(page, 'Keep this time and go on'),
    },
    {
      name: 'Keep it',
      prepare: nothing,
      act: (page) => button(page, 'Keep this time and go on').click(),
      next: (page) => button(page, 'Book this appointment'),
    },
    {
      name: 'Book it',
      prepare: async (page) => {
        await page.getByLabel('None of these').check();
        await page.getByLabel('What is it about?').fill('A rash on my arm');
      },
      act: (page) => button(page, 'Book this appointment').click(),
      next: (page) => page.getByRole('status'),
    },
    {
      name: 'Open the health page',
      prepare: nothing,
      act: (page) => place(page, 'Health').click(),
      next: (page) => page.getByRole('link', { name: 'Blood pressure' }).first(),
    },
    {
      name: 'Open the form for a blood pressure',
      prepare: nothing,
      act: (page) => page.goto(`${origin}/readings/blood-pressure/new`, { waitUntil: 'commit' }),
      next: (page) => page.getByLabel('Top number (systolic) in mmHg'),
    },
    {
      name: 'Record the blood pressure',
      prepare: async (page) => {
        await page.getByLabel('Top number (systolic) in mmHg').fill('128');
        await page.getByLabel('Bottom number (diastolic) in mmHg').fill('79');
      },
      act: (page) => button(page, 'Save').click(),
      next: (page) => page.getByRole('status'),
    },
  ];
}

/** What a session moves, and how many answers it gets. */
class Meter {
  bytes = 0;
  answers = 0;

  /** @param {CDPSession} session */
  constructor(session) {
    session.on('Network.requestWillBeSent', ({ redirectResponse }) => {
      if (redirectResponse) this.#add(redirectResponse.encodedDataLength);
    });
    session.on('Network.loadingFinished', ({ encodedDataLength }) => this.#add(encodedDataLength));
  }

  /** @param {number} bytes */
  #add(bytes) {
    // What the cache had moves nothing.
    if (bytes === 0) return;
    this.bytes += bytes;
    this.answers += 1;
  }
}

/** In the page: when it was first painted, in milliseconds since it was asked for, and when it began. */
function painted() {
  const [first] = performance.getEntriesByName('first-contentful-paint');
  return { began: performance.timeOrigin, first: first?.startTime };
}

/**
 * @typedef {object} Took
 * @property {string} name
 * @property {number | undefined} paint milliseconds; undefined where the page stayed and a part of it was exchanged
 * @property {number} usable milliseconds
 * @property {number} bytes
 * @property {number} answers
 */

/**
 * Goes through all steps in a browser of its own.
 *
 * @param {Browser} browser
 * @param {string} origin
 * @param {boolean} script
 * @returns {Promise<Took[]>}
 */
async function walk(browser, origin, script) {
  const context = await browser.newContext({
    javaScriptEnabled: script,
    viewport: { width: 360, height: 640 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
    locale: 'en-GB',
    timezoneId: 'Europe/London',
  });
  context.setDefaultTimeout(PATIENCE);
  context.setDefaultNavigationTimeout(PATIENCE);
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', SLOW_3G);
  await session.send('Emulation.setCPUThrottlingRate', { rate: PROCESSOR });
  const meter = new Meter(session);
  /** @type {Took[]} */
  const took = [];
  for (const { name, prepare, act, next } of journey(origin)) {
    await prepare(page);
    const { began } = await page.evaluate(painted);
    const [bytes, answers, start] = [meter.bytes, meter.answers, performance.now()];
    await act(page);
    // It is there, it does not move, and a press would reach it.
    await next(page).click({ trial: true });
    const usable = performance.now() - start;
    const now = await page.evaluate(painted);
    // What comes after that (islands) belongs to the step too, and a person reads meanwhile.
    await page.waitForLoadState('networkidle');
    took.push({ name, paint: now.began === began ? undefined : now.first, usable, bytes: meter.bytes - bytes, answers: meter.answers - answers });
    console.log(`${script ? 'script   ' : 'no script'} ${row(took.at(-1)).join('  ')}`);
  }
  await context.close();
  return took;
}

/** @param {number | undefined} milliseconds */
const seconds = (milliseconds) => (milliseconds === undefined ? 'in place' : `${(milliseconds / 1000).toFixed(1)} s`);
/** @param {Took | undefined} took */
const row = (took) =>
  took ? [seconds(took.paint), seconds(took.usable), `${(took.bytes / 1000).toFixed(1)} kB`, String(took.answers), took.name] : [];

await withDemo(async (origin) => {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
  try {
    const where = machine();
    const withScript = await walk(browser, origin, true);
    const without = await walk(browser, origin, false);
    const rows = withScript.map((one, at) => [one.name, ...row(one).slice(0, -1), ...row(without[at]).slice(0, -1)]);
    const sum = (/** @type {Took[]} */ all) => [
      '',
      seconds(all.reduce((total, { usable }) => total + usable, 0)),
      `${(all.reduce((total, { bytes }) => total + bytes, 0) / 1000).toFixed(1)} kB`,
      String(all.reduce((total, { answers }) => total + answers, 0)),
    ];
    rows.push(['All of it', ...sum(withScript), ...sum(without)]);
    const parts = ['first paint', 'usable', 'moved', 'answers'];
    const heads = ['Step', ...parts.map((part) => `With script: ${part}`), ...parts.map((part) => `Without: ${part}`)];
    const day = new Date().toISOString().slice(0, 10);
    const about =
      `Measured on ${day} in Chromium ${browser.version()} with "slow 3G" (400 kbit/s, 2 s for each answer) and a processor ${PROCESSOR} times slower; ` +
      `${where}.`;
    publish('slow', `${about}\n\n${table(heads, rows)}`);
  } finally {
    await browser.close();
  }
});
