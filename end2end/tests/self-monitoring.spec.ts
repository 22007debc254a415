import type { Page } from '@playwright/test';

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
  PRACTICE,
  summary,
  test,
  waiting,
} from './support.ts';

const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();

/** Chooses the same answer to every question of the page. */
async function choose(page: Page, answer: string): Promise<void> {
  for (const one of await page.getByLabel(answer, { exact: true }).all()) await one.check();
}

/** Records a weight. */
async function weigh(page: Page, number: string): Promise<void> {
  await page.goto('/readings/weight/new');
  await page.getByLabel('Your weight').fill(number);
  await press(page, 'Save');
  await expect(page.getByRole('status')).toContainText('reading is saved');
}

/** Removes the reading whose page is open. */
async function remove(page: Page): Promise<void> {
  await page.getByText('Remove this reading').click();
  await press(page, 'Remove it');
  await expect(page.getByRole('status')).toContainText('You removed the reading');
}

test('a carer records, puts back what they removed, answers questions, and sees the chart', async ({
  page,
  otherBrowser,
  look,
}) => {
  test.slow();
  const patient = newPatient({ source: PRACTICE, given: newName() });
  await linkedAccount(page, patient);
  const carer = await otherBrowser();

  await test.step('the citizen removes one, and puts it back from the notice and from its page', async () => {
    await weigh(page, '80');
    await remove(page);
    await look(page, 'just removed');
    await press(page, 'Put it back');
    await expect(page.getByRole('status')).toContainText('The reading is back');
    await page.getByText('What it said before').click();
    await expect(page.getByText(/^You removed it on/)).toBeVisible();
    await look(page, 'put back');
    await remove(page);
    await page.getByRole('link', { name: 'Removed readings' }).click();
    await expect(heading(page)).toHaveText('Removed readings of weight');
    await look(page);
    await page.getByRole('button', { name: /^Put it back/ }).click();
    await expect(page.getByRole('status')).toContainText('The reading is back');
    await page.goto('/readings/weight/removed');
    await expect(page.getByText('Nothing is removed')).toBeVisible();
    await look(page, 'with nothing');
    await page.goto('/readings/weight');
    await expect(page.getByRole('link', { name: 'Removed readings' })).toHaveCount(0);
  });

  await test.step('the carer records one for them, and sees the chart', async () => {
    const email = newAddress();
    const code = await invite(page, email, ['See and add readings taken at home']);
    await lookAfter(carer, email, code, patient.name);
    await weigh(carer, '79');
    await carer.getByRole('link', { name: 'Back to weight' }).click();
    await expect(carer.getByText('In the last 4 weeks: 2 readings')).toBeVisible();
    await look(carer, 'a chart, looking after somebody');
  });

  await test.step('the carer sets a goal for them and keeps a helpline, and both stand in the plan of the citizen', async () => {
    await carer.goto('/goals');
    await carer.getByRole('link', { name: 'Set a goal' }).click();
    await carer.goto('/goals/new/own');
    await carer.getByLabel('What do you want to do?').fill('Walk to the shop');
    await press(carer, 'Set this goal');
    await expect(heading(carer)).toContainText('Walk to the shop');
    await look(carer, 'a goal, looking after somebody');
    await carer.goto('/support/silver-line');
    await press(carer, 'Add to my list');
    await expect(carer.getByRole('button', { name: 'Remove from my list' })).toBeVisible();
    await page.goto('/self-care');
    for (const words of ['Walk to the shop', 'The Silver Line']) await expect(page.getByText(words, { exact: true })).toBeVisible();
    await look(page, 'with what a carer added');
  });

  await test.step('the carer removes it, puts it back, and sees nothing of what the citizen removed', async () => {
    await weigh(page, '81');
    await remove(page);
    await carer.goto('/readings/weight');
    await expect(carer.getByRole('link', { name: 'Removed readings' })).toHaveCount(0);
    await carer.getByRole('link', { name: '79 kg' }).click();
    await remove(carer);
    await carer.getByRole('link', { name: 'Removed readings' }).click();
    await expect(carer.getByText(/^You removed it on/)).toBeVisible();
    await expect(carer.getByText('81 kg')).toHaveCount(0);
    await look(carer, 'removed, looking after somebody');
    await carer.getByRole('button', { name: /^Put it back/ }).click();
    await expect(carer.getByRole('status')).toContainText('The reading is back');
  });

  await test.step('the carer fills in a questionnaire for them, and the citizen sees who did', async () => {
    await carer.goto('/questionnaires/falls-risk');
    await press(carer, 'Start');
    await carer.getByLabel('Yes', { exact: true }).check();
    await press(carer, 'Save and go on');
    await carer.getByLabel('Once', { exact: true }).check();
    for (const _page of ['which falls', 'how they walk', 'how they feel']) {
      await choose(carer, 'No');
      await press(carer, 'Save and go on');
    }
    // The day and the words may be left out.
    await press(carer, 'Save and go on');
    await press(carer, 'Save and go on');
    await press(carer, 'Finish and see the result');
    await expect(carer.getByText(/^Score: \d+ of 16/)).toBeVisible();
    await look(carer, 'a result, looking after somebody');
    await page.goto('/questionnaires/falls-risk');
    await page.getByRole('table', { name: 'Each time' }).getByRole('link').click();
    await expect(page.getByText('Somebody who looks after you').first()).toBeVisible();
  });
});

test('a nurse enters what was rung in, reads the chart, sets a target, and sees to an alert', async ({
  page,
  otherBrowser,
  look,
}) => {
  test.slow();
  const patient = newPatient({ source: PRACTICE, given: newName() });
  await linkedAccount(page, patient);
  const nurse = await otherBrowser();

  await test.step('the nurse finds them and enters a blood pressure', async () => {
    await atWork(nurse, PRACTICE, 'clinician', 'Nurse Olive Kerr');
    await nurse.goto('/team/people');
    await nurse.getByLabel('NHS number').fill(patient.nhsNumber);
    await nurse.getByLabel('To give care').check();
    await press(nurse, 'Find');
    await nurse.getByRole('link', { name: patient.name }).click();
    await nurse.getByRole('link', { name: 'Their readings from home' }).click();
    await nurse.getByText('Enter a reading for them').click();
    await look(nurse, 'what can be entered');
    await nurse.getByRole('link', { name: 'Blood pressure' }).click();
    await expect(heading(nurse)).toHaveText('Enter blood pressure');
    await press(nurse, 'Save');
    await expect(summary(nurse)).toContainText('Choose how you know it');
    await look(nurse, 'with errors');
    await nurse.getByLabel('They told us by phone').check();
    await nurse.getByLabel('Top number (systolic) in mmHg').fill('184');
    await nurse.getByLabel('Bottom number (diastolic) in mmHg').fill('121');
    await press(nurse, 'Save');
    await expect(nurse.getByRole('status')).toContainText('The reading is saved');
    await expect(nurse.getByRole('heading', { name: 'What to say to them' })).toBeVisible();
    await expect(nurse.getByRole('heading', { name: 'This blood pressure is very high' })).toBeVisible();
    await look(nurse, 'what to say');
  });

  await test.step('the citizen reads who entered it', async () => {
    await page.goto('/readings/blood-pressure');
    await page.getByRole('link', { name: '184/121 mmHg' }).click();
    await expect(page.getByText('Nurse Olive Kerr')).toBeVisible();
    await expect(page.getByText('Told by phone')).toBeVisible();
    await look(page, 'entered by a nurse');
  });

  await test.step('the nurse takes back what was entered by mistake', async () => {
    await nurse.getByRole('link', { name: 'Back to blood pressure' }).click();
    await nurse.getByRole('link', { name: 'Enter a reading for them' }).click();
    await nurse.getByLabel('We measured it here').check();
    await nurse.getByLabel('Top number (systolic) in mmHg').fill('131');
    await nurse.getByLabel('Bottom number (diastolic) in mmHg').fill('79');
    await press(nurse, 'Save');
    // One of the same minute may be the same one.
    await look(nurse, 'asked whether it is another');
    await press(nurse, 'Save it as another reading');
    await nurse.getByText('Take this reading back').click();
    await look(nurse, 'taking it back');
    await press(nurse, 'Take it back');
    await expect(nurse.getByRole('status')).toContainText('You took the reading back');
    await expect(nurse.getByText('In the last 4 weeks: 1 reading, 184/121 mmHg.')).toBeVisible();
    await look(nurse, 'a chart, as a nurse');
  });

  await test.step('the nurse sets a target and a rule', async () => {
    await nurse.getByRole('link', { name: 'Back to all readings' }).click();
    await nurse.getByRole('link', { name: 'Targets and rules' }).click();
    await nurse.getByText('Set a target', { exact: true }).click();
    await nurse.getByRole('link', { name: 'Oxygen saturation (SpO2)' }).click();
    await nurse.getByText('What guidelines say').click();
    await nurse.getByRole('link', { name: 'Most people: 95% or more' }).click();
    await press(nurse, 'Save');
    await expect(nurse.getByText('95% or more, set by Nurse Olive Kerr')).toBeVisible();
    await nurse.getByRole('link', { name: 'Add a rule' }).click();
    await nurse.getByRole('link', { name: 'Very low oxygen level' }).click();
    await nurse.getByLabel('Why this rule').fill('You have had pneumonia');
    await press(nurse, 'Add this rule');
    await expect(nurse.getByRole('status')).toContainText('The rule is on');
  });

  await test.step('the citizen records a red reading, and the nurse says that they have seen it', async () => {
    await page.goto('/readings/oxygen/new');
    await page.getByLabel('Your oxygen level in %').fill('91');
    await press(page, 'Save');
    await expect(page.getByText('Nobody has said yet that they saw it.')).toBeVisible();
    await nurse.goto('/team');
    await waiting(nurse, patient.name).click();
    await expect(heading(nurse)).toHaveText('A reading to look at now');
    await nurse.getByLabel('I have seen it').check();
    await press(nurse, 'Do this');
    await expect(nurse.getByRole('status')).toContainText('It is noted');
    await page.reload();
    await expect(page.getByText('Nobody has said yet that they saw it.')).toHaveCount(0);
  });
});
