import type { Page } from '@playwright/test';

import { expect, heading, linkedAccount, newName, newPatient, PRACTICE, summary, test } from './support.ts';

const at = (day: string): object => ({ date_time: `${day}T08:00:00Z` });

const points = JSON.stringify([
  { body_weight: { value: 70.4, unit: 'kg' }, effective_time_frame: at('2026-02-02') },
  { body_weight: { value: 160, unit: 'lb' }, effective_time_frame: at('2026-02-01') },
  {
    systolic_blood_pressure: { value: 142, unit: 'mmHg' },
    diastolic_blood_pressure: { value: 88, unit: 'mmHg' },
    effective_time_frame: at('2026-02-02'),
  },
]);

const send = async (page: Page, name: string, content: string): Promise<void> => {
  await page.getByLabel('Choose a file').setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) });
  await page.getByRole('button', { name: 'Send the file' }).click();
};

test('a citizen brings readings in from a file, looks at them, and takes them out again', async ({ page, look }) => {
  test.slow();
  await linkedAccount(page, newPatient({ source: PRACTICE, given: newName() }));

  await test.step('they choose a file', async () => {
    await page.goto('/readings');
    await page.getByRole('link', { name: 'Bring in readings from an app or a device' }).click();
    await expect(heading(page)).toHaveText('Bring in readings from an app or a device');
    await look(page);
    await page.getByRole('button', { name: 'Send the file' }).click();
    await expect(summary(page)).toContainText('Choose a file first');
    await look(page, 'with an error');
  });

  await test.step('they see what is in it, and say yes', async () => {
    await send(page, 'points.json', points);
    await expect(heading(page)).toHaveText('What is in the file');
    await expect(page.getByText('Top number: 142 mmHg')).toBeVisible();
    await look(page, 'what is in it');
    await page.getByRole('button', { name: 'Add 3 readings' }).click();
    await expect(heading(page)).toHaveText('Your readings are added');
    await look(page, 'added');
    await page.goto('/readings/weight?span=all');
    await expect(page.getByText('From an Open mHealth file').first()).toBeVisible();
    await look(page, 'from a file');
  });

  await test.step('the same file has nothing new', async () => {
    await page.goto('/readings/import');
    await send(page, 'points.json', points);
    await expect(page.getByText('All of this is here already')).toBeVisible();
    await page.getByText('Do not add it').click();
    await page.getByRole('button', { name: 'Throw the file away' }).click();
    await expect(page.getByRole('status')).toContainText('The file is thrown away');
    await look(page, 'with files of before');
  });

  await test.step('a table is asked about', async () => {
    await send(page, 'sugar.csv', 'When,Sugar,Meal\n01/02/2026 08:30,7.2,before meal\n02/02/2026 08:30,6.9,after lunch\n03/02/2026 08:30,43,\n');
    await expect(heading(page)).toHaveText('What is this table about?');
    await look(page, 'a table');
    await page.getByRole('link', { name: 'Blood sugar', exact: true }).click();
    // The names of the columns say what they are; every day can be read both ways.
    await expect(page.getByLabel('Column: Your blood sugar').locator('option:checked')).toHaveText('Sugar');
    await expect(page.getByLabel('The day, as in 31/12/2026')).toBeVisible();
    await page.getByLabel('Column: day').selectOption('Choose');
    await page.getByRole('button', { name: 'Show what is in it' }).click();
    await expect(summary(page)).toContainText('Choose the column with the day');
    await look(page, 'naming columns');
    await page.getByLabel('Column: day').selectOption('When');
    await page.getByLabel('Column: Your blood sugar').selectOption('Sugar');
    await page.getByLabel('Column: before or after a meal (if there is one)').selectOption('Meal');
    await page.getByLabel('mmol/L').check();
    await page.getByRole('button', { name: 'Show what is in it' }).click();
    await expect(summary(page)).toContainText('Choose what comes first');
    await look(page, 'asked about the order of its days');
    await page.getByLabel('The day, as in 31/12/2026').check();
    await page.getByRole('button', { name: 'Show what is in it' }).click();
    await expect(page.getByText('6.9 to 7.2 mmol/L')).toBeVisible();
    await page.getByText('1 left out, and why').click();
    await expect(page.getByRole('cell', { name: '03/02/2026 08:30, 43' })).toBeVisible();
    await look(page, 'rows that were left out');
    await page.getByRole('button', { name: 'Add 2 readings' }).click();
    await expect(heading(page)).toHaveText('Your readings are added');
  });

  await test.step('they take it out again', async () => {
    await page.getByText('Take them out again').first().click();
    await page.getByRole('button', { name: 'Take them out again' }).click();
    await expect(heading(page)).toHaveText('Your readings were taken out again');
    await look(page, 'taken out again');
    await page.goto('/readings/blood-glucose');
    await expect(page.getByText('Nothing is recorded yet')).toBeVisible();
  });
});

test('a citizen brings in the blood pressure and the pulse of one table at once', async ({ page, look }) => {
  await linkedAccount(page, newPatient({ source: PRACTICE, given: newName() }));
  await page.goto('/readings/import');
  await send(page, 'cuff.csv', 'Date,Time,Sys,Dia,Pulse\n2026-02-01,08:30,142,88,71\n2026-02-02,08:30,138,84,\n');
  await expect(page.getByRole('link', { name: 'It looks like blood pressure, pulse' })).toBeVisible();
  await look(page, 'what it looks like');
  await page.getByRole('link', { name: 'Blood pressure', exact: true }).click();
  await page.getByText('Another measure in this file').click();
  await look(page, 'another measure');
  await page.getByRole('link', { name: 'Pulse', exact: true }).click();
  await expect(heading(page)).toHaveText('What are the columns? Blood pressure, Pulse');
  for (const [label, name] of [
    ['Column: day', 'Date'],
    ['Column: time', 'Time'],
    ['Column: Top number (systolic)', 'Sys'],
    ['Column: Bottom number (diastolic)', 'Dia'],
    ['Column: Your pulse (Pulse)', 'Pulse'],
  ] as const) {
    await expect(page.getByLabel(label).locator('option:checked')).toHaveText(name);
  }
  await page.getByLabel('Column: Your pulse (Pulse)').selectOption('Choose');
  await page.getByRole('button', { name: 'Show what is in it' }).click();
  await expect(summary(page)).toContainText('Choose the column with the number');
  await look(page, 'with a number left out');
  await page.getByLabel('Column: Your pulse (Pulse)').selectOption('Pulse');
  await page.getByRole('button', { name: 'Show what is in it' }).click();
  await expect(page.getByText('Top number: 138 to 142 mmHg')).toBeVisible();
  await expect(page.getByText('Bottom number: 84 to 88 mmHg')).toBeVisible();
  // Where there is room for a table, its dates and numbers push it out of no page.
  const tooWide = (): Promise<number> =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(await tooWide()).toBeLessThanOrEqual(0);
  // On a narrow screen a date is broken between its words alone.
  await page.setViewportSize({ width: 320, height: 640 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  await look(page, 'what is in it, narrow');
  await page.getByRole('button', { name: 'Add 3 readings' }).click();
  await expect(heading(page)).toHaveText('Your readings are added');
  await page.getByText('Take them out again').first().click();
  await page.getByRole('button', { name: 'Take them out again' }).click();
  await expect(heading(page)).toHaveText('Your readings were taken out again');
});

test('where script runs, a file shows how far it is while it is sent, and can be stopped', async ({ page, look, javaScriptEnabled }) => {
  test.skip(!javaScriptEnabled, 'without script the browser itself says how far it is');
  await linkedAccount(page, newPatient({ source: PRACTICE, given: newName() }));
  await page.goto('/readings/import');
  // The line is slow: what is sent does not arrive. Until the island has started, the browser sends the form itself.
  await page.route('**/readings/import', (route) => {
    const request = route.request();
    if (request.method() !== 'POST') return route.continue();
    return request.isNavigationRequest() ? route.abort('aborted') : undefined;
  });
  await page.getByLabel('Choose a file').setInputFiles({ name: 'points.json', mimeType: 'application/json', buffer: Buffer.from(points) });
  const bar = page.getByRole('progressbar', { name: 'Sending the file' });
  await expect(async () => {
    await page.getByRole('button', { name: 'Send the file' }).click();
    await expect(bar).toBeVisible({ timeout: 1000 });
  }).toPass();
  await expect(page.getByText('The file is being sent')).toBeAttached();
  await look(page, 'while it is sent');
  await page.getByRole('button', { name: 'Stop sending' }).click();
  await expect(page.getByRole('alert')).toHaveText('You stopped it. Nothing of the file is kept.');
  await expect(bar).toBeHidden();
  await look(page, 'stopped');
  await page.unroute('**/readings/import');
  await page.getByRole('button', { name: 'Send the file' }).click();
  await expect(heading(page)).toHaveText('What is in the file');
});
