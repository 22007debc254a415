import type { Page } from '@playwright/test';

import {
  atWork,
  expect,
  heading,
  fillDate,
  HOSPITAL,
  linkedAccount,
  newName,
  newPatient,
  PRACTICE,
  signIn,
  summary,
  test,
  waiting,
  type Patient,
} from './support.ts';

/** Looks for somebody by number and opens what is found. */
async function find(page: Page, patient: Patient, reason: string): Promise<void> {
  await page.goto('/team/people');
  await page.getByLabel('NHS number').fill(patient.nhsNumber);
  await page.getByLabel(reason).check();
  await page.getByRole('button', { name: 'Find', exact: true }).click();
  await page.getByRole('link', { name: patient.name }).click();
  await expect(heading(page)).toHaveText(patient.name);
}

test('a GP signs in, sees what waits, finds a person and opens their record', async ({ page, look }) => {
  test.slow();
  const patient = newPatient({ source: PRACTICE, given: newName() });
  await page.goto('/sign-in');
  await expect(page.getByRole('link', { name: 'amara.larkspur@example.org' })).toBeVisible();
  await signIn(page, 'amara.larkspur@example.org');
  await look(page, 'as a GP');
  await page.goto('/team');
  await expect(heading(page)).toHaveText('Work that waits');
  await look(page);
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'People' }).click();
  await expect(heading(page)).toHaveText('Find somebody');
  await look(page);
  await page.getByRole('button', { name: 'Find', exact: true }).click();
  await expect(summary(page)).toBeVisible();
  await look(page, 'with errors');
  await page.getByLabel('Name', { exact: true }).fill(`${patient.name}`);
  await fillDate(page, patient.born);
  await page.getByLabel('To give care').check();
  await page.getByRole('button', { name: 'Find', exact: true }).click();
  await expect(page.getByText('1 person found')).toBeVisible();
  await look(page, 'with somebody found');
  await page.getByRole('link', { name: patient.name }).click();
  await expect(heading(page)).toHaveText(patient.name);
  await look(page);
  await page.getByRole('link', { name: /^Health problems/ }).click();
  await look(page);
  await page.getByRole('link', { name: 'Hay fever with asthma' }).click();
  await expect(heading(page)).toContainText('Hay fever with asthma');
  await look(page, 'an entry');
  await test.step('the same record in the order of time, and a word in it', async () => {
    const home = page.url().replace(/\/entries\/.*$/, '');
    await page.goto(home);
    await page.getByRole('link', { name: 'See everything in the order of time' }).click();
    await expect(page).toHaveURL(`${home}/timeline`);
    await expect(heading(page)).toHaveText('Timeline');
    await expect(page.getByRole('main').getByRole('link', { name: 'Hay fever with asthma' })).toBeVisible();
    await look(page, 'in the order of time');
    await page.getByText('Choose what to see').click();
    await page.getByLabel('Kind', { exact: true }).selectOption({ label: 'Medicines' });
    await page.getByRole('button', { name: 'Show these' }).click();
    await expect(page.getByRole('main')).toContainText('Kind: Medicines');
    await expect(page.getByRole('main').getByRole('link', { name: 'Hay fever with asthma' })).toHaveCount(0);
    await page.getByRole('link', { name: 'Show everything again' }).click();
    await page.getByLabel(/^Search .* record$/).fill('asthmma');
    await page.getByRole('button', { name: 'Search' }).click();
    await expect(page).toHaveURL(`${home}/search?q=asthmma`);
    await expect(page.getByRole('status')).toContainText('Nothing has exactly these words');
    await look(page, 'found');
    await page.getByRole('link', { name: 'Hay fever with asthma' }).first().click();
    await expect(heading(page)).toContainText('Hay fever with asthma');
  });
  await page.goto('/team/choose');
  await look(page);
  await page.goto('/team/staff');
  await look(page, 'as a GP');
});

test('a front desk checks who somebody is and prints their letter', async ({ page, look }) => {
  test.slow();
  const patient = newPatient({ source: PRACTICE, given: newName() });
  await atWork(page, PRACTICE, 'reception', newName());
  await find(page, patient, 'To check who they are');
  await expect(page.getByRole('link', { name: /^Consultations and visits/ })).toBeVisible();
  await expect(page.getByRole('link', { name: /^Health problems/ })).toHaveCount(0);
  await look(page, 'at the front desk');
  await page.getByRole('button', { name: 'Put a check on the work list' }).click();
  await expect(page.getByRole('status')).toContainText('A check is on the work list');
  await page.goto('/team');
  await waiting(page, patient.name).click();
  await expect(heading(page)).toHaveText('An identity check');
  await look(page, 'a check');
  await page.getByRole('link', { name: 'Check who they are' }).click();
  await look(page);
  const write = page.getByRole('button', { name: 'Write the check down' });
  await write.click();
  await expect(summary(page)).toBeVisible();
  await look(page, 'with errors');
  await page.getByLabel('Passport', { exact: true }).check();
  await page.getByLabel('I have seen this person').check();
  await write.click();
  await expect(page.getByRole('status')).toContainText('The check was written down');
  await look(page, 'with the letter');
  await page.reload();
  await look(page, 'without the letter');
  await page.goto('/team');
  await expect(waiting(page, patient.name)).toHaveCount(0);
});

test('a manager gives somebody a place, changes it and ends it', async ({ page, otherBrowser, look }) => {
  test.slow();
  const name = newName();
  const nurse = await otherBrowser();
  await atWork(nurse, PRACTICE, 'reception', name);
  await atWork(page, PRACTICE, 'manager', newName());
  await test.step('they see what people read in plain words, and from where it is', async () => {
    await page.getByRole('link', { name: 'What is explained in plain words' }).click();
    await expect(heading(page)).toHaveText('Plain words');
    await expect(page.getByRole('row').filter({ hasText: 'High blood pressure' }).first()).toContainText('SNOMED CT 59621000');
    await look(page);
    await page.getByRole('navigation', { name: 'Kinds' }).getByRole('link', { name: 'Medicines' }).click();
    await expect(page.getByRole('row').filter({ hasText: 'names that begin with Lisinopril' })).toContainText('The NHS website');
    await look(page, 'the medicines');
  });
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Staff' }).click();
  await expect(heading(page)).toHaveText('Staff');
  await look(page);
  await page.getByRole('button', { name: 'Add them' }).click();
  await expect(summary(page)).toBeVisible();
  await look(page, 'with errors');
  await page.getByRole('link', { name }).click();
  await expect(heading(page)).toHaveText(name);
  await look(page, 'a colleague');
  await page.getByLabel('Job').fill('Practice nurse');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('status')).toContainText('The change was saved');
  await expect(page.getByRole('listitem').filter({ hasText: name })).toContainText('Practice nurse');
  await page.getByRole('link', { name }).click();
  await page.getByRole('button', { name: 'End their place' }).click();
  await expect(page.getByRole('status')).toContainText('Their place has ended');
  await look(page, 'after a place ended');
  const response = await nurse.goto('/team');
  expect(response?.status()).toBe(404);
});

test('a record opened in an emergency is told to the citizen, who asks about it and reads the answer', async ({
  page,
  otherBrowser,
  look,
}) => {
  test.slow();
  const patient = newPatient({ given: newName() });
  const [clinician, officer] = [await otherBrowser(), await otherBrowser()];
  await linkedAccount(page, patient);

  await test.step('a hospital clinician opens the record and says why', async () => {
    await signIn(clinician, 'miriam.hawthorn@example.org');
    await clinician.goto('/team/people');
    await clinician.getByLabel('NHS number').fill(patient.nhsNumber);
    await clinician.getByLabel('To give care').check();
    await clinician.getByRole('button', { name: 'Find', exact: true }).click();
    await expect(clinician.getByText('Nobody found')).toBeVisible();
    await look(clinician, 'with nobody found');
    await clinician.getByRole('link', { name: 'This is an emergency' }).click();
    await look(clinician);
    await clinician.getByRole('button', { name: 'Open the record' }).click();
    await expect(summary(clinician)).toBeVisible();
    await look(clinician, 'with errors');
    await clinician.getByLabel('NHS number').fill(patient.nhsNumber);
    await fillDate(clinician, patient.born);
    await clinician.getByLabel('Their life is in danger').check();
    await clinician.getByLabel('What happened, in your words').fill('Found unconscious in the waiting room.');
    await clinician.getByRole('button', { name: 'Open the record' }).click();
    await expect(clinician.getByRole('status')).toContainText('The record is open until');
    await expect(clinician.getByText('Opened in an emergency until')).toBeVisible();
    await look(clinician, 'open in an emergency');
    await clinician.getByRole('link', { name: /^Health problems/ }).click();
    await clinician.getByRole('link', { name: 'Hay fever with asthma' }).click();
    await expect(clinician.getByText('Opened in an emergency until')).toBeVisible();
    await look(clinician, 'open in an emergency');
    await clinician.getByRole('button', { name: /^Close the record/ }).click();
    await expect(clinician.getByRole('status')).toContainText('You closed the record');
  });

  await test.step('the citizen sees it and asks', async () => {
    await page.goto('/activity');
    await expect(page.locator('.sh-activity').getByText(/Dr Miriam Hawthorn/).first()).toBeVisible();
    await look(page, 'with an emergency');
    await page.getByRole('link', { name: /^I do not recognise this/ }).first().click();
    await look(page);
    await page.getByRole('button', { name: 'Send your question' }).click();
    await expect(summary(page)).toBeVisible();
    await look(page, 'with an error');
    await page.getByLabel('What do you want to know?').fill('I was at home that day. Why did you look?');
    await page.getByRole('button', { name: 'Send your question' }).click();
    await page.goto('/activity/queries');
    await expect(page.getByText(/has not answered yet/)).toBeVisible();
    await look(page, 'with a question');
  });

  await test.step('the privacy officer looks at the emergency and answers', async () => {
    await atWork(officer, HOSPITAL, 'privacy-officer', newName());
    await officer.getByRole('link', { name: 'Records opened in emergencies' }).click();
    await expect(officer.getByRole('heading', { name: patient.name })).toBeVisible();
    await look(officer);
    await officer.getByRole('button', { name: `I have looked at this about ${patient.name}` }).click();
    await expect(officer.getByRole('status')).toContainText('It is marked as looked at');
    await officer.goto('/team/people');
    await look(officer, 'as a privacy officer');
    await officer.goto('/team');
    await waiting(officer, patient.name).click();
    await expect(heading(officer)).toHaveText('A question about who looked');
    await look(officer, 'a question');
    await officer.getByRole('button', { name: 'Take this' }).click();
    await look(officer, 'a question, taken');
    await officer.getByRole('button', { name: 'Send the answer' }).click();
    await expect(summary(officer)).toBeVisible();
    await officer.getByLabel('Your answer').fill('Dr Hawthorn mixed up two people. We are sorry.');
    await officer.getByRole('button', { name: 'Send the answer' }).click();
    await expect(officer.getByRole('status')).toContainText('Your answer was sent');
    await look(officer, 'a question, answered');
  });

  await test.step('the citizen reads the answer', async () => {
    await page.goto('/activity/queries');
    await expect(page.getByText('Dr Hawthorn mixed up two people.')).toBeVisible();
    await look(page, 'with an answer');
    await page.goto('/activity/download');
    await look(page);
  });
});
