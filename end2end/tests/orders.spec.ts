import type { Locator, Page } from '@playwright/test';

import { atWork, expect, heading, linkedAccount, newName, newPatient, PRACTICE, summary, test } from './support.ts';

const RAMIPRIL = 'Ramipril 5mg capsules';
const METFORMIN = 'Metformin 500mg tablets with a long name, modified release, sugar free';
const SALBUTAMOL = 'Salbutamol 100micrograms inhaler';

/** Somebody's order on the page of the queue on which it stands; that page is open then. */
async function inQueue(page: Page, name: string): Promise<Locator> {
  await page.goto('/team/orders');
  const order = page.locator('section').filter({ has: page.getByRole('heading', { level: 2, name, exact: true }) });
  // Other tests let orders wait before it.
  while ((await order.count()) === 0) await page.getByRole('link', { name: 'Next', exact: true }).click();
  return order;
}

test('reception reads and prepares the queue of orders, and a GP approves several at once', async ({ page, otherBrowser, look }) => {
  test.slow();
  const patient = newPatient({
    source: PRACTICE,
    given: newName(),
    repeats: [
      { name: RAMIPRIL, dose: 'One capsule OD', givenDaysAgo: 26 },
      { name: METFORMIN, dose: 'Two tablets b.d.', givenDaysAgo: 3 },
      { name: SALBUTAMOL, dose: '2 puffs when needed' },
    ],
  });
  await linkedAccount(page, patient);
  let sent = '';

  await test.step('the citizen orders three medicines, one of them early, to a pharmacy for this order', async () => {
    await page.goto('/medicines/order');
    await page.getByLabel(RAMIPRIL).check();
    await page.getByLabel(SALBUTAMOL).check();
    await page.getByText('I need one early').click();
    await expect(page.getByText('bd: twice a day')).toBeVisible();
    await page.getByLabel(METFORMIN).check();
    await page.getByLabel('Why do you need it early?').fill('I travel on Monday');
    await page.getByRole('button', { name: 'Go on' }).click();
    await expect(heading(page)).toHaveText('Check your order');
    await page.getByLabel('Another one, for this order only').check();
    await page.getByRole('button', { name: 'Send the order' }).click();
    await page.getByLabel('Name, street or town').fill('night owl');
    await page.getByRole('button', { name: 'Find', exact: true }).click();
    await page.getByRole('link', { name: 'Details of Night Owl Pharmacy' }).click();
    await page.getByRole('button', { name: 'Use it for this order' }).click();
    await page.getByRole('button', { name: 'Send the order' }).click();
    await expect(page.getByRole('status')).toContainText('Your order is sent');
    sent = new URL(page.url()).pathname;
  });

  await test.step('reception reads it in the queue and prepares it, and cannot approve', async () => {
    const desk = await otherBrowser();
    await atWork(desk, PRACTICE, 'reception', newName());
    const order = await inQueue(desk, patient.name);
    await expect(desk.getByText('Only those who prescribe can approve')).toBeVisible();
    await expect(order.getByRole('checkbox')).toHaveCount(0);
    await expect(order.getByText('Wanted early')).toBeVisible();
    await expect(order.getByText('Night Owl Pharmacy (FZZ03)')).toBeVisible();
    await look(desk, 'the queue at the front desk');
    await order.getByRole('link', { name: `Open this order of ${patient.name}` }).click();
    await desk.getByLabel(RAMIPRIL).check();
    await desk.getByLabel('Prepared').check();
    await desk.getByRole('button', { name: 'Do this' }).click();
    await expect(desk.getByRole('status')).toContainText('You noted that it is prepared');
  });

  await test.step('a GP checks two at once, and approves nothing that they did not tick', async () => {
    const gp = await otherBrowser();
    await atWork(gp, PRACTICE, 'clinician', newName());
    const order = await inQueue(gp, patient.name);
    await look(gp, 'the queue as a GP');
    await gp.getByRole('button', { name: 'Check what is ticked' }).click();
    await expect(summary(gp)).toContainText('Tick at least one medicine');
    await look(gp, 'the queue with nothing ticked');
    await inQueue(gp, patient.name);
    await order.getByLabel(RAMIPRIL).check();
    await order.getByLabel(METFORMIN).check();
    await gp.getByRole('button', { name: 'Check what is ticked' }).click();
    await expect(heading(gp)).toHaveText('Check and approve');
    await expect(gp.getByText('Night Owl Pharmacy (FZZ03)')).toBeVisible();
    const plain = gp.getByLabel(`Approve ${RAMIPRIL} for ${patient.name}`);
    const flagged = gp.getByLabel(`I have looked at ${METFORMIN} for ${patient.name}: approve it`);
    await expect(plain).toBeChecked();
    await expect(flagged).not.toBeChecked();
    await look(gp, 'before anything is approved');
    await plain.uncheck();
    await gp.getByRole('button', { name: 'Approve what is ticked' }).click();
    await expect(summary(gp)).toContainText('Choose at least one medicine');
    await expect(flagged).not.toBeChecked();
    await look(gp, 'with nothing ticked');
    await plain.check();
    await flagged.check();
    await gp.getByRole('button', { name: 'Approve what is ticked' }).click();
    await expect(gp.getByRole('status')).toContainText('2 medicines are approved');
    await look(gp, 'after several are approved');

    await inQueue(gp, patient.name);
    await expect(order.getByLabel(RAMIPRIL)).toHaveCount(0);
    await order.getByRole('link', { name: `Open this order of ${patient.name}` }).click();
    await gp.getByLabel('Approve with a change').check();
    await gp.getByLabel('To the person').fill('One inhaler instead of two');
    await gp.getByRole('button', { name: 'Do this' }).click();
    await expect(gp.getByRole('status')).toContainText('It is done');
  });

  await test.step('the citizen reads what came of each', async () => {
    await page.goto(sent);
    await expect(page.getByText('Approved', { exact: true })).toHaveCount(2);
    await expect(page.getByText('One inhaler instead of two')).toBeVisible();
    await look(page, 'decided in several ways');
  });
});
