import type { Page } from '@playwright/test';

import {
  atWork,
  expect,
  heading,
  invite,
  linkedAccount,
  lookAfter,
  newAddress,
  newName,
  newPatient,
  PRACTICE,
  summary,
  test,
} from './support.ts';

const save = (page: Page): Promise<void> => page.getByRole('button', { name: 'Save', exact: true }).click();

/** Types a blood pressure into the first or the second place of the form. */
async function type(page: Page, place: 'First reading' | 'Second reading', first: string, second: string): Promise<void> {
  const group = page.getByRole('group', { name: place });
  await group.getByLabel('Top number (systolic) in mmHg').fill(first);
  await group.getByLabel('Bottom number (diastolic) in mmHg').fill(second);
}

/** On paper the page is no longer than this many sheets of A4 with margins of 10 mm. */
async function fits(page: Page, sheets: number): Promise<void> {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 718, height: 700 });
  await page.emulateMedia({ media: 'print' });
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThanOrEqual(1047 * sheets);
  await page.emulateMedia({ media: null });
  if (before) await page.setViewportSize(before);
}

async function fitsOneSheet(page: Page): Promise<void> {
  await fits(page, 1);
}

/** Turns large text on or off, and nothing else. */
async function largeText(page: Page, on: boolean): Promise<void> {
  await page.goto('/account/display');
  await page.getByLabel('Large text', { exact: true }).setChecked(on);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('status')).toContainText('Pages look as you chose');
}

test('a citizen is led through a week of blood pressure, a carer helps, and a GP looks', async ({ page, otherBrowser, look }) => {
  test.slow();
  const patient = newPatient({ source: PRACTICE, given: newName() });
  await linkedAccount(page, patient);

  await test.step('they begin', async () => {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Health' }).click();
    await page.getByRole('link', { name: 'Measure for a week, or keep a diary' }).click();
    await expect(heading(page)).toHaveText('Weeks and diaries');
    await look(page, 'with nothing');
    await page.getByRole('link', { name: 'Blood pressure week' }).click();
    await expect(page.getByText('Wait at least 1 minute, still sitting')).toBeVisible();
    await look(page);
    await page.getByLabel('At which times?').fill('8am, 11pm');
    await page.getByRole('button', { name: 'Begin' }).click();
    await expect(summary(page)).toContainText('11pm is at night');
    await look(page, 'beginning with an error');
    await page.getByLabel('At which times?').fill('8am, 8pm');
    await page.getByRole('button', { name: 'Begin' }).click();
    await expect(page.getByRole('status')).toContainText('You have begun');
    await expect(page.getByText('Day 1 of 7')).toBeVisible();
    await look(page, 'the first sitting');
    // The name of a reading and the label of its first number are two things, and look like it.
    const first = page.getByRole('group', { name: 'First reading' });
    const between = await first.evaluate((group) => {
      const [legend, label] = [group.querySelector('legend'), group.querySelector('label')];
      return legend && label ? label.getBoundingClientRect().top - legend.getBoundingClientRect().bottom : 0;
    });
    expect(between).toBeGreaterThan(15);
  });

  await test.step('they type both readings, and are told what to do about very high ones', async () => {
    await type(page, 'First reading', '186', '112');
    await type(page, 'Second reading', '18x', '110');
    await save(page);
    await expect(summary(page)).toContainText('Reading 2. Top number: Use numbers only');
    await expect(page.getByRole('group', { name: 'First reading' }).getByLabel('Top number (systolic) in mmHg')).toHaveValue('186');
    await look(page, 'with an error');
    await type(page, 'Second reading', '184', '110');
    await page.getByRole('group', { name: 'Second reading' }).getByLabel('Pulse, if your monitor shows it').fill('76');
    await page.getByLabel('I waited at least 1 minute between the readings').check();
    await save(page);
    await expect(page.getByRole('status')).toContainText('It is saved');
    await expect(page.getByRole('heading', { name: 'Your blood pressure is still very high' })).toBeVisible();
    await expect(page.getByRole('cell', { name: '(pulse 76)' })).toBeVisible();
    await expect(page.getByRole('heading', { name: /^(Morning|Evening): done$/ })).toBeVisible();
    await look(page, 'a sitting that is done');
    await page.getByText('Add what you took at another time').click();
    await expect(page.getByRole('group', { name: 'Second reading' })).toBeVisible();
    await look(page, 'adding what was taken earlier');
  });

  await test.step('they change how they are reminded, and print', async () => {
    const week = page.url();
    await page.getByRole('link', { name: /^Change reminders/ }).click();
    await look(page, 'reminders');
    await page.getByLabel('At which times?').fill('7:30am, 7pm');
    await save(page);
    await expect(page.getByRole('status')).toContainText('Your choice is saved');
    await page.getByRole('link', { name: 'Print this diary' }).click();
    await expect(page.getByText(patient.name)).toBeVisible();
    await look(page, 'a filled diary');
    await fitsOneSheet(page);
    await page.goto('/weeks/blank/blood-pressure');
    await look(page, 'an empty diary');
    await fitsOneSheet(page);
    for (const diary of ['peak-flow', 'mood', 'falls']) {
      await page.goto(`/weeks/blank/${diary}`);
      await look(page, `an empty diary of ${diary}`);
      await fitsOneSheet(page);
    }
    await page.goto('/weeks/new/blood-sugar');
    await page.getByRole('link', { name: /^Before meals, 2 hours after them/ }).click();
    await expect(heading(page)).toContainText('before and after meals');
    await look(page, 'beginning with after meals');
    await page.getByRole('link', { name: 'Print an empty diary' }).click();
    await look(page, 'an empty diary with after meals');
    await fitsOneSheet(page);
    await largeText(page, true);
    for (const diary of ['blood-pressure', 'blood-sugar', 'falls']) {
      await page.goto(`/weeks/blank/${diary}`);
      await look(page, `an empty diary of ${diary} in large print`);
      await fits(page, 2);
    }
    await largeText(page, false);
    await page.goto('/weeks/new/weight');
    await page.emulateMedia({ media: 'print' });
    await expect(page.getByText('Use the same scales')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Begin' })).toBeHidden();
    await expect(page.getByText('When do you begin?')).toBeHidden();
    await expect(page.locator('.sh-narrow')).toHaveCSS('border-top-width', '0px');
    await page.emulateMedia({ media: null });
    await page.goto(week);
  });

  await test.step('a carer begins a diary and writes in it', async () => {
    const carer = await otherBrowser();
    const email = newAddress();
    const code = await invite(page, email, ['See and add readings taken at home']);
    await lookAfter(carer, email, code, patient.name);
    await carer.goto('/weeks/new/peak-flow');
    await expect(carer.getByText(`Only ${patient.name} can choose to be reminded`)).toBeVisible();
    await carer.getByLabel('Your personal best in L/min').fill('450');
    await look(carer, 'a diary with zones');
    await carer.getByRole('button', { name: 'Begin' }).click();
    await carer.getByLabel('Blow 1 in L/min').fill('300');
    await carer.getByLabel('Blow 2 in L/min').fill('310');
    await carer.getByLabel('Blow 3 in L/min').fill('305');
    await save(carer);
    await expect(carer.getByRole('heading', { name: 'This peak flow is in your amber zone' })).toBeVisible();
    await look(carer, 'a diary of somebody they look after');
    await carer.getByRole('link', { name: 'Be reminded too' }).click();
    await look(carer, 'reminders of somebody they look after');
    await carer.getByLabel('Email me when it is time to measure').check();
    await carer.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(carer.getByRole('status')).toContainText('Your choice is saved');
    await expect(carer.getByRole('link', { name: 'Change if we remind you too (by email)' })).toBeVisible();
  });

  await test.step('they pause, go on, and end too early', async () => {
    await page.goto('/weeks');
    await expect(page.getByText('Going on now')).toBeVisible();
    await look(page, 'with two that go on');
    await page.getByRole('link', { name: 'Blood pressure week' }).first().click();
    await page.getByRole('link', { name: 'Pause or end' }).click();
    await look(page, 'pausing or ending');
    await page.getByRole('button', { name: 'Pause' }).click();
    await expect(page.getByRole('status')).toContainText('It is paused');
    await look(page, 'paused');
    await page.getByRole('link', { name: 'Go on, or end' }).click();
    await page.getByRole('button', { name: 'End it without a result' }).click();
    await expect(page.getByRole('status')).toContainText('It has ended');
    await expect(page.getByText('An average of too few readings can mislead')).toBeVisible();
    await look(page, 'ended without a result');
  });

  await test.step('a GP sees both', async () => {
    const gp = await otherBrowser();
    await atWork(gp, PRACTICE, 'clinician', 'Dr Vera Speedwell');
    await gp.goto('/team/people');
    await gp.getByLabel('NHS number').fill(patient.nhsNumber);
    await gp.getByLabel('To give care').check();
    await gp.getByRole('button', { name: 'Find', exact: true }).click();
    await gp.getByRole('link', { name: patient.name }).click();
    await gp.getByRole('link', { name: 'Their readings from home' }).click();
    await gp.getByRole('link', { name: 'Their weeks and diaries' }).click();
    await expect(gp.getByText('Nobody has checked it')).toBeVisible();
    await look(gp, 'as a GP');
    await gp.getByRole('link', { name: 'Blood pressure week' }).click();
    await expect(gp.getByText('186/112, 184/110')).toBeVisible();
    await look(gp, 'as a GP');
  });
});
