import { atWork, expect, heading, linkedAccount, newName, newPatient, PRACTICE, summary, test } from './support.ts';

test('a citizen sees what others would see, lets a service in and shuts it out again', async ({ page, look }) => {
  test.slow();
  const patient = newPatient({ source: PRACTICE, given: newName() });
  await linkedAccount(page, patient);

  await test.step('before anybody is let in: a draft', async () => {
    await page.goto('/sharing/people/invite');
    await page.getByLabel('Their name').fill('Idris Fenwick');
    await page.getByLabel('See health problems').check();
    await page.getByRole('button', { name: 'See what they would see' }).click();
    await expect(page.getByRole('link', { name: /^Health problems/ })).toBeVisible();
    await look(page, 'a draft');
    await page.getByRole('link', { name: /^Health problems/ }).click();
    await look(page, 'a category of a draft');
    await page.goBack();
    await page.getByRole('link', { name: /^Back to/ }).click();
    await expect(page.getByLabel('Their name')).toHaveValue('Idris Fenwick');
    await expect(page.getByLabel('See health problems')).toBeChecked();
  });

  await test.step('a care team', async () => {
    await page.goto('/sharing/services');
    await look(page);
    await page.getByRole('link', { name: 'A clinician at Riverside Surgery' }).click();
    await look(page, 'as a clinician');
    await page.goto('/sharing/services');
    await page.getByRole('link', { name: 'The reception at Riverside Surgery' }).click();
    await page.getByRole('link', { name: /^Health problems/ }).click();
    await expect(page.getByText('Hay fever with asthma')).toHaveCount(0);
    await look(page, 'as the reception');
  });

  await test.step('a service that does not look after them yet', async () => {
    await page.goto('/sharing/services/let-in');
    await look(page);
    await page.getByLabel('Name of the service').fill('V');
    await page.getByRole('button', { name: 'Look for it' }).click();
    await expect(summary(page)).toBeVisible();
    await look(page, 'with an error');
    await page.getByLabel('Name of the service').fill('Vale Hosp');
    await page.getByRole('button', { name: 'Look for it' }).click();
    await page.getByRole('button', { name: 'Let them in' }).click();
    await expect(summary(page)).toContainText('Choose for how long');
    await look(page, 'with errors of the choice');
    await page.getByLabel('Prunella Vale Hospitals').check();
    await page.getByLabel('Today and tomorrow').check();
    await page.getByRole('button', { name: 'Let them in' }).click();
    await expect(page.getByRole('status')).toContainText('You let them in');
    await look(page, 'with one let in');
    await page.getByRole('button', { name: /^Shut them out/ }).click();
    await expect(page.getByRole('status')).toContainText('You shut them out');
  });
});

test('a citizen says yes to the fuller summary for urgent care, reads it in the summary, and says no again', async ({ page, look }) => {
  test.slow();
  await linkedAccount(page, newPatient({ source: PRACTICE, given: newName() }));
  const main = page.getByRole('main');

  await test.step('nothing is chosen yet', async () => {
    await page.goto('/record/summary');
    await expect(main).toContainText('You have not chosen here. If you have said nothing to your GP practice either, yours is the fuller summary.');
    await main.getByRole('link', { name: 'See or change your choice' }).click();
    await expect(page).toHaveURL('/sharing/services');
  });

  await test.step('the fuller one', async () => {
    await page.getByRole('button', { name: 'Yes, the fuller summary' }).click();
    await expect(page.getByRole('status')).toContainText('Your choice was saved');
    await expect(main).toContainText('Yes: the fuller summary');
    await expect(page.getByRole('button', { name: 'Yes, the fuller summary' })).toHaveCount(0);
    await look(page, 'with the fuller summary');
    await page.goto('/record/summary');
    await expect(main).toContainText('You said yes to the fuller summary.');
    await expect(main.getByText('Core NHS summary', { exact: true }).first()).toBeVisible();
    await expect(main.getByText('Additional information', { exact: true }).first()).toBeVisible();
    await expect(main).toContainText('The short one would leave out what is on this page about: health problems now');
    await look(page, 'the fuller summary');
  });

  await test.step('and back', async () => {
    await page.goto('/sharing/services');
    await page.getByRole('button', { name: 'No, only the short summary' }).click();
    await expect(page.getByRole('status')).toContainText('Your choice was saved');
    await page.goto('/record/summary');
    await expect(main).toContainText('You said no to the fuller summary, so yours stays short.');
  });
});

test('an old tab does nothing once somebody else has signed in', async ({ page, look, javaScriptEnabled }) => {
  test.slow();
  const [first, second] = [newPatient({ given: newName() }), newPatient({ given: newName() })];
  await linkedAccount(page, first);
  const old = await page.context().newPage();
  await old.goto('/sharing/people/invite');
  await old.getByLabel('Their name').fill('Idris Fenwick');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(heading(page)).toHaveText('You are signed out');
  if (javaScriptEnabled !== false) {
    // A script has noticed that the sign-in ended, and taken the old page away. The page that it went to would be told what is told once
    // to whoever signs in next.
    await expect(old).toHaveURL(/\/sign-in/);
    await linkedAccount(page, second);
    await expect(old).toHaveURL(/\/sign-in/);
    return;
  }
  await linkedAccount(page, second);
  await old.getByRole('button', { name: 'Send the invitation' }).click();
  await expect(heading(old)).toHaveText('Nothing was sent');
  await look(old, 'a form of somebody else');
  await page.goto('/sharing/people');
  await expect(page.getByText('Idris Fenwick')).toHaveCount(0);
});

test('a manager makes a team, puts somebody in it, and work is passed to it', async ({ page, look }) => {
  test.slow();
  const [name, team] = [newName(), newName()];
  await atWork(page, PRACTICE, 'manager', name);
  await page.goto('/team/staff');
  await page.getByRole('button', { name: 'Add the team' }).click();
  await expect(summary(page)).toBeVisible();
  await look(page, 'with no name for a team');
  await page.getByLabel('Name of a new team').fill(team);
  await page.getByRole('button', { name: 'Add the team' }).click();
  await expect(page.getByRole('status')).toBeVisible();
  await page.getByRole('link', { name: 'Dr Amara Larkspur' }).click();
  await page.getByLabel(team).check();
  await page.getByRole('button', { name: 'Save the teams' }).click();
  await expect(page.getByRole('status')).toBeVisible();
  await page.goto('/team?team=all');
  await look(page, 'of every team');
});
