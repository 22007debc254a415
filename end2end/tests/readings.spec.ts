import type { Page } from '@playwright/test';

import {
  atWork,
  expect,
  fillDate,
  gap,
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

test('a citizen records readings, a carer adds one, and a GP sees the chart', async ({ page, otherBrowser, look }) => {
  test.slow();
  const patient = newPatient({ source: PRACTICE, given: newName() });
  await linkedAccount(page, patient);

  await test.step('they record their blood pressure', async () => {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Health' }).click();
    await expect(page.getByText('Nothing is recorded yet')).toBeVisible();
    await look(page, 'with nothing');
    await page.getByRole('link', { name: 'Blood pressure' }).click();
    await expect(heading(page)).toHaveText('Record blood pressure');
    await look(page);
    await save(page);
    await expect(summary(page)).toContainText('Top number: enter a number');
    await look(page, 'with errors');
    await page.getByLabel('Top number (systolic) in mmHg').fill('142');
    await page.getByLabel('Bottom number (diastolic) in mmHg').fill('88');
    await page.getByText('Say how it was taken').click();
    await page.getByLabel('Left').check();
  });

  await test.step('the pulse that the monitor shows goes in with it', async () => {
    await page.getByLabel('Pulse, if your monitor shows it').fill('72');
    await save(page);
    await expect(page.getByRole('status')).toContainText('Your readings are saved');
    await expect(page.getByText('142/88 mmHg')).toBeVisible();
    await expect(page.getByRole('heading', { name: 'Pulse shown with it' })).toBeVisible();
    await expect(page.getByText('72 beats a minute')).toBeVisible();
    // What is done about both readings stands apart from the way to one of them.
    const one = page.getByRole('link', { name: 'Look at the pulse reading by itself' });
    expect(await gap(one, page.getByRole('link', { name: 'Add another reading' }))).toBeGreaterThanOrEqual(24);
    await look(page, 'saved');
  });

  await test.step('what is very high is asked about, and says what to do', async () => {
    await page.getByRole('link', { name: 'Add another reading' }).click();
    await page.getByLabel('Top number (systolic) in mmHg').fill('240');
    await page.getByLabel('Bottom number (diastolic) in mmHg').fill('100');
    await save(page);
    await expect(summary(page)).toContainText('240 mmHg would be very unusual');
    await look(page, 'asked about');
    await page.getByLabel('Yes, this is what it showed').check();
    await save(page);
    await expect(page.getByRole('heading', { name: 'This blood pressure is very high' })).toBeVisible();
    await look(page, 'what to do');
  });

  await test.step('they change it, and then remove it', async () => {
    await page.getByRole('link', { name: 'Change it' }).click();
    await look(page, 'changing');
    await page.getByLabel('Top number (systolic) in mmHg').fill('140');
    await page.getByRole('button', { name: 'Save the change' }).click();
    await expect(page.getByText('140/100 mmHg')).toBeVisible();
    await page.getByText('What it said before').click();
    await expect(page.getByText('240/100 mmHg')).toBeVisible();
    await look(page, 'changed');
    await page.getByText('Remove this reading').click();
    await page.getByRole('button', { name: 'Remove it' }).click();
    await expect(page.getByRole('status')).toContainText('You removed the reading');
    await expect(page.getByText('140/100 mmHg')).toHaveCount(0);
    await expect(page.getByText('In the last 4 weeks: 1 reading, 142/88 mmHg.')).toBeVisible();
    await look(page, 'a chart');
  });

  await test.step('a unit that cannot be is asked about and never changed', async () => {
    await page.goto('/readings/blood-glucose/new');
    await page.getByLabel('Your blood sugar').fill('130');
    await save(page);
    await expect(summary(page)).toContainText('Was it 130 mg/dL? That is 7.2 mmol/L');
    await look(page, 'the unit asked about');
    await page.getByLabel('mg/dL').check();
    await page.getByLabel('Before a meal').check();
    await page.getByText('It was not now').click();
    await fillDate(page, { day: '1', month: '3', year: '2026' });
    await page.getByRole('textbox', { name: 'Time' }).fill('8:30am');
    await save(page);
    await expect(page.getByText('130 mg/dL')).toBeVisible();
    await page.goto('/readings/blood-glucose?span=year');
    // With room, a weekday with its month stands on one line of the list.
    const column = await page.locator('.sh-entry__date').first().evaluate((date) => date.getBoundingClientRect().width);
    expect(column).toBeGreaterThan((page.viewportSize()?.width ?? 0) > 1024 ? 170 : 0);
    await look(page, 'over a year');
  });

  await test.step('signs of a very low blood sugar come before the number', async () => {
    await page.goto('/readings/blood-glucose/new');
    await page.getByLabel('Your blood sugar').fill('3.1');
    await page.getByLabel('mmol/L', { exact: true }).check();
    await page.getByLabel('Confused, very drowsy, cannot swallow, has a fit, or cannot be woken').check();
    await look(page, 'the signs of low blood sugar');
    await save(page);
    await expect(page.getByRole('heading', { name: 'This low blood sugar is an emergency. Call 999' })).toBeVisible();
    await expect(page.getByText('Give nothing to eat or drink')).toBeVisible();
    await look(page, 'an emergency of low blood sugar');
  });

  await test.step('signs beside a usual oxygen level come before the number', async () => {
    await page.goto('/readings/oxygen/new');
    await page.getByLabel('Your oxygen level in %').fill('95');
    await page.getByLabel('At rest').check();
    await page.getByLabel('Blue or grey lips or face, struggling to breathe').check();
    await look(page, 'the signs beside an oxygen level');
    await save(page);
    await expect(page.getByRole('heading', { name: 'What you see needs 999 now, whatever the number is' })).toBeVisible();
    await look(page, 'an emergency beside a usual oxygen level');
  });

  await test.step('a carer adds one, and they see it', async () => {
    const carer = await otherBrowser();
    const email = newAddress();
    const code = await invite(page, email, ['See and add readings taken at home']);
    await lookAfter(carer, email, code, patient.name);
    await carer.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Health' }).click();
    await expect(carer.getByText('What is measured and noted at home.')).toBeVisible();
    await look(carer, 'looking after somebody');
    await carer.goto('/readings/weight/new');
    await expect(carer.getByLabel('Your weight')).toHaveAttribute('inputmode', 'decimal');
    await carer.getByRole('link', { name: 'I use stone and pounds' }).click();
    await expect(carer.getByRole('link', { name: 'I use kg' })).toBeVisible();
    await expect(carer.getByLabel('stone and pounds')).toBeChecked();
    await carer.getByLabel('Your weight').fill('12 4');
    await carer.getByLabel('stone and pounds').check();
    await save(carer);
    await expect(carer.getByText('12 st 4 lb')).toBeVisible();
    await page.goto('/readings');
    await expect(page.getByText('12 st 4 lb')).toBeVisible();
    await look(page, 'with readings');
    await page.getByRole('link', { name: 'Weight' }).first().click();
    await page.getByRole('link', { name: '12 st 4 lb' }).click();
    await expect(page.getByText('Somebody who looks after you')).toBeVisible();
  });

  await test.step('a GP sees them and the chart', async () => {
    const gp = await otherBrowser();
    await atWork(gp, PRACTICE, 'clinician', 'Dr Vera Speedwell');
    await gp.goto('/team/people');
    await gp.getByLabel('NHS number').fill(patient.nhsNumber);
    await gp.getByLabel('To give care').check();
    await gp.getByRole('button', { name: 'Find', exact: true }).click();
    await gp.getByRole('link', { name: patient.name }).click();
    await gp.getByRole('link', { name: 'Their readings from home' }).click();
    await expect(gp.getByText('Nobody has checked it')).toBeVisible();
    await look(gp, 'as a GP');
    await gp.getByRole('link', { name: 'Blood pressure' }).click();
    await expect(gp.getByText('In the last 4 weeks: 1 reading, 142/88 mmHg.')).toBeVisible();
    await look(gp, 'as a GP');
  });
});
