import { randomInt } from 'node:crypto';

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
  summary,
  test,
  waiting,
} from './support.ts';

/** A practice of its own, so that its rules are nobody else's. */
const newPractice = (): string => `R${randomInt(1_000_000, 10_000_000)}`;

test('a practice writes about a biopsy before a citizen and their carer read it', async ({ page, otherBrowser, look }) => {
  test.slow();
  const practice = newPractice();
  const patient = newPatient({ source: practice, given: newName() });
  await linkedAccount(page, patient);
  const [manager, gp, carer] = [await otherBrowser(), await otherBrowser(), await otherBrowser()];
  const address = newAddress();
  const code = await invite(page, address, ['See test results']);
  await lookAfter(carer, address, code, patient.name);

  await test.step('a manager says about which results they write first', async () => {
    await atWork(manager, practice, 'manager', 'Vera Speedwell');
    await manager.getByRole('link', { name: 'Results to write about first' }).click();
    await manager.getByLabel('Cells and tissue: days to write first').fill('15');
    await manager.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(summary(manager)).toContainText('from 1 to 14');
    await look(manager, 'with an error');
    await manager.getByLabel('Cells and tissue: days to write first').fill('7');
    await manager.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(manager.getByRole('status')).toContainText('Your changes are saved');
    await look(manager, 'saved');
  });

  patient.receive('Skin biopsy', 'A harmless mole');

  await test.step('the citizen and the carer read that it has come, and nothing of what it is', async () => {
    for (const reader of [page, carer]) {
      await reader.goto('/record/results');
      await expect(reader.getByText(/A result from Brook Lane Surgery has come\. They want to write to/)).toBeVisible();
      await expect(reader.getByText(/You will see it by \w+day \d+ \w+ \d{4} at the latest/)).toBeVisible();
      await expect(reader.getByText('Skin biopsy')).toHaveCount(0);
      await look(reader, 'while it waits');
    }
    await page.goto('/record');
    await expect(page.getByText('Skin biopsy')).toHaveCount(0);
  });

  await test.step('a clinician reads it, and writes', async () => {
    await atWork(gp, practice, 'clinician', 'Dr Idris Yarrow');
    await waiting(gp, patient.name).click();
    await expect(heading(gp)).toHaveText('A result to write about first');
    await expect(gp.getByText('A harmless mole')).toBeVisible();
    await gp.getByLabel('Write to the person, and let them read it').check();
    await gp.getByRole('button', { name: 'Do this' }).click();
    await expect(summary(gp)).toContainText('Write to the person what the result means');
    await look(gp, 'with an error');
    await gp.getByLabel('Write to the person, and let them read it').check();
    await gp.getByLabel('To the person', { exact: true }).fill('It is a harmless mole. You need no treatment.');
    await gp.getByRole('button', { name: 'Do this' }).click();
    await expect(gp.getByRole('status')).toContainText('Your words are sent');
  });

  await test.step('both read it, with the words', async () => {
    for (const reader of [page, carer]) {
      await reader.goto('/record/results');
      await expect(reader.getByText('They want to write to')).toHaveCount(0);
      await reader.getByRole('main').getByRole('link', { name: 'Skin biopsy' }).click();
      await expect(reader.getByText('It is a harmless mole. You need no treatment.')).toBeVisible();
      await expect(reader.getByText(/Dr Idris Yarrow, Brook Lane Surgery/)).toBeVisible();
      await look(reader, 'with words');
    }
  });
});

test('a citizen reads a result when they are ready', async ({ page, look }) => {
  const patient = newPatient({ source: newPractice(), given: newName() });
  await linkedAccount(page, patient);

  await test.step('they choose', async () => {
    await page.goto('/record/results');
    await page.getByRole('link', { name: 'Choose when you see new results' }).click();
    await expect(heading(page)).toHaveText('When you see new results');
    await look(page, 'with nothing chosen');
    await page.getByRole('group', { name: /^Genes/ }).getByLabel('When I am ready').check();
    await page.getByRole('button', { name: 'Save my choices' }).click();
    await expect(page.getByRole('status')).toContainText('Your choices are saved');
    await expect(page.getByRole('group', { name: /^Genes/ }).getByLabel('When I am ready')).toBeChecked();
  });

  patient.receive('BRCA1 gene test', 'No change was found');

  await test.step('it says that it has come, and asks', async () => {
    await page.goto('/record/results');
    await expect(page.getByText('BRCA1')).toHaveCount(0);
    await page.getByRole('link', { name: 'Read it when you are ready' }).click();
    await expect(heading(page)).toHaveText('Are you ready to read this result?');
    await look(page, 'asked');
    await page.getByRole('link', { name: 'Not now' }).click();
    await expect(heading(page)).toHaveText('Test results');
    await page.getByRole('link', { name: 'Read it when you are ready' }).click();
    await page.getByRole('button', { name: 'I am ready: show it to me' }).click();
    await expect(heading(page)).toContainText('BRCA1 gene test');
    await expect(page.getByText('No change was found')).toBeVisible();
  });
});
