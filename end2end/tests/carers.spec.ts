import type { Page } from '@playwright/test';

import {
  atWork,
  band,
  CARER,
  expect,
  heading,
  fillDate,
  invite,
  linkedAccount,
  lookAfter,
  mailedLink,
  newAddress,
  newName,
  newPatient,
  openAccount,
  PRACTICE,
  setUpAuthenticator,
  summary,
  test,
  waiting,
} from './support.ts';

/** The page of the only person who can act for the reader. */
async function openCarer(page: Page): Promise<string> {
  await page.goto('/sharing/people');
  await page.getByRole('link', { name: `Change or stop what ${CARER} can do` }).click();
  await expect(heading(page)).toContainText(CARER);
  return new URL(page.url()).pathname.split('/').at(-1) ?? '';
}

test('a citizen invites a carer, who acts for them and sees what was given, until it is stopped', async ({
  page,
  otherBrowser,
  look,
}) => {
  test.slow();
  const patient = newPatient({ given: newName() });
  const carer = await otherBrowser();
  const email = newAddress();
  let code = '';

  await test.step('the citizen invites them, and the code is shown once', async () => {
    await linkedAccount(page, patient);
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'More' }).click();
    await look(page);
    await page.getByRole('link', { name: 'Carers and sharing' }).click();
    await expect(page.getByText('Nobody can act for you')).toBeVisible();
    await look(page, 'with nobody');
    await page.getByRole('link', { name: 'Invite somebody' }).click();
    await look(page);
    await page.getByRole('button', { name: 'Send the invitation' }).click();
    await expect(summary(page)).toBeVisible();
    await look(page, 'with errors');
    code = await invite(page, email, ['See test results']);
    expect(code).toMatch(/^\d{6}$/);
    await look(page, 'with the code');
    await page.reload();
    await expect(heading(page)).toHaveText('The code has been shown');
    await expect(page.getByText(code)).toHaveCount(0);
    await look(page, 'after the code was shown');
    await page.getByRole('link', { name: 'Go on' }).click();
    await expect(page.getByText('Asked, and not yet decided')).toBeVisible();
    await look(page, 'with an invitation');
  });

  await test.step('the carer opens the link, which asks for an account first', async () => {
    const link = await mailedLink(email, '/carer/invitation');
    await carer.goto(link);
    await expect(heading(carer)).toHaveText('Somebody asks for your help');
    await expect(carer.getByText(patient.name)).toHaveCount(0);
    await look(carer, 'signed out');
    await openAccount(carer, undefined, email);
    await carer.goto(link);
    await expect(heading(carer)).toHaveText('Somebody asks for your help');
    await look(carer, 'half signed in');
    await carer.getByRole('link', { name: 'Go on' }).click();
    await setUpAuthenticator(carer);
    await carer.goto(link);
  });

  await test.step('a wrong code is refused, the right one works', async () => {
    await expect(heading(carer)).toHaveText('Enter the code');
    await look(carer, 'for the code');
    await carer.getByLabel('Code').fill(code === '123456' ? '654321' : '123456');
    await carer.getByRole('button', { name: 'Start helping' }).click();
    await expect(summary(carer)).toContainText('That is another code');
    await look(carer, 'with a wrong code');
    await carer.getByLabel('Code').fill(code);
    await carer.getByRole('button', { name: 'Start helping' }).click();
    await expect(carer.getByRole('status')).toBeVisible();
    await look(carer, 'just taken up');
    await carer.goto(await mailedLink(email, '/carer/invitation'));
    await expect(heading(carer)).toHaveText('That link no longer works');
    await look(carer, 'used');
  });

  await test.step('the carer looks after them, and sees only what was given', async () => {
    await carer.goto('/acting');
    await look(carer, 'before');
    await carer.getByRole('button', { name: `Look after ${patient.name}` }).click();
    await expect(carer.getByRole('status')).toContainText(`You are now looking after ${patient.name}`);
    for (const path of ['/', '/record', '/record/results', '/acting', '/carer', '/account', '/help']) {
      await carer.goto(path);
      await expect(band(carer), path).toContainText(`You are looking after: ${patient.name}`);
      await expect(carer.getByText('Hay fever'), path).toHaveCount(0);
      await look(carer, 'looking after somebody');
    }
    await carer.goto('/record/results');
    await carer.getByRole('link', { name: 'Potassium' }).click();
    await expect(carer.getByText('1.0 mmol/L')).toBeVisible();
    await expect(band(carer)).toBeVisible();
    await look(carer, 'looking after somebody');
    for (const path of ['/sharing/people', '/sharing/services', '/activity']) {
      const response = await carer.goto(path);
      expect(response?.status(), path).toBe(404);
    }
  });

  await test.step('the citizen sees that they looked, and stops them for now', async () => {
    await page.goto('/activity');
    await expect(page.getByText(new RegExp(`${CARER}.* looked at `)).first()).toBeVisible();
    await look(page, 'with a carer');
    await openCarer(page);
    await look(page, 'in force');
    await page.getByRole('button', { name: 'Stop it for now' }).click();
    await expect(page.getByRole('status')).toContainText('It is stopped for now');
    await look(page, 'stopped');
  });

  await test.step('the next click of the carer says so plainly', async () => {
    await carer.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Record' }).click();
    await expect(heading(carer)).toHaveText('You cannot act for this person now');
    await expect(band(carer)).toHaveCount(0);
    await expect(carer.getByText(patient.name)).toHaveCount(0);
    await look(carer);
    await carer.goto('/acting');
    await expect(carer.getByText(patient.name)).toHaveCount(0);
    await look(carer, 'stopped');
    await carer.goto('/carer');
    await look(carer, 'stopped');
  });

  await test.step('the citizen lets them start again, and ends it for good', async () => {
    await page.getByRole('button', { name: 'Let them start again' }).click();
    await expect(page.getByRole('button', { name: 'Stop it for now' })).toBeVisible();
    await page.getByRole('link', { name: 'End it for good' }).click();
    await look(page);
    await page.getByRole('button', { name: 'End it for good' }).click();
    await expect(page.getByRole('status')).toBeVisible();
    await look(page, 'ended');
    await carer.goto('/acting');
    await expect(carer.getByRole('button', { name: /^Look after / })).toHaveCount(0);
  });
});

test('what a citizen hides or marks as private is not there for a carer, as the preview shows', async ({
  page,
  otherBrowser,
  look,
}) => {
  test.slow();
  const patient = newPatient({ given: newName() });
  const carer = await otherBrowser();
  const email = newAddress();
  await linkedAccount(page, patient);
  const code = await invite(page, email, ['See test results', 'See health problems']);
  await lookAfter(carer, email, code, patient.name);
  const id = await openCarer(page);

  await test.step('the preview shows what the carer sees', async () => {
    await page.getByRole('link', { name: `See what ${CARER} can see` }).click();
    await expect(heading(page)).toHaveText(`What ${CARER} sees`);
    await look(page);
    await page.goto(`/sharing/preview/${id}/problems`);
    await look(page);
    await page.getByRole('link', { name: 'Hay fever with asthma' }).click();
    await expect(heading(page)).toContainText('Hay fever with asthma');
    await look(page, 'an entry');
    await page.goto(`/sharing/preview/${id}/timeline`);
    await expect(page.getByRole('main').getByRole('link', { name: 'Hay fever with asthma' })).toBeVisible();
    await look(page, 'the timeline');
    await carer.goto('/record/problems');
    await expect(carer.getByText('Hay fever with asthma')).toBeVisible();
  });

  await test.step('a hidden entry is nowhere', async () => {
    await page.goto('/record/problems');
    await page.getByRole('link', { name: 'Hay fever with asthma' }).click();
    await page.getByRole('link', { name: 'Change who can see it' }).click();
    await look(page, 'not hidden');
    await page.getByLabel(`Only ${CARER} (friend)`).check();
    await page.getByRole('button', { name: 'Hide this entry' }).click();
    await expect(page.getByRole('status')).toContainText('The entry is hidden');
    await look(page, 'hidden');
    await page.goto(`/sharing/preview/${id}/problems`);
    await expect(page.getByText('Hay fever')).toHaveCount(0);
    await look(page, 'with nothing');
    await page.goto(`/sharing/preview/${id}/timeline`);
    await expect(page.getByText('Hay fever')).toHaveCount(0);
    await carer.goto('/record/problems');
    await expect(carer.getByText('Hay fever')).toHaveCount(0);
    await look(carer, 'with nothing');
    await carer.goto('/record');
    await expect(carer.getByText('Hay fever')).toHaveCount(0);
  });

  await test.step('what is private is nowhere either', async () => {
    await page.goto('/record/results');
    await page.getByRole('link', { name: 'Potassium' }).click();
    await page.getByRole('link', { name: 'Change who can see it' }).click();
    await page.getByLabel('Mental health').check();
    await page.getByRole('button', { name: 'Save how private it is' }).click();
    await expect(page.getByRole('status')).toContainText('Saved how private it is');
    await expect(page.getByLabel('Mental health')).toBeChecked();
    await look(page, 'with another label');
    await page.goto(`/sharing/preview/${id}/results`);
    await expect(page.getByText('Potassium')).toHaveCount(0);
    await carer.goto('/record/results');
    await expect(carer.getByText('Potassium')).toHaveCount(0);
  });

  await test.step('everything of a kind is hidden, and shown again', async () => {
    await page.goto('/sharing/hidden');
    await look(page, 'with an entry');
    await page.getByLabel('Vaccinations').check();
    await page.getByRole('button', { name: /^Hide/ }).click();
    await expect(page.getByRole('status')).toContainText('Vaccinations are hidden');
    await look(page, 'with a kind');
    for (const left of [1, 0]) {
      await page.getByRole('button', { name: /^Show it again/ }).first().click();
      await expect(page.getByRole('status')).toContainText('It is shown again');
      await expect(page.getByRole('button', { name: /^Show it again/ })).toHaveCount(left);
    }
    await expect(page.getByText('Nothing is hidden')).toBeVisible();
    await look(page, 'with nothing');
    await carer.goto('/record/problems');
    await expect(carer.getByText('Hay fever with asthma')).toBeVisible();
  });
});

test('a would-be carer applies, and a GP decides it from the work list', async ({ page, otherBrowser, look }) => {
  test.slow();
  const patient = newPatient({ source: PRACTICE, given: newName() });
  const gp = await otherBrowser();

  await test.step('they apply', async () => {
    await linkedAccount(page, newPatient({ given: newName() }));
    await page.goto('/carer');
    await look(page, 'with nobody');
    await page.getByRole('link', { name: 'Ask to help somebody' }).click();
    await look(page);
    await page.getByRole('button', { name: 'Send to the practice' }).click();
    await expect(summary(page)).toBeVisible();
    await look(page, 'with errors');
    await page.getByLabel('Their NHS number').fill(patient.nhsNumber);
    await fillDate(page, patient.born);
    await page.getByLabel('Their last name').fill(patient.familyName);
    await page.getByLabel('What are you to them?').fill('sister');
    await page.getByLabel('They agree to it').check();
    await page.getByLabel('See test results').check();
    await page.getByRole('button', { name: 'Send to the practice' }).click();
    await expect(heading(page)).toHaveText('Your request is sent');
    await look(page);
    await page.goto('/carer');
    await expect(page.getByText('Waiting', { exact: true })).toBeVisible();
    await look(page, 'with a request');
  });

  await test.step('the GP takes it and says yes', async () => {
    await atWork(gp, PRACTICE, 'clinician', `Dr ${newName()}`);
    await waiting(gp, patient.name).click();
    await expect(heading(gp)).toHaveText('Somebody asks to act for a patient');
    await look(gp, 'free');
    await gp.getByLabel('Add a note').fill('I know both of them.');
    await gp.getByRole('button', { name: 'Add the note' }).click();
    await expect(gp.getByText('I know both of them.')).toBeVisible();
    await gp.getByRole('button', { name: 'Take this' }).click();
    await expect(gp.getByText('You are dealing with it')).toBeVisible();
    await look(gp, 'taken');
    await gp.getByRole('button', { name: 'Refuse' }).click();
    await expect(summary(gp)).toBeVisible();
    await look(gp, 'with an error');
    await expect(gp.getByLabel('See test results')).toBeChecked();
    await gp.getByRole('button', { name: 'Let them act' }).click();
    await expect(gp.getByRole('status')).toContainText('The decision was written down');
    await look(gp, 'decided');
    await gp.goto('/team');
    await expect(waiting(gp, patient.name)).toHaveCount(0);
  });

  await test.step('the carer looks after them', async () => {
    await page.goto('/acting');
    await page.getByRole('button', { name: `Look after ${patient.name}` }).click();
    await expect(band(page)).toContainText(patient.name);
    await page.goto('/record/results');
    await expect(page.getByText('1.0 mmol/L')).toBeVisible();
    await page.goto('/acting');
    await look(page, 'of two');
    await page.getByRole('button', { name: 'Go to my own record' }).click();
    await expect(band(page)).toHaveCount(0);
  });
});

test('a citizen chooses what services can see, takes it back, and has a receipt for each', async ({ page, look }) => {
  test.slow();
  await linkedAccount(page, newPatient({ given: newName() }));
  await page.goto('/sharing/people');
  await page.getByRole('navigation', { name: 'Sharing' }).getByRole('link', { name: 'Services' }).click();
  await expect(heading(page)).toHaveText('What services can see');
  await look(page, 'before any choice');
  await page.goto('/sharing/services/receipts');
  await expect(page.getByText('No choices yet')).toBeVisible();
  await look(page, 'without any');

  await page.goto('/sharing/services');
  for (const words of ['Do not count me', 'Count me']) {
    await page.getByRole('button', { name: words, exact: true }).click();
    await expect(page.getByRole('status')).toContainText('Your choice was saved');
    await expect(page.getByRole('button', { name: words, exact: true })).toHaveCount(0);
  }
  await page.getByText(/^Pharmac.*: they see everything$/).click();
  await page.getByRole('button', { name: /^Share nothing with: Pharmac/ }).click();
  await expect(page.getByText(/^Pharmac.*: they see nothing that others wrote$/)).toBeVisible();
  await look(page, 'with choices');
  await page.getByRole('link', { name: /receipt/ }).click();
  await expect(page.getByText('You chose anew since')).toHaveCount(1);
  await expect(page.getByText('This holds')).toHaveCount(2);
  await look(page, 'with three');
});

test('leaving this site signs out and leads elsewhere', async ({ page }) => {
  await linkedAccount(page, newPatient({ given: newName() }));
  await page.goto('/record/problems');
  let next: string | undefined;
  // The page elsewhere is not asked for: what leads there is.
  await page.route('**/leave', async (route) => {
    const answer = await route.fetch({ maxRedirects: 0 });
    next = answer.headers().location;
    await route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Weather</title><h1>Weather</h1>' });
  });
  await page.getByRole('link', { name: 'Leave this site' }).click();
  await expect(heading(page)).toHaveText('Weather');
  expect(next).toBe('https://www.bbc.co.uk/weather');
  await page.goBack();
  await expect(page.getByText('Hay fever')).toHaveCount(0);
  await page.goto('/record/problems');
  await expect(page).toHaveURL('/sign-in');
  await expect(page.getByText('Hay fever')).toHaveCount(0);
});
