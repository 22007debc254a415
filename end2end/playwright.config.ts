import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { defineConfig, devices } from '@playwright/test';

// This file is read once by the runner and again by each worker: what the first reading decides, the others find in
// the environment.
const decided = (name: string, decide: () => string): string => (process.env[name] ??= decide());

const target = resolve(process.env.CARGO_TARGET_DIR ?? '../target');
const port = decided('SELFHEAL_E2E_PORT', () => '8099');
const folder = decided('SELFHEAL_E2E_DIR', () => mkdtempSync(join(tmpdir(), 'selfheal-e2e-')));
const binary = decided('SELFHEAL_BIN', () => join(target, 'debug', 'selfheal'));
const database = decided('SELFHEAL_E2E_DATABASE', () => `sqlite:${join(folder, 'selfheal.db')}`);
const site = process.env.SELFHEAL_SITE ?? join(target, 'site');
/** Every mail that the server sends is a file in this folder. */
const mail = decided('SELFHEAL_E2E_MAIL', () => join(folder, 'mail'));
mkdirSync(mail, { recursive: true });

// A host name, not 127.0.0.1: a passkey belongs to a host name.
const baseURL = `http://localhost:${port}`;

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const launchOptions = { executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium', args };

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
    baseURL,
    launchOptions,
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    trace: 'off',
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'chromium', use: { ...devices['Desktop Chrome'], launchOptions } },
    { name: 'no-javascript', use: { ...devices['Desktop Chrome'], launchOptions, javaScriptEnabled: false } },
    {
      // The narrowest phone that the guidelines name, with little memory, in the dark.
      name: 'mobile',
      use: {
        ...devices['Moto G4'],
        viewport: { width: 320, height: 640 },
        colorScheme: 'dark',
        deviceScaleFactor: 2,
        isMobile: true,
        hasTouch: true,
        launchOptions: { ...launchOptions, args: [...args, '--enable-low-end-device-mode'] },
      },
    },
  ],
  webServer: {
    command: [binary, 'serve', '--demo'].map((word) => `'${word}'`).join(' '),
    env: {
      SELFHEAL_ADDR: `127.0.0.1:${port}`,
      SELFHEAL_PUBLIC_URL: baseURL,
      SELFHEAL_DATABASE_URL: database,
      SELFHEAL_SITE: site,
      SELFHEAL_MAIL: `file:${mail}`,
    },
    url: `http://127.0.0.1:${port}/readyz`,
    reuseExistingServer: false,
    timeout: 120_000,
    stdout: process.env.SELFHEAL_E2E_LOG ? 'pipe' : 'ignore',
    stderr: 'pipe',
    gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 },
  },
});
