import type { Page } from '@playwright/test';

import {
  atWork,
  expect,
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
  waiting,
} from './support.ts';

const save = (page: Page): Promise<void> => page.getByRole('button', { name: 'Save', exact: true }).click();

/** Records an oxygen level. */
async function record(page: Page, number: string): Promise<void> {
  await page.goto('/readings/oxygen/new');
  await page.getByLabel('Your oxygen level in %').fill(number);
  await save(page);
  await expect(page.getByRole('status')).toContainText('Your reading is saved');
}

test('a GP sets a target and a rule, a citizen records a red reading, and reads what came of it', async ({
  page,
  otherBrowser,
  look,
}) => {
  test.slow();
  const patient = newPatient({ source: PRACTICE, given: newName() });
  await linkedAccount(page, patient);
  const gp = await otherBrowser();

  await test.step('nobody watches until somebody agrees to', async () => {
    await page.goto('/readings');
    await expect(page.getByText('Nobody is watching what you record here')).toBeVisible();
    await page.getByRole('link', { name: 'Your targets, and who is told' }).click();
    await expect(page.getByText('No care team has set a target')).toBeVisible();
    await look(page, 'with nothing agreed');
  });

  await test.step('the GP sets a target', async () => {
    await atWork(gp, PRACTICE, 'clinician', 'Dr Vera Speedwell');
    await gp.goto('/team/people');
    await gp.getByLabel('NHS number').fill(patient.nhsNumber);
    await gp.getByLabel('To give care').check();
    await gp.getByRole('button', { name: 'Find', exact: true }).click();
    await gp.getByRole('link', { name: patient.name }).click();
    await gp.getByRole('link', { name: 'Their readings from home' }).click();
    await gp.getByRole('link', { name: 'Targets and rules' }).click();
    await look(gp, 'with nothing agreed');
    await gp.getByText('Set a target', { exact: true }).click();
    await gp.getByRole('link', { name: 'Oxygen saturation (SpO2)' }).click();
    await save(gp);
    await expect(summary(gp)).toContainText('Enter a lower end, an upper end, or both');
    await look(gp, 'with errors');
    await gp.getByText('What guidelines say').click();
    await gp.getByRole('link', { name: 'Most people: 95% or more' }).click();
    await expect(gp.getByLabel('No lower than')).toHaveValue('95');
    await look(gp, 'from a guideline');
    await save(gp);
    await expect(gp.getByText('95% or more, set by Dr Vera Speedwell')).toBeVisible();
  });

  await test.step('the GP picks a rule, adjusts it, and says when they look', async () => {
    await gp.getByRole('link', { name: 'Add a rule' }).click();
    await expect(heading(gp)).toHaveText('Add a rule');
    await look(gp);
    await gp.getByRole('link', { name: 'Very low oxygen level' }).click();
    await expect(gp.getByLabel('Oxygen saturation (SpO2)')).toHaveValue('92');
    await gp.getByRole('button', { name: 'Add this rule' }).click();
    await expect(summary(gp)).toContainText('Say why, in words for the person');
    await look(gp, 'with errors');
    await gp.getByLabel('Why this rule').fill('You have had pneumonia');
    await gp.getByRole('button', { name: 'Add this rule' }).click();
    await expect(gp.getByRole('status')).toContainText('The rule is on');
    await look(gp, 'with a target and a rule');
    await gp.getByRole('link', { name: 'Change when you look' }).click();
    await gp.getByLabel('Until').fill('8pm');
    await look(gp);
    await save(gp);
    await expect(gp.getByText('Monday to Friday, 8am to 8pm')).toBeVisible();
  });

  await test.step('the citizen reads what is agreed, and records a red reading', async () => {
    await page.goto('/readings/targets');
    await expect(page.getByText('is told at once when one reading is 92% or lower')).toBeVisible();
    await look(page, 'agreed');
    await record(page, '96');
    await expect(page.getByText('This reading is in it.')).toBeVisible();
    await record(page, '91');
    await expect(page.getByRole('heading', { name: 'This oxygen level is very low' })).toBeVisible();
    await expect(page.getByRole('heading', { name: /asks you to do$/ })).toBeVisible();
    await expect(page.getByText('Nobody has said yet that they saw it.')).toBeVisible();
    await look(page, 'a red reading');
    await page.goto('/readings/oxygen');
    await expect(page.getByText('The target is 95% or more: 1 of 2 readings is in it.')).toBeVisible();
    await look(page, 'with a target');
  });

  await test.step('a carer reads the same', async () => {
    const carer = await otherBrowser();
    const email = newAddress();
    const code = await invite(page, email, ['See and add readings taken at home']);
    await lookAfter(carer, email, code, patient.name);
    await carer.goto('/readings/targets');
    await expect(carer.getByText('is told at once when one reading is 92% or lower')).toBeVisible();
    await look(carer, 'looking after somebody');
  });

  await test.step('the GP sees it with its trend, and closes it', async () => {
    await gp.goto('/team');
    await waiting(gp, patient.name).click();
    await expect(heading(gp)).toHaveText('A reading to look at now');
    await expect(gp.getByText('When one reading is 92% or lower')).toBeVisible();
    const take = gp.getByRole('button', { name: 'Take this', exact: true });
    expect(await gap(gp.getByRole('button', { name: 'Do this' }), take)).toBeGreaterThanOrEqual(24);
    await look(gp, 'something red');
    // On paper it is what came up, and not what can be done with it.
    await gp.emulateMedia({ media: 'print' });
    await expect(gp.getByText('When one reading is 92% or lower')).toBeVisible();
    await expect(gp.getByLabel('I have seen it')).toBeHidden();
    await expect(gp.getByRole('heading', { name: 'What to do', exact: true })).toBeHidden();
    await gp.emulateMedia({ media: null });
    await gp.getByLabel('I have seen it').check();
    await gp.getByRole('button', { name: 'Do this' }).click();
    await expect(gp.getByRole('status')).toContainText('It is noted');
    await gp.getByLabel('Close it').check();
    await gp.getByRole('button', { name: 'Do this' }).click();
    await expect(summary(gp)).toContainText('Tell the person what you did, or why nothing is needed');
    await look(gp, 'with errors');
    await gp.getByLabel('Close it').check();
    await gp.getByLabel('To the person').fill('I rang you. Come in at 3pm.');
    await gp.getByRole('button', { name: 'Do this' }).click();
    await expect(gp.getByRole('status')).toContainText('It is closed');
    await page.goto('/readings/targets');
    await expect(page.getByText('I rang you. Come in at 3pm.')).toBeVisible();
    await look(page, 'with what was done');
  });

  await test.step('the GP changes the rule, and ends it', async () => {
    await gp.goto('/team/people');
    await gp.getByLabel('NHS number').fill(patient.nhsNumber);
    await gp.getByLabel('To give care').check();
    await gp.getByRole('button', { name: 'Find', exact: true }).click();
    await gp.getByRole('link', { name: patient.name }).click();
    await gp.getByRole('link', { name: 'Their readings from home' }).click();
    await gp.getByRole('link', { name: 'Targets and rules' }).click();
    await gp.getByRole('link', { name: /^Oxygen saturation \(SpO2\): one reading/ }).click();
    await gp.getByLabel('Oxygen saturation (SpO2)').fill('90');
    await look(gp, 'changing');
    await gp.getByRole('button', { name: 'Save the change' }).click();
    await gp.getByRole('link', { name: /90% or lower$/ }).click();
    await gp.getByText('End this rule').click();
    await gp.getByLabel('Why (the person may read it)').fill('You are well again');
    await gp.getByRole('button', { name: 'End it' }).click();
    await expect(gp.getByRole('status')).toContainText('The rule is ended');
    await page.goto('/readings/oxygen');
    await expect(page.getByText('Nobody is watching what you record here')).toBeVisible();
  });
});
