import type { Page } from '@playwright/test';

import {
  expect,
  fillDate,
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

const RAMIPRIL = 'Ramipril 5mg capsules';
const METFORMIN = 'Metformin 500mg tablets with a long name, modified release, sugar free';

/** The day so many days ago, in London. */
function daysAgo(days: number): { day: string; month: string; year: string } {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London' }).format(Date.now() - days * 24 * 60 * 60 * 1000);
  const [day, month, year] = parts.split('/');
  return { day: day ?? '', month: month ?? '', year: year ?? '' };
}

/** Opens the doses of the day before yesterday, which are all past their time at any hour of today. */
async function longAgo(page: Page): Promise<void> {
  await page.goto('/medicines/today');
  await page.getByRole('link', { name: 'The day before' }).click();
  await expect(heading(page)).toHaveText('Medicines: yesterday');
  await page.getByRole('link', { name: 'The day before' }).click();
  await expect(heading(page)).toHaveText(/^Medicines: \w+day \d/);
}

test('a citizen is reminded, keeps a diary, and shares it with a carer', async ({ page, otherBrowser, look }) => {
  test.slow();
  const patient = newPatient({
    source: PRACTICE,
    given: newName(),
    repeats: [
      { name: RAMIPRIL, dose: 'One capsule OD', givenDaysAgo: 26 },
      { name: METFORMIN, dose: 'Two tablets twice a day with food', givenDaysAgo: 3 },
    ],
  });
  await linkedAccount(page, patient);

  await test.step('they set a reminder up from the page of the medicine', async () => {
    await page.goto('/medicines');
    await page.getByRole('link', { name: RAMIPRIL }).click();
    await page.getByRole('link', { name: 'Remind me to take it' }).click();
    await expect(heading(page)).toContainText('Remind me to take it');
    await look(page);
    await page.getByLabel('At which times?').fill('8am and bedtime');
    await page.getByRole('button', { name: 'Save the reminder' }).click();
    await expect(summary(page)).toContainText('We cannot read');
    await expect(page.getByLabel('At which times?')).toHaveValue('8am and bedtime');
    await look(page, 'a reminder with an error');
    await page.getByLabel('At which times?').fill('8am, 10:30pm');
    await page.getByRole('button', { name: 'Save the reminder' }).click();
    await expect(summary(page)).toContainText('10:30pm is at night');
    await page.getByLabel('No, do not write at night').check();
    await fillDate(page.getByRole('group', { name: 'First day' }), daysAgo(3));
    await page.getByRole('button', { name: 'Save the reminder' }).click();
    await expect(page.getByRole('status')).toContainText('The reminder is set up');
    await expect(page.getByText('No message is sent at 10:30pm')).toBeVisible();
    await look(page, 'with a reminder');
  });

  await test.step('they are told when they can order', async () => {
    await page.getByRole('group', { name: 'Remind to order?' }).getByLabel('By email').check();
    await page.getByRole('button', { name: 'Save : Remind to order?' }).click();
    await expect(page.getByRole('status')).toContainText('Your choice is saved');
    await expect(page.getByRole('group', { name: 'Remind to order?' }).getByLabel('By email')).toBeChecked();
  });

  await test.step('they are told what is ready to collect, unless they put it off', async () => {
    const collect = page.getByRole('group', { name: 'Remind to collect?' }).getByLabel('By email');
    await expect(collect).toBeChecked();
    await collect.uncheck();
    await page.getByRole('button', { name: 'Save : Remind to collect?' }).click();
    await expect(page.getByRole('status')).toContainText('Your choice is saved');
    await expect(collect).not.toBeChecked();
    await expect(page.getByRole('group', { name: 'Remind to order?' }).getByLabel('By email')).toBeChecked();
    // What a message links to leads on.
    await page.goto('/news');
    await expect(page).toHaveURL(/\/medicines$/);
  });

  await test.step('they note what they took, and put a mistake right', async () => {
    await page.goto('/medicines/today');
    await expect(heading(page)).toHaveText('Medicines for today');
    await look(page);
    await longAgo(page);
    await expect(page.getByText('Not recorded')).toHaveCount(2);
    await look(page, 'the doses of a day');
    await page.getByRole('button', { name: `Taken ${RAMIPRIL}, 8am` }).click();
    await expect(page.getByRole('status')).toContainText('It is noted');
    await expect(page.getByText('You noted this')).toBeVisible();
    await look(page, 'a dose that was taken');
    await page.getByRole('button', { name: `Take this back ${RAMIPRIL}, 8am` }).click();
    await expect(page.getByRole('status')).toContainText('It is taken back');
    await page.getByText(`Not taken: ${RAMIPRIL}, 8am`).click();
    await page.getByLabel('Why? (if you want)').first().fill('I was away 🌿');
    await look(page, 'why it was not taken');
    await page.getByRole('button', { name: `Not taken ${RAMIPRIL}, 8am` }).click();
    await expect(page.getByText('I was away 🌿')).toBeVisible();
    await page.getByRole('button', { name: `Taken ${RAMIPRIL}, 10:30pm` }).click();
    await expect(page.getByRole('status')).toContainText('It is noted');
  });

  await test.step('the diary tells the week', async () => {
    await page.getByRole('link', { name: 'The diary, week by week' }).click();
    await expect(heading(page)).toHaveText('Medicine diary');
    await look(page);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByLabel('People who act for me', { exact: true }).check();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByRole('status')).toContainText('Your choice is saved');
    await expect(page.getByLabel('People who act for me', { exact: true })).toBeChecked();
  });

  await test.step('a carer sees what was noted, and notes the next', async () => {
    const email = newAddress();
    const code = await invite(page, email, ['order medicines']);
    const carer = await otherBrowser();
    await lookAfter(carer, email, code, patient.name);
    await longAgo(carer);
    await expect(carer.getByText('I was away 🌿')).toBeVisible();
    await expect(carer.getByText(`${patient.name} noted this`)).toHaveCount(2);
    await look(carer, 'the doses of somebody they look after');
    await carer.goto('/medicines/reminders');
    await expect(carer.getByText(`Messages go to ${patient.name}`)).toBeVisible();
    await look(carer, 'the reminders of somebody they look after');
    await carer.goto('/medicines/diary');
    await look(carer, 'the diary of somebody they look after');
  });

  await test.step('they change the reminder and end it', async () => {
    await page.goto('/medicines/reminders');
    await page.getByRole('link', { name: `Change it : ${RAMIPRIL}` }).click();
    await page.getByLabel('What do you call it?').fill('My heart pill');
    await look(page, 'changing a reminder');
    await page.getByRole('button', { name: 'Save the reminder' }).click();
    await expect(page.getByRole('heading', { name: 'My heart pill' })).toBeVisible();
    await page.getByRole('button', { name: 'End this reminder' }).click();
    await expect(page.getByRole('status')).toContainText('The reminder has ended');
    await expect(page.getByText('No reminders to take medicines')).toBeVisible();
    await longAgo(page);
    await expect(page.getByText('I was away 🌿')).toBeVisible();
  });
});
