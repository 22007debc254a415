import type { Sent } from './support.ts';
import { expect, heading, linkedAccount, newPatient, summary, test } from './support.ts';

/** A problem that its practice says is about somebody's mental health. */
const LOW_MOOD: Sent = {
  resourceType: 'Condition',
  id: 'mood',
  meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'PSY' }] },
  code: { text: 'Low mood' },
  clinicalStatus: { coding: [{ code: 'active' }] },
  onsetDateTime: '2026-04-02',
};

/** A decision about CPR with who made it and when it is looked at again. */
const NO_CPR = 'Do not attempt CPR: other treatment goes on';
const DECISION: Sent = {
  resourceType: 'Flag',
  id: 'cpr',
  status: 'active',
  code: {
    coding: [{ system: 'http://snomed.info/sct', code: '450476008', display: 'Not for attempted cardiopulmonary resuscitation' }],
  },
  period: { start: '2026-04-03', end: '2027-04-03' },
  author: { display: 'Dr Ann Lee' },
};

test('a record is read in the order of time, narrowed down and widened again', async ({ page, look }) => {
  test.slow();
  await linkedAccount(page, newPatient({ repeats: [{ name: 'Amoxicillin 500mg capsules', dose: 'Take one a day' }], sent: [LOW_MOOD, DECISION] }));
  const main = page.getByRole('main');

  await test.step('from the record to its timeline', async () => {
    await page.goto('/record');
    await page.getByRole('link', { name: 'See everything in the order of time' }).click();
    await expect(page).toHaveURL('/record/timeline');
    await expect(heading(page)).toHaveText('Your timeline');
    await expect(main.getByRole('link', { name: 'Amoxicillin 500mg capsules' }).first()).toBeVisible();
    // "Tuesday 3 November 2026".
    await expect(main.getByRole('heading', { level: 2 }).filter({ hasText: /day \d{1,2} \w+ \d{4}/ }).first()).toBeVisible();
    await look(page);
  });

  await test.step('one kind, and what stands is said', async () => {
    await page.getByText('Choose what to see').click();
    await page.getByLabel('Kind', { exact: true }).selectOption({ label: 'Medicines' });
    await page.getByRole('button', { name: 'Show these' }).click();
    await expect(page).toHaveURL(/kind=medicines/);
    await expect(main).toContainText('Kind: Medicines');
    await expect(main.getByRole('link', { name: 'Amoxicillin 500mg capsules' }).first()).toBeVisible();
    await look(page, 'one kind');
  });

  await test.step('a date that is none is said, and what was typed is there', async () => {
    const first = page.getByRole('group', { name: 'From this day on' });
    await first.getByLabel('Day').fill('31');
    await first.getByLabel('Month').fill('2');
    await first.getByLabel('Year').fill('2026');
    await page.getByRole('button', { name: 'Show these' }).click();
    await expect(summary(page)).toContainText('The first day must be a real date');
    await expect(first.getByLabel('Day')).toHaveValue('31');
    await look(page, 'with an error');
  });

  await test.step('everything again', async () => {
    await page.getByRole('link', { name: 'Show everything again' }).click();
    await expect(page).toHaveURL('/record/timeline');
    await page.getByRole('link', { name: 'The last 12 months' }).click();
    await expect(main).toContainText('You see only:');
    await look(page, 'twelve months');
  });

  await test.step('how sensitive it is', async () => {
    await page.goto('/record/timeline');
    await page.getByText('Choose what to see').click();
    await page.getByLabel('How sensitive it is').selectOption({ label: 'Mental health' });
    await page.getByRole('button', { name: 'Show these' }).click();
    await expect(page).toHaveURL(/label=/);
    await expect(main).toContainText('How sensitive it is: Mental health');
    await expect(main.getByRole('link', { name: 'Low mood' }).first()).toBeVisible();
    await expect(main.getByRole('link', { name: 'Amoxicillin 500mg capsules' })).toHaveCount(0);
    await look(page, 'what is sensitive');
    await main.getByRole('link', { name: /^Take away/ }).click();
    await expect(page).toHaveURL('/record/timeline');
    await expect(main.getByRole('link', { name: 'Amoxicillin 500mg capsules' }).first()).toBeVisible();
  });

  await test.step('a decision about treatment, from the timeline to the summary', async () => {
    await main.getByRole('link', { name: NO_CPR }).first().click();
    await expect(heading(page)).toContainText(NO_CPR);
    await expect(main).toContainText('All other care and treatment goes on.');
    await expect(main).toContainText('Whom to ask: Dr Ann Lee');
    await look(page, 'a decision about CPR');
    await page.goto('/record/summary');
    await expect(page.getByRole('heading', { name: 'Wishes and decisions about treatment' })).toBeVisible();
    const decision = main.getByRole('listitem').filter({ hasText: NO_CPR });
    await expect(decision).toContainText('Dr Ann Lee');
    await expect(decision).toContainText('Ends or is looked at again: 3 April 2027');
    await look(page, 'with a decision about treatment');
  });
});

test('a word finds its entry, also when it is mistyped, and leads to it', async ({ page, look }) => {
  await linkedAccount(page, newPatient({ repeats: [{ name: 'Amoxicillin 500mg capsules', dose: 'Take one a day' }] }));
  await page.goto('/record');
  await page.getByLabel('Search your record').fill('amoxicilin');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(page).toHaveURL('/record/search?q=amoxicilin');
  await expect(page.getByRole('status')).toContainText('Nothing has exactly these words');
  await expect(page.locator('mark').first()).toHaveText('Amoxicillin');
  await look(page, 'mistyped');
  await page.getByRole('link', { name: 'Amoxicillin 500mg capsules' }).first().click();
  await expect(heading(page)).toContainText('Amoxicillin');

  await page.goto('/record/search?q=amoxicillin');
  await page.getByRole('link', { name: 'Look also for words spelt like these' }).click();
  await expect(page).toHaveURL('/record/search?q=amoxicillin&near=too');
  await expect(page.locator('mark').first()).toHaveText('Amoxicillin');
  await look(page, 'with words spelt alike');
  await page.getByRole('link', { name: 'Look only for your words' }).click();
  await expect(page).toHaveURL('/record/search?q=amoxicillin');

  await page.goto('/record/search');
  await page.getByLabel('Search your record').fill('"elephant* NEAR');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(page.getByRole('heading', { name: 'Nothing was found' })).toBeVisible();
  await look(page, 'nothing');
});

test('what somebody writes themself stands beside the entries, and is found', async ({ page, look }) => {
  test.slow();
  await linkedAccount(page, newPatient({ repeats: [{ name: 'Amoxicillin 500mg capsules', dose: 'Take one a day' }] }));
  const main = page.getByRole('main');
  await page.goto('/record/notes/new');
  await page.getByLabel('Your note').fill('Dizzy on the stairs since the new tablets');
  await page.getByRole('button', { name: 'Save the note' }).click();
  await page.goto('/medicines/add');
  await page.getByLabel('Name', { exact: true }).fill('Iron tablets');
  await page.getByRole('button', { name: 'Add it' }).click();
  await page.goto('/record/timeline');
  const own = main.getByRole('article');
  await expect(own).toHaveCount(2);
  await expect(own.first()).toContainText('You wrote this');
  await look(page, 'with own notes');
  await page.getByText('Choose what to see').click();
  await page.getByLabel('Kind', { exact: true }).selectOption({ label: 'Own notes and medicines' });
  await page.getByRole('button', { name: 'Show these' }).click();
  await expect(page).toHaveURL(/kind=own/);
  await expect(main.getByRole('link', { name: 'Amoxicillin 500mg capsules' })).toHaveCount(0);
  await expect(own.filter({ hasText: 'Iron tablets' })).toContainText('A medicine bought without a prescription.');
  await look(page, 'own notes alone');
  await page.goto('/record/search?q=dizzy');
  await expect(page.locator('mark').first()).toHaveText('Dizzy');
  await expect(own).toContainText('You wrote this');
  await look(page, 'found in a note');
  await own.getByRole('link').first().click();
  await expect(heading(page)).toHaveText('A note');
});

test('a record says where it comes from', async ({ page, look }) => {
  await linkedAccount(page, newPatient({ repeats: [{ name: 'Amoxicillin 500mg capsules', dose: 'Take one a day' }] }));
  await page.goto('/record');
  await page.getByRole('link', { name: 'See what each place sends, and when it last did' }).click();
  await expect(heading(page)).toHaveText('Where your record comes from');
  await expect(page.getByRole('main')).toContainText('Last received');
  await look(page);
  await page.getByRole('link', { name: /See everything it sent/ }).first().click();
  await expect(page).toHaveURL(/\/record\/timeline\?source=/);
  await expect(page.getByRole('main')).toContainText('Sent by:');
});

test('what a source sent and could not be read is told until it is sent again', async ({ page, look }) => {
  test.slow();
  const patient = newPatient();
  await linkedAccount(page, patient);
  const main = page.getByRole('main');
  // A code that is a number is none.
  patient.send([{ resourceType: 'Condition', id: 'broken', code: 7 }]);
  await page.goto('/record/sources');
  await expect(main.getByText('Not read', { exact: true })).toBeVisible();
  await expect(main).toContainText('1 thing in what came last could not be read. The rest was.');
  await look(page, 'with something that was not read');
  patient.send([{ resourceType: 'Condition', id: 'broken', code: { text: 'Sprained ankle' } }]);
  await page.reload();
  await expect(main.getByText('Not read', { exact: true })).toHaveCount(0);
  await expect(main).not.toContainText('could not be read');
  // What no page shows is counted.
  patient.send([{ resourceType: 'MedicationAdministration', id: 'dose', status: 'completed', medicationCodeableConcept: { text: 'Morphine' } }]);
  await page.reload();
  await expect(main.getByText('Kept, not shown here', { exact: true })).toBeVisible();
  await expect(main).toContainText('1 thing. These are kinds that we cannot show yet');
  await look(page, 'with something that no page shows');
});
