import type { Page } from '@playwright/test';

import { atWork, expect, heading, linkedAccount, newName, newPatient, PRACTICE, summary, test } from './support.ts';

const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();

/** Chooses the same answer to every question of the page. */
async function choose(page: Page, answer: string): Promise<void> {
  for (const one of await page.getByLabel(answer, { exact: true }).all()) await one.check();
}

test('a citizen fills in the PHQ-9, is shown who helps, and a GP sees the score', async ({ page, otherBrowser, look }) => {
  test.slow();
  const patient = newPatient({ source: PRACTICE, given: newName() });
  await linkedAccount(page, patient);

  await test.step('they find it and start', async () => {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Health' }).click();
    await page.getByRole('link', { name: 'Questionnaires' }).click();
    await expect(heading(page)).toHaveText('Questionnaires');
    await look(page);
    await page.getByRole('link', { name: 'Low mood (PHQ-9)' }).click();
    await look(page, 'before the first');
    await press(page, 'Start');
    await expect(heading(page)).toContainText('Over the last 2 weeks');
    await look(page);
  });

  await test.step('what is missing is said beside its question', async () => {
    await page.getByLabel('Several days', { exact: true }).first().check();
    await press(page, 'Save and go on');
    await expect(summary(page)).toContainText('Choose an answer');
    await look(page, 'with errors');
    await choose(page, 'Several days');
    await press(page, 'Save and go on');
  });

  await test.step('they stop, and go on where they stopped', async () => {
    await page.goto('/questionnaires');
    await expect(page.getByText('Not finished')).toBeVisible();
    await page.getByRole('link', { name: 'Low mood (PHQ-9)' }).click();
    await page.getByRole('link', { name: 'Go on where you stopped' }).click();
    await expect(page.getByText('Feeling tired or having little energy')).toBeVisible();
    await choose(page, 'Not at all');
    await press(page, 'Save and go on');
  });

  await test.step('an answer of danger shows who helps before anything else', async () => {
    await choose(page, 'Several days');
    await press(page, 'Save and go on');
    await expect(heading(page)).toContainText('You are not alone');
    await expect(page.getByRole('link', { name: '116 123' })).toBeVisible();
    await expect(page.getByText('nobody was told')).toBeVisible();
    await look(page, 'who helps');
    await page.getByRole('link', { name: 'Go on with the questions' }).click();
    await page.getByLabel('Somewhat difficult').check();
    await look(page, 'with who helps');
    await press(page, 'Save and go on');
  });

  await test.step('they check their answers and see the result', async () => {
    await expect(heading(page)).toContainText('Check your answers');
    await look(page);
    await press(page, 'Finish and see the result');
    await expect(page.getByText('Score: 6 of 27')).toBeVisible();
    await expect(page.getByRole('link', { name: '116 123' })).toBeVisible();
    await look(page, 'the result');
  });

  await test.step('they change an answer, and it says what it was', async () => {
    await page.getByRole('link', { name: 'Change an answer' }).click();
    await look(page, 'changing');
    await page.getByRole('link', { name: /^Change/ }).first().click();
    await choose(page, 'Nearly every day');
    await press(page, 'Save the change');
    await expect(page.getByText('Score: 12 of 27')).toBeVisible();
    await page.getByText('What it said before').click();
    await look(page, 'changed');
    await page.getByRole('link', { name: 'See all scores' }).click();
    await expect(page.getByText('Filled in once. The newest score is 12 of 27')).toBeVisible();
    await look(page, 'with scores');
  });

  await test.step('every kind of question can be answered', async () => {
    await page.goto('/questionnaires/falls-risk');
    await press(page, 'Start');
    await page.getByLabel('Yes', { exact: true }).check();
    await press(page, 'Save and go on');
    await choose(page, 'No');
    await press(page, 'Save and go on');
    await expect(summary(page)).toContainText('Choose an answer');
    await look(page, 'a choice with an error');
    await page.getByLabel('Once', { exact: true }).check();
    await press(page, 'Save and go on');
    await choose(page, 'No');
    await press(page, 'Save and go on');
    await choose(page, 'No');
    await press(page, 'Save and go on');
    await look(page, 'a day');
    await press(page, 'Save and go on');
    await page.getByLabel('Is there anything else about it').fill('Only on the stairs');
    await look(page, 'a text');
    await press(page, 'Save and go on');
    await press(page, 'Finish and see the result');
    await expect(page.getByText('Score: 1 of 16')).toBeVisible();
    await expect(page.getByText('116 123')).toHaveCount(0);
  });

  await test.step('a GP sees them, and asks for another', async () => {
    const gp = await otherBrowser();
    await atWork(gp, PRACTICE, 'clinician', 'Dr Vera Speedwell');
    await gp.goto('/team/people');
    await gp.getByLabel('NHS number').fill(patient.nhsNumber);
    await gp.getByLabel('To give care').check();
    await press(gp, 'Find');
    await gp.getByRole('link', { name: patient.name }).click();
    await gp.getByRole('link', { name: 'Their questionnaires' }).click();
    await expect(gp.getByText('12 of 27', { exact: true })).toBeVisible();
    await look(gp, 'as a GP');
    await gp.getByLabel('Worry and anxiety (GAD-7)').check();
    await press(gp, 'Ask them');
    await expect(gp.getByText('Not done', { exact: true })).toBeVisible();
    await look(gp, 'asked');
    await page.goto('/questionnaires');
    await expect(page.getByText('Your team asks')).toBeVisible();
    await look(page, 'asked for');
  });
});
