import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { defineConfig, devices, type Project } from '@playwright/test';

import { ARGUMENTS, CHROMIUM, program, settings } from './demo.mjs';

// This file is read once by the runner and again by each worker: what the first reading decides, the others find in
// the environment.
const decided = (name: string, decide: () => string): string => (process.env[name] ??= decide());

const folder = decided('SELFHEAL_E2E_DIR', () => mkdtempSync(join(tmpdir(), 'selfheal-e2e-')));
const binary = decided('SELFHEAL_BIN', program);
/** Every mail that a server sends is a file in this folder. */
const mail = decided('SELFHEAL_E2E_MAIL', () => join(folder, 'mail'));
/** And every text message one in this. */
const texts = decided('SELFHEAL_E2E_TEXTS', () => join(folder, 'texts'));
for (const kept of [mail, texts]) mkdirSync(kept, { recursive: true });

/** A server with its database. */
interface Server {
  baseURL: string;
  port: string;
  database: string;
  /** The file of the key that signs the audit's checkpoints. */
  auditKey: string;
  command: string;
}

/** Where what the servers say is kept, for `script/identifiers-in-logs`; else it is shown. */
const logs = process.env.SELFHEAL_E2E_LOGS;

function serve(port: string): string {
  const words = [binary, 'serve', '--demo'].map((word) => `'${word}'`).join(' ');
  return logs ? `${words} 2>>'${join(logs, `server-${port}.log`)}'` : words;
}

function server(port: string, database: string, command = serve(port)): Server {
  // A host name, not 127.0.0.1: a passkey belongs to a host name.
  return { baseURL: `http://localhost:${port}`, port, database, auditKey: join(folder, `audit-key-${port}`), command };
}

const sqlite = server(
  decided('SELFHEAL_E2E_PORT', () => '8099'),
  decided('SELFHEAL_E2E_DATABASE', () => `sqlite:${join(folder, 'selfheal.db')}`),
);
const address = process.env.SELFHEAL_TEST_POSTGRES;
const postgres = address ? onPostgres(address) : undefined;

/** The other engine: a database of its own on that server, which is gone afterwards. */
function onPostgres(address: string): Server {
  const name = decided('SELFHEAL_E2E_POSTGRES_NAME', () => `selfheal_e2e_${randomBytes(8).toString('hex')}`);
  const database = new URL(address);
  database.pathname = name;
  const psql = (statement: string): string => `psql --quiet --no-psqlrc --command='${statement}' "$SELFHEAL_TEST_POSTGRES"`;
  // Told to stop, the shell waits until the server has stopped, and goes on.
  const make = psql(`CREATE DATABASE ${name}`);
  const port = decided('SELFHEAL_E2E_POSTGRES_PORT', () => '8098');
  const command = `trap : TERM INT; ${make} && ${serve(port)}; ${psql(`DROP DATABASE ${name} WITH (FORCE)`)}`;
  return server(port, database.href, command);
}

const NARROWEST = { width: 320, height: 640 };

/** The tests that walk through pages with an island (`watch.ts` lists those), and those of the pages that everybody sees. */
const WITH_ISLANDS = [
  'appointments',
  'charts',
  'easy-read',
  'imports',
  'newcomer',
  'pages',
  'questionnaires',
  'readings',
  'results',
  'self-monitoring',
  'sign-in',
  'weeks',
];

const launchOptions = { executablePath: CHROMIUM, args: ARGUMENTS };

/**
 * Tests as this browser sees this server. Each project comes from a network of its own, and each file of tests from an address in it
 * (`watch.ts`), for so many people as they make together nobody sets up from one address within an hour.
 */
function project(name: string, network: string, { baseURL, database, auditKey }: Server, browser: Project['use']): Project {
  const extraHTTPHeaders = { 'X-Forwarded-For': network };
  return { name, metadata: { database, auditKey }, use: { launchOptions, extraHTTPHeaders, ...browser, baseURL } };
}

export default defineConfig({
  testDir: './tests',
  outputDir: './test-results',
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  workers: 2,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  snapshotPathTemplate: '{testDir}/{testFileDir}/{testFileName}-snapshots/{arg}{ext}',
  reporter: process.env.SELFHEAL_E2E_REPORT
    ? [['list'], ['json', { outputFile: process.env.SELFHEAL_E2E_REPORT }]]
    : [['list']],
  use: {
    launchOptions,
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    trace: 'off',
    screenshot: 'only-on-failure',
  },
  projects: [
    project('chromium', '192.0.2.1', sqlite, devices['Desktop Chrome']),
    // Every journey on the narrowest window that the guidelines name, in the dark; on the other engine, where it is to be had.
    project('no-javascript', '198.51.100.1', postgres ?? sqlite, {
      ...devices['Desktop Chrome'],
      javaScriptEnabled: false,
      viewport: NARROWEST,
      colorScheme: 'dark',
    }),
    // A phone with little memory. All that a width or the dark can spoil is in the document and its styles, which the project before
    // sees on every page. What is left for a phone is where script draws or changes a page and where its small screen is touched:
    // the pages that everybody sees, and the journeys through pages with an island.
    {
      ...project('mobile', '203.0.113.1', sqlite, {
        ...devices['Moto G4'],
        viewport: NARROWEST,
        colorScheme: 'dark',
        deviceScaleFactor: 2,
        isMobile: true,
        hasTouch: true,
        launchOptions: { ...launchOptions, args: [...ARGUMENTS, '--enable-low-end-device-mode'] },
      }),
      testMatch: WITH_ISLANDS.map((name) => `${name}.spec.ts`),
    },
  ],
  webServer: [sqlite, ...(postgres ? [postgres] : [])].map(({ baseURL, port, database, auditKey, command }) => ({
    command,
    env: {
      ...settings({ port, origin: baseURL, database, auditKey, mail, texts }),
      SELFHEAL_BEHIND_PROXY: 'true',
      SELFHEAL_TEXT_NUMBER: '07700 900999',
      SELFHEAL_TEXT_IN_SECRET: 'what-hands-over-the-texts-of-these-tests',
      SELFHEAL_PRESCRIPTIONS_PUSH_SECRET: 'what-the-pharmacies-of-these-tests-say',
      ...(logs ? { SELFHEAL_LOG: 'server=debug,app=debug,service=debug,store=debug,gateway=debug,info' } : {}),
    },
    url: `http://127.0.0.1:${port}/readyz`,
    reuseExistingServer: false,
    timeout: 120_000,
    stdout: process.env.SELFHEAL_E2E_LOG ? 'pipe' : 'ignore',
    stderr: 'pipe',
    gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 },
  })),
});
