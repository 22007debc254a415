import type { Page } from '@playwright/test';

import { atWork, expect, heading, linkedAccount, newName, newPatient, PRACTICE, summary, test, waiting } from './support.ts';

const RAMIPRIL = 'Ramipril 5mg capsules';
const METFORMIN = 'Metformin 500mg tablets with a long name, modified release, sugar free';
const NUMBER = '04F4C2-A99968-7F717P';

/** Tells where items stand, as a pharmacy's system does: each with its medicine, its status, and since how many minutes. */
async function tell(page: Page, nhsNumber: string, items: [string, string, number][]): Promise<void> {
  const entry = items.map(([name, status, minutes]) => ({
    resource: {
      resourceType: 'Task',
      status: 'in-progress',
      intent: 'order',
      basedOn: [{ identifier: { system: 'https://fhir.nhs.uk/Id/prescription-order-number', value: NUMBER } }],
      focus: {
        identifier: { system: 'https://fhir.nhs.uk/Id/prescription-order-item-number', value: `item-${name.length}` },
        display: name,
      },
      for: { identifier: { system: 'https://fhir.nhs.uk/Id/nhs-number', value: nhsNumber } },
      businessStatus: { coding: [{ system: 'https://fhir.nhs.uk/CodeSystem/task-businessStatus-nppt', code: status }] },
      lastModified: new Date(Date.now() - minutes * 60_000).toISOString(),
      owner: { identifier: { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: 'FZ901' } },
    },
    request: { method: 'POST', url: 'Task' },
  }));
  const sent = await page.request.post('/fhir/R4/prescription-status', {
    headers: { authorization: 'Bearer what-the-pharmacies-of-these-tests-say', 'content-type': 'application/fhir+json' },
    data: JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }),
  });
  expect(sent.status(), await sent.text()).toBe(200);
}

test('a citizen follows a prescription from the approval to the pharmacy', async ({ page, otherBrowser, look }) => {
  test.slow();
  const patient = newPatient({
    source: PRACTICE,
    given: newName(),
    repeats: [
      { name: RAMIPRIL, dose: 'One capsule OD', givenDaysAgo: 26 },
      { name: METFORMIN, dose: 'Two tablets twice a day with food', givenDaysAgo: 26 },
    ],
  });
  await linkedAccount(page, patient);
  let order = '';

  await test.step('nothing is on its way, and they order', async () => {
    await page.goto('/medicines');
    await page.getByRole('link', { name: 'See how far your prescriptions are' }).click();
    await expect(heading(page)).toHaveText('Prescriptions');
    await expect(page.getByText('No prescriptions here')).toBeVisible();
    await look(page, 'with none');
    await page.goto('/medicines/order');
    await page.getByLabel(RAMIPRIL).check();
    await page.getByLabel(METFORMIN).check();
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('button', { name: 'Send the order' }).click();
    await expect(page.getByRole('status')).toContainText('Your order is sent');
    order = new URL(page.url()).pathname;
  });

  await test.step('a GP approves it and types the number of the prescription', async () => {
    const gp = await otherBrowser();
    await atWork(gp, PRACTICE, 'clinician', newName());
    await gp.goto('/team');
    await waiting(gp, patient.name).first().click();
    await gp.getByLabel(RAMIPRIL).check();
    await gp.getByLabel(METFORMIN).check();
    await gp.getByLabel('Approve', { exact: true }).check();
    await gp.getByLabel('Number of the prescription').fill('04F4C2-A99968-7F717X');
    await gp.getByRole('button', { name: 'Do this' }).click();
    await expect(summary(gp)).toContainText('One of its letters or numbers is wrong');
    await expect(gp.getByLabel('Number of the prescription')).toHaveValue('04F4C2-A99968-7F717X');
    await look(gp, 'with a wrong number');
    await gp.getByLabel('Number of the prescription').fill(NUMBER.toLowerCase());
    await gp.getByRole('button', { name: 'Do this' }).click();
    await expect(gp.getByRole('status')).toContainText('It is done');
  });

  await test.step('the citizen takes the number to a pharmacy', async () => {
    await page.goto(order);
    await look(page, 'approved, with the prescription');
    await page.getByRole('link', { name: 'See how far it is' }).first().click();
    await expect(heading(page)).toHaveText('A prescription');
    await expect(page.getByText(NUMBER)).toBeVisible();
    await look(page, 'with no pharmacy');
    await page.getByRole('link', { name: 'Show the number with its bar code' }).click();
    await expect(page.getByRole('img', { name: `Bar code of prescription ${NUMBER}` })).toBeVisible();
    await look(page, 'the token');
  });

  await test.step('the pharmacy tells how far it is, out of order', async () => {
    await tell(page, patient.nhsNumber, [
      [RAMIPRIL, 'Ready to Collect', 1],
      [METFORMIN, 'Ready to Collect - Partial', 1],
    ]);
    await tell(page, patient.nhsNumber, [
      [RAMIPRIL, 'With Pharmacy', 5],
      [METFORMIN, 'With Pharmacy', 5],
    ]);
    await page.goto('/medicines/prescriptions');
    await expect(page.getByRole('heading', { name: 'On their way' })).toBeVisible();
    await expect(page.getByText(`${RAMIPRIL}: Ready to collect`)).toBeVisible();
    await look(page, 'on their way');
    await page.getByRole('link', { name: '2 medicines' }).click();
    await expect(page.getByText('You can collect it from the pharmacy.')).toBeVisible();
    await expect(page.getByText('You can collect a part of it.')).toBeVisible();
    await page.getByText('What we were told so far').first().click();
    await look(page, 'partly ready');
  });

  await test.step('it is collected, and stands among the earlier ones', async () => {
    await tell(page, patient.nhsNumber, [
      [RAMIPRIL, 'Collected', 0],
      [METFORMIN, 'Collected', 0],
    ]);
    await page.goto('/medicines/prescriptions');
    await expect(page.getByRole('heading', { name: 'Earlier' })).toBeVisible();
    await expect(page.getByRole('heading', { name: 'On their way' })).toHaveCount(0);
    await look(page, 'earlier');
  });
});
