// How the browser tests and the measurements start a server of the demonstration, and the browser that looks at it.

import { join, resolve } from 'node:path';

const TARGET = resolve(process.env.CARGO_TARGET_DIR ?? '../target');

/** The browser. */
export const CHROMIUM = process.env.CHROME_PATH ?? '/usr/bin/chromium';

/** How it is started. */
export const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The program: one that was named, or the debug build. */
export function program() {
  return process.env.SELFHEAL_BIN ?? join(TARGET, 'debug', 'selfheal');
}

/**
 * What the program is told to be a server of its own on this machine.
 *
 * @param {object} server
 * @param {number | string} server.port
 * @param {string} server.origin where browsers find it
 * @param {string} server.database
 * @param {string} server.auditKey the file of the key that signs the audit's checkpoints
 * @param {string} server.mail the folder in which every mail that it sends is a file
 * @param {string} server.texts the same for text messages
 * @returns {Record<string, string>}
 */
export function settings({ port, origin, database, auditKey, mail, texts }) {
  return {
    SELFHEAL_ADDR: `127.0.0.1:${port}`,
    SELFHEAL_PUBLIC_URL: origin,
    SELFHEAL_DATABASE_URL: database,
    SELFHEAL_AUDIT_KEY_FILE: auditKey,
    SELFHEAL_SITE: process.env.SELFHEAL_SITE ?? join(TARGET, 'site'),
    SELFHEAL_MAIL: `file:${mail}`,
    SELFHEAL_TEXT: `file:${texts}`,
  };
}
