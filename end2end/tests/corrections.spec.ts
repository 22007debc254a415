import { atWork, expect, fillDate, heading, linkedAccount, newName, newPatient, PRACTICE, signIn, summary, test, waiting } from './support.ts';

/** A patient of the practice, in whose record nobody else in the tests reports anything. */
const CITIZEN = 'zoe.nunez-ohara@example.org';
const GP = 'amara.larkspur@example.org';

test('a citizen reports mistakes, the practice agrees to one and not to another, and the citizen reads why', async ({ page, otherBrowser, look }) => {
  test.slow();
  await signIn(page, CITIZEN);
  let report = '';

  await test.step('the citizen says what is wrong', async () => {
    await page.goto('/record/problems');
    await page.getByRole('main').getByRole('link', { name: 'Coeliac disease' }).first().click();
    await expect(page.getByRole('heading', { name: 'Is something wrong here?' })).toBeVisible();
    await page.getByRole('link', { name: 'Report a mistake' }).click();
    await expect(heading(page)).toHaveText('Report a mistake');
    await expect(page.getByRole('heading', { name: 'Do not wait if it could harm you' })).toBeVisible();
    await look(page);
    await page.getByLabel('What should it say?').fill('Since 2019, not before');
    await page.getByRole('button', { name: 'Send the report' }).click();
    await expect(summary(page)).toContainText('Write what is wrong');
    await expect(page.getByLabel('What should it say?')).toHaveValue('Since 2019, not before');
    await look(page, 'with an error');
    await page.getByLabel('What is wrong?').fill('The year is wrong');
    await page.getByRole('button', { name: 'Send the report' }).click();
    await expect(page.getByRole('status')).toContainText('Your report is sent');
    report = new URL(page.url()).pathname;
    await look(page, 'sent');
  });

  const gp = await otherBrowser();
  await test.step('the practice reads it beside the entry, and agrees', async () => {
    await signIn(gp, GP);
    await gp.goto('/team?team=all');
    const waits = gp.getByRole('listitem').filter({ hasText: 'Zoë' }).getByRole('link', { name: 'A mistake reported in a record' });
    await waits.first().click();
    await expect(heading(gp)).toHaveText('A mistake reported in a record');
    await expect(gp.getByText('The year is wrong')).toBeVisible();
    await expect(gp.getByRole('heading', { name: 'Coeliac disease' })).toBeVisible();
    await look(gp, 'a report to answer');
    await gp.getByLabel('It is not a mistake').check();
    await gp.getByRole('button', { name: 'Do this' }).click();
    await expect(summary(gp)).toContainText('Write to the person why it is not a mistake');
    await look(gp, 'with an error');
    await gp.getByLabel('It is a mistake: we will correct it').check();
    await gp.getByLabel('To the person', { exact: true }).fill('You are right. We correct it this week.');
    await gp.getByRole('button', { name: 'Do this' }).click();
    await expect(gp.getByRole('status')).toContainText('Your answer is sent');
    await look(gp, 'agreed');
  });

  await test.step('the citizen reads what they say', async () => {
    await page.goto('/record/mistakes');
    await look(page);
    await page.goto(report);
    await expect(page.getByText('agrees that it is a mistake').first()).toBeVisible();
    await expect(page.getByText('You are right. We correct it this week.')).toBeVisible();
    await look(page, 'agreed');
    await page.getByRole('main').getByRole('link', { name: 'Coeliac disease' }).click();
    await expect(page.getByText('it is not corrected here yet')).toBeVisible();
    await look(page, 'an entry with a report');
  });

  await test.step('the practice says where it is corrected', async () => {
    await gp.getByLabel('It is corrected').check();
    await gp.getByLabel('To the person', { exact: true }).fill('The year is right in our own system now.');
    await gp.getByRole('button', { name: 'Do this' }).click();
    await expect(gp.getByRole('status')).toContainText('The person is told that it is corrected');
    await page.goto(report);
    await expect(page.getByText('The year is right in our own system now.')).toBeVisible();
    await expect(page.getByText('No newer version of this entry has come here')).toBeVisible();
    await look(page, 'corrected');
  });

  await test.step('the citizen reports what the practice does not agree to', async () => {
    await page.getByRole('link', { name: 'report it again' }).click();
    await expect(heading(page)).toHaveText('Report a mistake');
    await page.getByLabel('What is wrong?').fill('I do not have this');
    await page.getByRole('button', { name: 'Send the report' }).click();
    await expect(page.getByRole('status')).toContainText('Your report is sent');
    report = new URL(page.url()).pathname;
    await gp.goto('/team?team=all');
    const waits = gp.getByRole('listitem').filter({ hasText: 'Zoë' }).getByRole('link', { name: 'A mistake reported in a record' });
    await waits.first().click();
    await expect(gp.getByText('I do not have this')).toBeVisible();
    await gp.getByLabel('It is not a mistake').check();
    await gp.getByLabel('To the person', { exact: true }).fill('The hospital found it in a test. Please ring us to talk about it.');
    await gp.getByRole('button', { name: 'Do this' }).click();
    await expect(gp.getByRole('status')).toContainText('Your answer is sent');
    await expect(gp.getByText('You did not agree, and the person is told why.')).toBeVisible();
    await look(gp, 'not agreed');
  });

  await test.step('the citizen reads why not', async () => {
    await page.goto(report);
    await expect(page.getByText('does not agree that it is a mistake').first()).toBeVisible();
    await expect(page.getByText('The hospital found it in a test. Please ring us to talk about it.')).toBeVisible();
    await expect(page.getByRole('link', { name: 'report it again' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Take this report back' })).toHaveCount(0);
    await look(page, 'not agreed');
  });
});

test('a report is answered by a newer version of the entry, and another one is taken back', async ({ page, otherBrowser, look }) => {
  test.slow();
  const patient = newPatient({ source: PRACTICE, given: newName() });
  await linkedAccount(page, patient);
  const main = page.getByRole('main');
  const gp = await otherBrowser();
  let report = '';

  const reportMistake = async (entry: string, words: string): Promise<void> => {
    await page.goto('/record/problems');
    await main.getByRole('link', { name: entry }).first().click();
    await page.getByRole('link', { name: 'Report a mistake' }).click();
    await page.getByLabel('What is wrong?').fill(words);
    await page.getByRole('button', { name: 'Send the report' }).click();
    await expect(page.getByRole('status')).toContainText('Your report is sent');
    report = new URL(page.url()).pathname;
  };

  await test.step('the practice agrees', async () => {
    await reportMistake('Hay fever with asthma', 'I do not have asthma');
    await atWork(gp, PRACTICE, 'clinician', newName());
    await gp.goto('/team?team=all');
    await waiting(gp, patient.name).first().click();
    await expect(heading(gp)).toHaveText('A mistake reported in a record');
    await gp.getByLabel('It is a mistake: we will correct it').check();
    await gp.getByLabel('To the person', { exact: true }).fill('You are right. We correct it.');
    await gp.getByRole('button', { name: 'Do this' }).click();
    await expect(gp.getByRole('status')).toContainText('Your answer is sent');
  });

  await test.step('a newer version of the entry comes, and both are there to read', async () => {
    patient.send([
      {
        resourceType: 'Condition',
        id: 'problem',
        meta: { versionId: '3', lastUpdated: '2026-03-01T09:00:00Z' },
        code: { text: 'Hay fever alone' },
        onsetDateTime: '2019-05-01',
        clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] },
      },
    ]);
    await page.goto(report);
    await expect(main).toContainText('agreed, and it has been corrected.');
    await expect(main).toContainText('A newer version of the entry has come.');
    await look(page, 'corrected by a newer version');
    await main.getByRole('link', { name: 'What it said when it was reported' }).click();
    await expect(main).toContainText('Hay fever with asthma');
    await page.goto(report);
    await main.getByRole('link', { name: 'What it says now' }).click();
    await expect(heading(page)).toContainText('Hay fever alone');
  });

  await test.step('the citizen takes another report back, and nobody has to answer it', async () => {
    await reportMistake('Hay fever alone', 'The year is wrong');
    await page.getByRole('button', { name: 'Take this report back' }).click();
    await expect(page.getByRole('status')).toContainText('Your report is taken back');
    await expect(main).toContainText('It was taken back. Nobody will answer it here.');
    await expect(page.getByRole('button', { name: 'Take this report back' })).toHaveCount(0);
    await look(page, 'taken back');
    await gp.goto('/team?team=all');
    await expect(waiting(gp, patient.name)).toHaveCount(0);
  });
});

test('a mistake goes by letter where nobody reads reports, and the citizen writes down what they say', async ({ page, look }) => {
  await linkedAccount(page, newPatient({ given: newName() }));
  const main = page.getByRole('main');
  await page.goto('/record/problems');
  await main.getByRole('link', { name: 'Hay fever with asthma' }).first().click();
  await page.getByRole('link', { name: 'Report a mistake' }).click();
  await expect(main).toContainText('nobody there reads reports in Selfheal');
  await look(page, 'by letter');
  await page.getByLabel('What is wrong?').fill('I do not have asthma');
  await page.getByRole('button', { name: 'Make the letter' }).click();
  await expect(page.getByRole('status')).toContainText('Your letter is ready');
  await expect(main).toContainText('article 16 of the UK GDPR');
  await look(page, 'a letter to send');
  const href = await page.getByRole('link', { name: 'Download the letter to print (PDF)' }).getAttribute('href');
  const file = await page.request.get(href ?? '');
  expect(file.headers()['content-type']).toContain('application/pdf');

  await page.getByRole('button', { name: 'I have sent it' }).click();
  await expect(summary(page)).toContainText('Enter the day you sent it');
  await look(page, 'with an error');
  const [year = '', month = '', day = ''] = new Date().toLocaleDateString('sv-SE', { timeZone: 'Europe/London' }).split('-');
  await fillDate(main, { day, month, year });
  await page.getByRole('button', { name: 'I have sent it' }).click();
  await expect(page.getByRole('status')).toContainText('Your letter is sent');
  await look(page, 'a letter that was sent');

  await page.getByLabel('They said no').check();
  await page.getByRole('button', { name: 'Save what they said' }).click();
  await expect(summary(page)).toContainText('Write the reason they gave');
  await page.getByLabel('What did they write or tell you?').fill('A hospital found it.');
  await page.getByRole('button', { name: 'Save what they said' }).click();
  await expect(page.getByRole('status')).toContainText('What they said is written down');
  await expect(main).toContainText('A hospital found it.');
  await look(page, 'what they said');
});
