import type { Page } from '@playwright/test';

import { expect, newPatient, openAccount, scannedAuthenticator, summary, test, type Patient } from './support.ts';

async function fillLetter(page: Page, patient: Patient, code: string): Promise<void> {
  await page.getByLabel('NHS number').fill(patient.nhsNumber);
  await page.getByLabel('Day').fill(patient.born.day);
  await page.getByLabel('Month').fill(patient.born.month);
  await page.getByLabel('Year').fill(patient.born.year);
  await page.getByLabel('Last name').fill(patient.familyName);
  await page.getByLabel('Code from the letter').fill(code);
}

test('a newcomer opens an account, links it with the letter of their practice and reads their record', async ({ page, look }) => {
  test.slow();
  const patient = newPatient();
  const heading = page.getByRole('heading', { level: 1 });

  await test.step('opens an account and confirms the address by the link in the mail', async () => {
    await openAccount(page, look);
    await look(page);
  });

  await test.step('sets up an authenticator app; a wrong code is explained', async () => {
    await page.getByRole('link', { name: 'Use an authenticator app' }).click();
    await expect(heading).toHaveText('Set up your authenticator app');
    await look(page, 'for the first time');
    await page.getByRole('button', { name: 'Finish setting up' }).click();
    await expect(summary(page)).toBeVisible();
    await look(page, 'with an error');
    const authenticator = await scannedAuthenticator(page);
    await page.getByLabel('6-digit code').fill(await authenticator.code());
    await page.getByRole('button', { name: 'Finish setting up' }).click();
    await expect(heading).toHaveText('Keep your recovery codes');
    await expect(page.locator('.sh-codes li')).toHaveCount(10);
    await look(page, 'with the codes');
    await page.reload();
    await expect(heading).toHaveText('Your recovery codes');
    await expect(page.locator('.sh-codes')).toHaveCount(0);
    await look(page, 'without the codes');
    await page.getByRole('link', { name: 'Continue' }).click();
    await expect(heading).toHaveText('Link your record');
    await look(page);
  });

  await test.step('has no record to read before it is linked', async () => {
    await page.goto('/record');
    await expect(page).toHaveURL('/link');
    await page.goto('/account');
    await expect(page.getByRole('heading', { name: 'No record is linked yet' })).toBeVisible();
    await look(page, 'before linking');
    await page.getByRole('link', { name: 'Link your record' }).click();
  });

  await test.step('is led to each field that is empty', async () => {
    await page.getByRole('button', { name: 'Link my record' }).click();
    await expect(page).toHaveTitle(/^Error: /);
    const problems = summary(page).getByRole('link');
    await expect(problems).toHaveCount(4);
    await look(page, 'with 4 errors');
    for (const [at, field] of ['NHS number', 'Day', 'Last name', 'Code from the letter'].entries()) {
      await problems.nth(at).click();
      await expect(page.getByLabel(field)).toBeFocused();
    }
  });

  await test.step('a wrong code keeps what was typed', async () => {
    await fillLetter(page, patient, 'AAAAA-AAAAA');
    await page.getByRole('button', { name: 'Link my record' }).click();
    await expect(summary(page)).toBeVisible();
    await expect(page.getByLabel('NHS number')).toHaveValue(patient.nhsNumber);
    await expect(page.getByLabel('Day')).toHaveValue(patient.born.day);
    await expect(page.getByLabel('Month')).toHaveValue(patient.born.month);
    await expect(page.getByLabel('Year')).toHaveValue(patient.born.year);
    await expect(page.getByLabel('Last name')).toHaveValue(patient.familyName);
    await expect(page.getByLabel('Code from the letter')).toHaveValue('AAAAA-AAAAA');
    await look(page, 'with a wrong code');
    await summary(page).getByRole('link').click();
    await expect(page.getByLabel('Code from the letter')).toBeFocused();
  });

  await test.step('links with the code from the letter', async () => {
    await page.getByLabel('Last name').fill('oneill angstrom');
    await page.getByLabel('Code from the letter').fill(patient.code.toLowerCase());
    await page.getByRole('button', { name: 'Link my record' }).click();
    await expect(page.getByRole('status')).toContainText('Your record is linked');
    await expect(heading).toContainText(patient.familyName);
    await look(page, 'just linked');
  });

  await test.step('reads the record: what is known, what is known to be none, what nobody has sent', async () => {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Record' }).click();
    await expect(heading).toHaveText('Your record');
    await expect(page.getByText('The record says: \u201cNo known')).toBeVisible();
    await expect(page.getByText('Nothing is recorded here. That does not mean that you have none.').first()).toBeVisible();
    await look(page);
    await page.getByRole('link', { name: /^Allergies/ }).click();
    await expect(page.getByRole('link', { name: 'See this entry' })).toBeVisible();
    await look(page, 'none known');
    await page.goto('/record/immunisations');
    await expect(page.getByText('No information about vaccinations')).toBeVisible();
    await look(page, 'no information');
    await page.goto('/record/results');
    await expect(page.getByText('1.0 mmol/L')).toBeVisible();
    await page.getByRole('link', { name: 'Potassium' }).click();
    await expect(page.getByText('1.0 mmol/L')).toBeVisible();
    await look(page, 'a result');
  });

  await test.step('reads what an entry said before', async () => {
    await page.goto('/record/problems');
    await page.getByRole('link', { name: 'Hay fever with asthma' }).click();
    await expect(heading).toContainText('Hay fever with asthma');
    await expect(page.getByText('Brook Lane Surgery').first()).toBeVisible();
    await look(page, 'with an earlier version');
    await page.getByRole('link', { name: 'Version 1' }).click();
    await expect(heading).toHaveText(/Hay fever$/);
    await expect(page.getByText('It has changed since.')).toBeVisible();
    await look(page, 'as it was');
    await page.getByRole('link', { name: 'See what it says now' }).click();
    await expect(heading).toContainText('Hay fever with asthma');
  });

  await test.step('sees who has looked', async () => {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'More' }).click();
    await page.getByRole('link', { name: 'Who has looked' }).click();
    await expect(page.getByText('What you did yourself is not in this list.')).toBeVisible();
    await expect(page.getByText('You looked at the overview of your record')).toHaveCount(0);
    await look(page);
    await page.getByRole('link', { name: 'Show what you did too' }).click();
    await expect(page.getByRole('heading', { name: 'Today' })).toBeVisible();
    await expect(page.getByText('You looked at the overview of your record').first()).toBeVisible();
    await expect(page.getByText('You looked at an earlier version of one entry').first()).toBeVisible();
    await look(page, 'with what the reader did');
  });

  await test.step('signs out, and the way back shows nothing of the record', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(heading).toHaveText('You are signed out');
    await look(page);
    await page.goBack();
    await expect(page).toHaveURL('/sign-in');
    await expect(page.getByText('Hay fever')).toHaveCount(0);
    await expect(page.getByText(patient.familyName)).toHaveCount(0);
  });
});
