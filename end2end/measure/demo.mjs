// A server of the demonstration with a database of its own, a person signed in, and where figures are written.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { program, settings } from '../demo.mjs';

/** @import { Page } from 'playwright-core' */

export { ARGUMENTS, CHROMIUM } from '../demo.mjs';

/** Somebody of the demonstration with a long record and many repeat medicines. */
export const PERSON = 'margaret.ellis@example.org';
export const PASSWORD = 'purple meadow bee';

/** @returns {Promise<number>} a port that nobody listens on */
export async function freePort() {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  taken.close();
  await once(taken, 'close');
  if (!address || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}

/**
 * Serves the demonstration while something is done with it. Its database, its mail and its log are in a folder that is gone afterwards.
 *
 * @param {(origin: string, folder: string) => Promise<void>} act
 * @returns {Promise<void>}
 */
export async function withDemo(act) {
  const folder = mkdtempSync(join(tmpdir(), 'selfheal-measure-'));
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const [mail, texts] = [join(folder, 'mail'), join(folder, 'texts')];
  for (const kept of [mail, texts]) mkdirSync(kept);
  const database = `sqlite:${join(folder, 'selfheal.db')}`;
  const told = settings({ port, origin, database, auditKey: join(folder, 'audit-key'), mail, texts });
  const server = spawn(program(), ['serve', '--demo'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...told, SELFHEAL_LOG: 'warn' },
  });
  const ended = once(server, 'exit');
  try {
    await ready(`http://127.0.0.1:${port}/readyz`, () => server.exitCode === null);
    await act(origin, folder);
  } finally {
    if (server.exitCode === null) {
      server.kill('SIGTERM');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Waits until the server answers.
 *
 * @param {string} address
 * @param {() => boolean} runs whether there is a server still
 */
async function ready(address, runs) {
  for (let tries = 0; tries < 600; tries += 1) {
    if (!runs()) throw new Error('the server has ended before it was ready');
    const answer = await fetch(address).catch(() => undefined);
    if (answer?.ok) return;
    await pause(100);
  }
  throw new Error('the server was not ready within a minute');
}

/**
 * Signs in as a person of the demonstration.
 *
 * @param {Page} page
 * @param {string} origin
 */
export async function signIn(page, origin) {
  await page.goto(`${origin}/sign-in`);
  await page.getByLabel('Email address').fill(PERSON);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByLabel('6-digit code').fill(await shownCode(page));
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
}

/**
 * The code that the demonstration shows.
 *
 * @param {Page} page
 */
export function shownCode(page) {
  return page.getByText('the code is now').locator('strong').innerText();
}

/**
 * Records blood pressures of the days before today, oldest first, for a chart to show.
 *
 * @param {Page} page
 * @param {string} origin
 * @param {number} days
 */
export async function recordBloodPressures(page, origin, days) {
  for (let ago = days; ago > 0; ago -= 1) {
    const on = new Date(Date.now() - ago * 86_400_000);
    await page.goto(`${origin}/readings/blood-pressure/new`);
    await page.getByLabel('Top number (systolic) in mmHg').fill(String(126 + ((ago * 7) % 11)));
    await page.getByLabel('Bottom number (diastolic) in mmHg').fill(String(78 + ((ago * 5) % 7)));
    await page.getByText('It was not now').click();
    await page.getByLabel('Day').fill(String(on.getDate()));
    await page.getByLabel('Month').fill(String(on.getMonth() + 1));
    await page.getByLabel('Year').fill(String(on.getFullYear()));
    await page.getByRole('textbox', { name: 'Time' }).fill('8:30am');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('status').waitFor();
  }
}

/** What was measured where, and how busy the machine is. */
export function machine() {
  const [first] = cpus();
  const load = loadavg()[0] ?? 0;
  const build = program().includes('/debug/') ? 'a debug build' : 'the program';
  return `${build} on SQLite, ${cpus().length} cores of ${first?.model.trim() ?? 'an unknown kind'}, load average ${load.toFixed(2)} before`;
}

/**
 * A table of Markdown; the columns after the first are figures.
 *
 * @param {string[]} heads
 * @param {string[][]} rows
 */
export function table(heads, rows) {
  const widths = heads.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (/** @type {string[]} */ cells) =>
    `| ${cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join(' | ')} |`;
  const rule = `| ${widths.map((width, at) => (at === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(heads), rule, ...rows.map(line)].join('\n');
}

const DOCUMENT = fileURLToPath(new URL('../../docs/PERFORMANCE.md', import.meta.url));

/**
 * Prints what was measured, and with `--write` puts it between the marks of the command in docs/PERFORMANCE.md.
 *
 * @param {string} command
 * @param {string} measured
 */
export function publish(command, measured) {
  console.log(`\n${measured}`);
  if (!process.argv.includes('--write')) return;
  const begin = `<!-- written by \`npm run ${command} -- --write\` from here -->`;
  const end = `<!-- to here: ${command} -->`;
  const text = readFileSync(DOCUMENT, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${DOCUMENT} has no place for the figures of ${command}`);
  writeFileSync(DOCUMENT, `${text.slice(0, from + begin.length)}\n\n${measured}\n\n${text.slice(to)}`);
}
