import type { Page } from '@playwright/test';

import { atWork, expect, heading, linkedAccount, newName, newPatient, PRACTICE, summary, test } from './support.ts';

const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();

test('a citizen sets a goal, reads what the GP gives, keeps a helpline and has all of it on one page', async ({ page, otherBrowser, look }) => {
  test.slow();
  const patient = newPatient({ source: PRACTICE, given: newName() });
  await linkedAccount(page, patient);

  await test.step('they set a goal', async () => {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Health' }).click();
    await page.getByRole('link', { name: 'Goals', exact: true }).click();
    await expect(heading(page)).toHaveText('My goals');
    await look(page);
    await page.getByRole('link', { name: 'Set a goal' }).click();
    await look(page, 'what it is about');
    await page.getByRole('link', { name: 'Walk more' }).click();
    await page.getByLabel('Your goal').fill('many');
    await press(page, 'Set this goal');
    await expect(summary(page)).toContainText('Use numbers only');
    await look(page, 'with an error');
    await page.getByLabel('Your goal').fill('8000');
    await page.getByLabel('Where are you now?').fill('4000');
    await page.getByLabel('Why does it matter to you?').fill('To walk with my grandson');
    await press(page, 'Set this goal');
    await expect(heading(page)).toContainText('Walk 8000 steps a day');
    await look(page, 'set');
  });

  await test.step('a reading brings it on its way', async () => {
    await page.getByRole('link', { name: 'Record steps' }).click();
    await page.getByLabel('How many steps?').fill('6000');
    await press(page, 'Save');
    await page.goto('/goals');
    await expect(page.getByText('You are more than half way')).toBeVisible();
    await page.getByRole('link', { name: 'Walk 8000 steps a day' }).click();
    await expect(page.getByText('The target is 8000 steps or more')).toBeVisible();
    await look(page, 'with its chart');
  });

  await test.step('a goal about alcohol says first who needs help to stop', async () => {
    await page.goto('/goals/new/alcohol');
    await expect(page.getByText('do not stop all at once')).toBeVisible();
    await look(page, 'alcohol');
  });

  await test.step('they say how a week went with a goal of their own', async () => {
    await page.goto('/goals/new/own');
    await page.getByLabel('What do you want to do?').fill('Paint again');
    await press(page, 'Set this goal');
    await page.getByLabel('Some of it').check();
    await press(page, 'Save');
    await expect(page.getByText('Some is good').first()).toBeVisible();
    await look(page, 'said');
  });

  await test.step('the GP suggests a goal and gives something to read', async () => {
    const gp = await otherBrowser();
    await atWork(gp, PRACTICE, 'clinician', 'Dr Hugo Teasel');
    await gp.goto('/team/people');
    await gp.getByLabel('NHS number').fill(patient.nhsNumber);
    await gp.getByLabel('To give care').check();
    await press(gp, 'Find');
    await gp.getByRole('link', { name: patient.name }).click();
    await gp.getByRole('link', { name: 'Their goals' }).click();
    await expect(gp.getByText('Walk 8000 steps a day')).toBeVisible();
    await look(gp, 'as a GP');
    await gp.getByRole('link', { name: 'Be more active' }).click();
    await gp.getByLabel('Your goal').fill('150');
    await look(gp, 'suggesting');
    await press(gp, 'Suggest it');
    await gp.getByRole('link', { name: 'Be active for 150 minutes a week' }).click();
    await gp.getByLabel('Your words').fill('Any ten minutes count');
    await press(gp, 'Save');
    await look(gp, 'one goal as a GP');
    await gp.getByRole('link', { name: 'Back to all goals' }).click();
    await gp.getByRole('link', { name: 'What they are given to read' }).click();
    await gp.getByLabel('Sleeping better').check();
    await gp.getByLabel('A few words to it').fill('Try one thing');
    await press(gp, 'Give it');
    await expect(gp.getByText('Not read yet')).toBeVisible();
    await look(gp, 'given');
  });

  await test.step('they say yes, and read', async () => {
    await page.goto('/self-care');
    await expect(page.getByText('Sleeping better')).toBeVisible();
    await page.getByRole('link', { name: 'Be active for 150 minutes a week' }).click();
    await expect(page.getByText('Any ten minutes count').first()).toBeVisible();
    await look(page, 'suggested');
    await press(page, 'Yes, I want this');
    await page.goto('/learn');
    await look(page);
    await page.getByRole('link', { name: 'Sleeping better' }).click();
    await look(page, 'an article');
    await press(page, 'I have read it');
    await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible();
  });

  await test.step('they find a helpline and keep it', async () => {
    await page.goto('/support');
    await look(page);
    await page.getByLabel('Words').fill('chat day or night');
    await press(page, 'Find');
    await page.getByRole('link', { name: 'The Silver Line' }).click();
    await look(page, 'one');
    await press(page, 'Add to my list');
    await page.goto('/support/steady-feet');
    await expect(page.getByText('made up, for the demonstration')).toBeVisible();
  });

  await test.step('all of it is on one page', async () => {
    await page.goto('/self-care');
    await expect(heading(page)).toHaveText('My self-care plan');
    for (const words of ['Walk 8000 steps a day', 'Paint again', 'The Silver Line']) {
      await expect(page.getByText(words, { exact: true })).toBeVisible();
    }
    await look(page, 'full');
  });
});
