import { atWork, expect, heading, linkedAccount, newName, newPatient, PRACTICE, test, waiting } from './support.ts';

test('the first page says what waits, and a GP’s word about a reading', async ({ page, otherBrowser, look }) => {
  test.slow();
  const patient = newPatient({ source: PRACTICE, given: newName() });
  await linkedAccount(page, patient);
  const waits = page.getByRole('heading', { name: 'For you now' });

  await test.step('nothing waits at first, then a sitting that is due', async () => {
    await page.goto('/');
    await expect(waits).toBeHidden();
    await page.goto('/weeks/new/weight');
    await page.getByRole('button', { name: 'Begin' }).click();
    await page.goto('/');
    await expect(waits).toBeVisible();
    await look(page, 'with a sitting that is due');
    await page.getByRole('link', { name: 'Weight diary' }).click();
    await expect(heading(page)).toHaveText('Weight diary');
    await page.getByLabel('Your weight').fill('80.5');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.goto('/');
    await expect(waits).toBeHidden();
  });

  await test.step('a questionnaire that was begun waits', async () => {
    await page.goto('/questionnaires/audit-c');
    await page.getByRole('button', { name: 'Start' }).click();
    await page.goto('/');
    await expect(page.getByText('Not finished. Go on where you stopped.')).toBeVisible();
    await look(page, 'with a questionnaire');
  });

  await test.step('a GP’s rule, a reading that raises it, and what the GP says', async () => {
    const gp = await otherBrowser();
    await atWork(gp, PRACTICE, 'clinician', 'Dr Wren');
    await gp.goto('/team/people');
    await gp.getByLabel('NHS number').fill(patient.nhsNumber);
    await gp.getByLabel('To give care').check();
    await gp.getByRole('button', { name: 'Find', exact: true }).click();
    await gp.getByRole('link', { name: patient.name }).click();
    await gp.getByRole('link', { name: 'Their readings from home' }).click();
    await gp.getByRole('link', { name: 'Targets and rules' }).click();
    await gp.getByRole('link', { name: 'Add a rule' }).click();
    await gp.getByRole('link', { name: 'Very low oxygen level' }).click();
    await gp.getByLabel('Why this rule').fill('You have had pneumonia');
    await gp.getByRole('button', { name: 'Add this rule' }).click();
    await expect(gp.getByRole('status')).toContainText('The rule is on');
    await page.goto('/readings/oxygen/new');
    await page.getByLabel('Your oxygen level in %').fill('90');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByRole('status')).toContainText('Your reading is saved');
    await page.goto('/');
    await expect(page.getByRole('link', { name: /^Oxygen level: what .* asks you to do$/ })).toBeVisible();
    await look(page, 'with what a red rule asks for');
    await gp.goto('/team');
    await waiting(gp, patient.name).first().click();
    await gp.getByLabel('I did something about it').check();
    await gp.getByLabel('To the person').fill('Use your inhaler and measure again');
    await gp.getByRole('button', { name: 'Do this' }).click();
    await expect(gp.getByRole('status')).toBeVisible();
    await page.goto('/');
    await expect(page.getByText('Today: Use your inhaler and measure again')).toBeVisible();
    await look(page, 'with what a GP said');
    await page.getByRole('link', { name: 'wrote about your oxygen level' }).click();
    await expect(page.getByText('Use your inhaler and measure again')).toBeVisible();
  });
});
