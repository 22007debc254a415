// People, their mail and their codes.

import { execFileSync } from 'node:child_process';
import { createHmac, randomInt } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Locator, Page } from '@playwright/test';

import { expect, test } from './watch.ts';

export { expect, test } from './watch.ts';

export const PASSWORD = 'otter umbrella quartz';
const DEMONSTRATION_PASSWORD = 'purple meadow bee';

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is set by playwright.config.ts`);
  return value;
}

/** What the program's command prints, over the database of the test's own server. */
export function selfheal(...words: string[]): string {
  const { database, auditKey } = test.info().project.metadata as { database: string; auditKey: string };
  const env = { ...process.env, SELFHEAL_DATABASE_URL: database, SELFHEAL_AUDIT_KEY_FILE: auditKey, SELFHEAL_LOG: 'error' };
  return execFileSync(setting('SELFHEAL_BIN'), words, { env, encoding: 'utf8' });
}

// --- People of the demonstration -------------------------------------------------------------------------------------

/**
 * Who is who in the tests of one project. A code of an authenticator serves once, so people who sign in at the same time
 * are better not the same.
 */
const CASTS = {
  chromium: {
    trusting: 'margaret.ellis@example.org',
    ended: 'jordan.okonkwo@example.org',
    typing: 'anita.sharma-wells@example.org',
    owner: 'ellie.brackenridge@example.org',
    reader: 'arthur.pemberley@example.org',
  },
  'no-javascript': {
    trusting: 'chloe.hartwood@example.org',
    ended: 'marek.wisniewski@example.org',
    typing: 'folake.bamidele@example.org',
    owner: 'beverley.achebe@example.org',
    reader: 'derek.hollins@example.org',
  },
  mobile: {
    trusting: 'meilin.chow@example.org',
    ended: 'dafydd.rhys-morgan@example.org',
    typing: 'samira.alkhatib@example.org',
    owner: 'robin.ashdown@example.org',
    reader: 'zoe.nunez-ohara@example.org',
  },
};

export type Role = keyof (typeof CASTS)['chromium'];

export function cast(project: string): Record<Role, string> {
  return CASTS[project as keyof typeof CASTS];
}

/** The first step of a sign-in. */
export async function typePassword(page: Page, email: string, password = DEMONSTRATION_PASSWORD): Promise<void> {
  await page.getByLabel('Email address').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** The second step of a person of the demonstration. One test at a time takes a person's code, because it serves once. */
export async function typeShownCode(page: Page, email: string, trust = false): Promise<void> {
  await expect(page).toHaveURL('/sign-in/code');
  await alone(email, async () => {
    const shown = page.getByText('the code is now').locator('strong');
    await expect(async () => {
      await page.reload();
      await expect(shown).toBeVisible({ timeout: 500 });
    }).toPass({ timeout: 45_000 });
    await page.getByLabel('6-digit code').fill(await shown.innerText());
    if (trust) await page.getByLabel('Do not ask for a code on this device').check();
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page).not.toHaveURL(/\/sign-in/);
  });
}

/** Signs in as a person of the demonstration. */
export async function signIn(page: Page, email: string): Promise<void> {
  await page.goto('/sign-in');
  await typePassword(page, email);
  await typeShownCode(page, email);
}

/** Does something while no other worker does the same. */
export async function alone(what: string, act: () => Promise<void>): Promise<void> {
  const lock = join(setting('SELFHEAL_E2E_DIR'), `.${what}`);
  const taken = (): boolean => {
    try {
      mkdirSync(lock);
      return true;
    } catch {
      return false;
    }
  };
  await expect.poll(taken, { message: `a turn of ${what}`, timeout: 60_000 }).toBe(true);
  try {
    await act();
  } finally {
    rmdirSync(lock);
  }
}

// --- Newcomers -------------------------------------------------------------------------------------------------------

/** The newest link to this page of the service that was mailed to an address, once it is there. */
export async function mailedLink(to: string, path: string): Promise<string> {
  const folder = setting('SELFHEAL_E2E_MAIL');
  let link: string | undefined;
  await expect
    .poll(
      () => {
        const mails = readdirSync(folder).filter((name) => name.endsWith(`-${to}.txt`)).sort();
        const links = mails.flatMap((name) => readFileSync(join(folder, name), 'utf8').match(/http:\/\/\S+/g) ?? []);
        link = links.filter((found) => new URL(found).pathname === path).at(-1);
        return link;
      },
      { message: `a mail to ${to} with a link to ${path}`, intervals: [100] },
    )
    .toBeTruthy();
  return link ?? '';
}

/** What the newest text message to a number (with its country) says in this way, once one does. */
export async function texted(to: string, says: RegExp): Promise<string> {
  const folder = setting('SELFHEAL_E2E_TEXTS');
  let said: string | undefined;
  await expect
    .poll(
      () => {
        const name = readdirSync(folder).filter((name) => name.endsWith(`-${to}.txt`)).sort().at(-1);
        said = name && says.exec(readFileSync(join(folder, name), 'utf8'))?.[0];
        return said;
      },
      { message: `a text message to ${to} that says ${says}`, intervals: [100] },
    )
    .toBeTruthy();
  return said ?? '';
}

/** The code in the newest text message to a number (with its country), once it is there. */
export const textedCode = (to: string): Promise<string> => texted(to, /^\d{6}/m);

/** A mobile number that nobody has used, of those that are kept for stories (Ofcom), as it is typed. */
export function newMobile(): string {
  return `07700 900${String(randomInt(1000)).padStart(3, '0')}`;
}

/** An address that nobody has used. */
export function newAddress(): string {
  return `newcomer.${Date.now()}.${randomInt(1_000_000)}@example.net`;
}

/** What the page is called. */
export const heading = (page: Page): Locator => page.getByRole('heading', { level: 1 });

/** How many pixels are between the lower edge of one thing and the upper edge of the next. */
export async function gap(above: Locator, below: Locator): Promise<number> {
  const [first, second] = [await above.boundingBox(), await below.boundingBox()];
  if (!first || !second) throw new Error('one of them is not shown');
  return second.y - first.y - first.height;
}

/** What is wrong with what was typed, at the top of the page. */
export function summary(page: Page): Locator {
  return page.getByRole('alert').filter({ has: page.getByRole('heading', { name: 'There is a problem' }) });
}

type Look = (page: Page, state?: string) => Promise<void>;

/** Opens an account, as far as the choice of a second step. Each page on the way is looked at. */
export async function openAccount(page: Page, look: Look = async () => {}, email = newAddress()): Promise<string> {
  await page.goto('/');
  await page.getByRole('main').getByRole('link', { name: 'Set up your account' }).first().click();
  await expect(heading(page)).toHaveText('Set up your account');
  await look(page);
  await page.getByLabel('Email address').fill(email);
  await page.getByLabel('Choose a password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Send me the link' }).click();
  await expect(heading(page)).toHaveText('Check your email');
  await look(page);
  await page.goto(await mailedLink(email, '/register/confirm'));
  await look(page, 'a link that works');
  await page.getByRole('button', { name: 'Confirm my email address' }).click();
  await expect(page.getByRole('status')).toContainText('Your email address is confirmed');
  await look(page, 'after the address was confirmed');
  await typePassword(page, email, PASSWORD);
  await expect(page).toHaveURL('/second-step');
  return email;
}

/** An authenticator app (RFC 6238, 6 digits, 30 seconds). */
export class Authenticator {
  readonly #key: Buffer;
  #used = 0;

  constructor(key: string) {
    const letters = key.replaceAll(/[^A-Za-z2-7]/g, '').toUpperCase();
    const number = (letter: string): number => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter);
    const bits = [...letters].map((letter) => number(letter).toString(2).padStart(5, '0')).join('');
    this.#key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  }

  /** A code that has not been used; that of the next half minute, if this one's has been. */
  async code(): Promise<string> {
    const now = (): number => Math.floor(Date.now() / 30_000);
    const step = Math.max(now(), this.#used + 1);
    await expect.poll(now, { timeout: 60_000 }).toBeGreaterThanOrEqual(step - 1);
    this.#used = step;
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(step));
    const digest = createHmac('sha1', this.#key).update(counter).digest();
    const number = digest.readUInt32BE((digest.at(-1) ?? 0) & 15) & 0x7f_ff_ff_ff;
    return String(number % 1_000_000).padStart(6, '0');
  }
}

/** The authenticator for the key on the page. */
export async function scannedAuthenticator(page: Page): Promise<Authenticator> {
  await page.getByText('I cannot scan it').click();
  return new Authenticator((await page.locator('.sh-secret code').innerText()).replaceAll(/\s/g, ''));
}

/** Sets up an authenticator after the account was opened, as far as the recovery codes. */
export async function setUpAuthenticator(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Use an authenticator app' }).click();
  const authenticator = await scannedAuthenticator(page);
  await page.getByLabel('6-digit code').fill(await authenticator.code());
  await page.getByRole('button', { name: 'Finish setting up' }).click();
  await expect(heading(page)).toHaveText('Keep your recovery codes');
}

/** Sends a form as the page of this browser that shows it would, which leads to the next page. */
async function post(page: Page, form: string, typed: Record<string, string>, next: string): Promise<void> {
  const answer = await page.request.post(form, { form: typed, headers: { 'Sec-Fetch-Site': 'same-origin' }, maxRedirects: 0 });
  expect(answer.status(), `what was sent to ${form}`).toBe(303);
  expect(answer.headers().location, `where ${form} leads to`).toBe(next);
}

/** A page as it is sent to this browser, which does not show it. */
async function unseen(page: Page, path: string): Promise<string> {
  const answer = await page.request.get(path);
  expect(answer.status(), path).toBe(200);
  return answer.text();
}

/**
 * What `openAccount` and `setUpAuthenticator` do, for tests about something else: the same forms are sent, and no page on the way is
 * drawn. `newcomer.spec.ts` walks through the pages themselves.
 */
export async function newcomer(page: Page, email = newAddress()): Promise<string> {
  await post(page, '/register', { email, password: PASSWORD }, '/register/sent');
  const token = new URL(await mailedLink(email, '/register/confirm')).searchParams.get('token') ?? '';
  await post(page, '/register/confirm', { token }, '/sign-in');
  // What was done is told once, by the next page.
  expect(await unseen(page, '/sign-in')).toContain('Your email address is confirmed');
  await post(page, '/sign-in', { email, password: PASSWORD }, '/second-step');
  const key = /<code>(.*?)<\/code>/s.exec(await unseen(page, '/second-step/authenticator'))?.[1];
  if (!key) throw new Error('the page shows no key for an authenticator');
  const code = await new Authenticator(key.replaceAll(/<[^>]*>/g, '')).code();
  await post(page, '/second-step/authenticator', { code }, '/second-step/recovery-codes');
  expect(await unseen(page, '/second-step/recovery-codes')).toContain('Keep your recovery codes');
  return email;
}

// --- Patients --------------------------------------------------------------------------------------------------------

/** A person whose practice has sent their record and has given them a letter. */
export interface Patient {
  nhsNumber: string;
  /** As pages call them. */
  name: string;
  familyName: string;
  born: { day: string; month: string; year: string };
  /** The code in the letter. */
  code: string;
  /** Has their practice send a report that has just been made, with this name and this conclusion. */
  receive: (title: string, conclusion: string) => void;
  /** Has the place that sent their record send more of it, or a newer version of something ("problem" is the first problem). */
  send: (resources: Sent[]) => void;
}

/** A medicine that is taken for good. */
export interface Repeat {
  name: string;
  dose: string;
  /** How many days ago it was given for 28 days; absent where nothing says so. */
  givenDaysAgo?: number;
}

/** Something that a laboratory or a practice sends about somebody; ids and references in it are made theirs. */
export type Sent = Record<string, unknown> & { resourceType: string; id: string };

/** Imports a small record of somebody new, then a newer version of one entry, and has the letter written. */
export function newPatient({ source = 'E2E', given = 'Samira 🌿', referral = '', repeats = [] as Repeat[], sent = [] as Sent[] } = {}): Patient {
  const nhsNumber = newNhsNumber();
  const familyName = 'O’Neill-Ångström';
  const folder = mkdtempSync(join(setting('SELFHEAL_E2E_DIR'), 'patient-'));
  // Each list is a file of its own, and they are imported one after the other.
  const bring = (name: string, ...lists: object[][]): void => {
    const files = lists.map((resources, at) => {
      const file = join(folder, `${name}-${at}.json`);
      const entry = resources.map((resource) => ({ resource }));
      writeFileSync(file, JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry }).replaceAll('"1.0"', '1.0'));
      return file;
    });
    selfheal('import', 'fhir', ...files, '--source', source, '--source-name', 'Brook Lane Surgery');
  };
  const id = (word: string): string => `${word}-${nhsNumber}`;
  const subject = { reference: `Patient/${id('patient')}` };
  const patient = {
    resourceType: 'Patient',
    id: id('patient'),
    identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: nhsNumber }],
    name: [{ family: familyName, given: [given] }],
    birthDate: '1980-03-31',
  };
  const problem = (version: string, text: string): object => ({
    resourceType: 'Condition',
    id: id('problem'),
    meta: { versionId: version, lastUpdated: `2026-0${version}-01T09:00:00Z` },
    subject,
    code: { text },
    onsetDateTime: '2019-05-01',
    clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] },
  });
  const referred = {
    resourceType: 'ServiceRequest',
    id: id('referral'),
    status: 'active',
    intent: 'order',
    subject,
    code: { text: referral },
    authoredOn: '2026-08-03',
  };
  const theirs = (one: Sent): object => {
    // References are given as "Observation/first".
    const text = JSON.stringify({ ...one, id: id(one.id), [one.resourceType === 'Immunization' ? 'patient' : 'subject']: subject });
    const known = sent.map((other) => `${other.resourceType}/${other.id}`);
    return JSON.parse(known.reduce((all, other) => all.replaceAll(`"${other}"`, `"${id(other)}"`), text)) as object;
  };
  const medicine = (repeat: Repeat, at: number): object[] => {
    const about = {
      resourceType: 'MedicationRequest',
      subject,
      medicationCodeableConcept: { text: repeat.name },
      courseOfTherapyType: { coding: [{ code: 'continuous' }] },
      dosageInstruction: [{ text: repeat.dose }],
      dispenseRequest: { quantity: { value: 28, unit: 'tablet' }, expectedSupplyDuration: { value: 28, code: 'd' } },
    };
    const plan = { ...about, id: id(`repeat-${at}`), status: 'active', intent: 'plan', authoredOn: '2025-05-01' };
    if (repeat.givenDaysAgo === undefined) return [plan];
    const on = new Date(Date.now() - repeat.givenDaysAgo * 86_400_000).toISOString().slice(0, 10);
    return [plan, { ...about, id: id(`given-${at}`), status: 'completed', intent: 'order', authoredOn: on }];
  };
  const first = [
    patient,
    ...repeats.flatMap(medicine),
    ...(referral ? [referred] : []),
    ...sent.map(theirs),
    problem('1', 'Hay fever'),
    {
      resourceType: 'AllergyIntolerance',
      id: id('allergy'),
      patient: subject,
      code: { coding: [{ system: 'http://snomed.info/sct', code: '716186003', display: 'No known allergy' }] },
      recordedDate: '2025-02-03',
    },
    {
      resourceType: 'Observation',
      id: id('result'),
      status: 'final',
      category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] }],
      code: { text: 'Potassium' },
      subject,
      effectiveDateTime: '2026-06-14T09:30:00Z',
      // A number whose last digit is a nought, which must not be lost.
      valueQuantity: { value: '1.0', unit: 'mmol/L' },
      referenceRange: [{ low: { value: 3.5 }, high: { value: 5.3 } }],
    },
  ];
  bring('record', first, [patient, problem('2', 'Hay fever with asthma')]);
  const code = /Your code\s+(\S+)/.exec(selfheal('person', 'linkage-code', nhsNumber))?.[1];
  if (!code) throw new Error('the letter has no code');
  let reports = 0;
  const receive = (title: string, conclusion: string): void => {
    reports += 1;
    const report = {
      resourceType: 'DiagnosticReport',
      id: id(`report-${reports}`),
      status: 'final',
      category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0074', code: 'LAB' }] }],
      code: { text: title },
      subject,
      issued: new Date().toISOString(),
      conclusion,
    };
    bring(`report-${reports}`, [patient, report]);
  };
  let sendings = 0;
  const send = (resources: Sent[]): void => {
    sendings += 1;
    bring(`sent-${sendings}`, [patient, ...resources.map(theirs)]);
  };
  const born = { day: '31', month: '3', year: '1980' };
  return { nhsNumber, name: `${given} ${familyName}`, familyName, born, code, receive, send };
}

/** A given name that nobody else in the tests has. */
export function newName(): string {
  return `Wren ${[...randomInt(1_000_000_000).toString(26)].map((letter) => String.fromCodePoint(97 + Number.parseInt(letter, 26))).join('')}`;
}

/** Opens an account in this browser with a second step, links it with the letter, and shows its first page. */
export async function linkedAccount(page: Page, patient: Patient): Promise<string> {
  const email = await newcomer(page);
  const { day, month, year } = patient.born;
  const letter = { nhs_number: patient.nhsNumber, family_name: patient.familyName, code: patient.code };
  await post(page, '/link', { ...letter, birth_date_day: day, birth_date_month: month, birth_date_year: year }, '/');
  await page.goto('/');
  await expect(page.getByRole('status')).toContainText('Your record is linked');
  return email;
}

/** Fills in a date. */
export async function fillDate(inside: Page | Locator, date: Patient['born']): Promise<void> {
  await inside.getByLabel('Day').fill(date.day);
  await inside.getByLabel('Month').fill(date.month);
  await inside.getByLabel('Year').fill(date.year);
}

// --- Carers ----------------------------------------------------------------------------------------------------------

/** Who is invited to help. */
export const CARER = 'Idris Fenwick';

/** What says on every page whom a carer looks after. */
export const band = (page: Page): Locator => page.getByRole('complementary', { name: 'Who you are looking after' });

/** Fills in an invitation and sends it; returns the code that is shown once. */
export async function invite(page: Page, email: string, scopes: string[]): Promise<string> {
  await page.goto('/sharing/people/invite');
  await page.getByLabel('Their name').fill(CARER);
  await page.getByLabel('What are they to you?').fill('friend');
  await page.getByLabel('Their email address').fill(email);
  for (const scope of scopes) await page.getByLabel(scope).check();
  await page.getByRole('button', { name: 'Send the invitation' }).click();
  await expect(heading(page)).toHaveText(`Tell ${CARER} this code`);
  return (await page.locator('.sh-secret code').innerText()).replaceAll(/\s/g, '');
}

/** Takes an invitation up and looks after the person. */
export async function lookAfter(page: Page, email: string, code: string, name: string): Promise<void> {
  await newcomer(page, email);
  await page.goto(await mailedLink(email, '/carer/invitation'));
  await page.getByLabel('Code').fill(code);
  await page.getByRole('button', { name: 'Start helping' }).click();
  await expect(page.getByRole('status')).toBeVisible();
  await page.goto('/acting');
  await page.getByRole('button', { name: `Look after ${name}` }).click();
  await expect(band(page)).toContainText(name);
}

// --- Care teams ------------------------------------------------------------------------------------------------------

/** Organisations of the demonstration. */
export const PRACTICE = 'Y90001';
export const HOSPITAL = 'Y9H01';

/** Opens an account in this browser for somebody who works there, and goes to work. */
export async function atWork(page: Page, at: string, role: string, name: string): Promise<void> {
  const email = await newcomer(page);
  selfheal('staff', 'add', email, '--organisation', at, '--name', name, '--job', 'Tester', '--role', role);
  await page.goto('/team');
  await expect(heading(page)).toHaveText('Work that waits');
}

/** The link in the list of waiting work about somebody. */
export function waiting(page: Page, name: string): Locator {
  return page.getByRole('listitem').filter({ hasText: name }).getByRole('link');
}

/** A number of the range that is never given to anybody (999…), with its check digit (modulus 11). */
function newNhsNumber(): string {
  for (;;) {
    const nine = `999${randomInt(500_000, 1_000_000)}`;
    const sum = [...nine].reduce((total, digit, at) => total + Number(digit) * (10 - at), 0);
    const check = (11 - (sum % 11)) % 11;
    if (check < 10) return `${nine}${check}`;
  }
}
