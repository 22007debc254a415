import type { Page } from '@playwright/test';

import {
  atWork,
  expect,
  heading,
  linkedAccount,
  mailedLink,
  newAddress,
  newcomer,
  newName,
  newPatient,
  PRACTICE,
  summary,
  test,
  waiting,
} from './support.ts';

const RAMIPRIL = 'Ramipril 5mg capsules';
const METFORMIN = 'Metformin 500mg tablets with a long name, modified release, sugar free';
const SALBUTAMOL = 'Salbutamol 100micrograms inhaler';

const main = (page: Page) => page.getByRole('navigation', { name: 'Main' });

/** Goes through the pages of an order; the page of what was sent is open then. */
async function send(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(heading(page)).toHaveText('Check your order');
  await page.getByRole('button', { name: 'Send the order' }).click();
  await expect(page.getByRole('status')).toContainText('Your order is sent');
  return new URL(page.url()).pathname;
}

/** Opens the first order of somebody that waits on the work list. */
async function openOrder(page: Page, name: string): Promise<void> {
  await page.goto('/team');
  await waiting(page, name).first().click();
  await expect(heading(page)).toHaveText('An order of repeat medicines');
}

test('a citizen and a carer order, reception prepares, a GP decides, and the citizen reads it', async ({
  page,
  otherBrowser,
  look,
}) => {
  test.slow();
  const patient = newPatient({
    source: PRACTICE,
    given: newName(),
    repeats: [
      { name: RAMIPRIL, dose: 'One capsule OD', givenDaysAgo: 26 },
      { name: METFORMIN, dose: 'Two tablets twice a day with food', givenDaysAgo: 3 },
      { name: SALBUTAMOL, dose: '2 puffs when needed' },
    ],
  });
  await linkedAccount(page, patient);
  let order = '';

  await test.step('the citizen sees what they take', async () => {
    await main(page).getByRole('link', { name: 'Medicines' }).click();
    await expect(heading(page)).toHaveText('Medicines');
    await expect(page.getByText('3 medicines now')).toBeVisible();
    await look(page);
    await page.getByRole('link', { name: RAMIPRIL }).click();
    await expect(page.getByText('od: once a day')).toBeVisible();
    await look(page, 'one medicine');
    await page.goto('/medicines/card');
    await expect(page.getByText(patient.name)).toBeVisible();
    await look(page);
  });

  await test.step('they order, one of them early', async () => {
    await page.goto('/medicines');
    await page.getByRole('link', { name: 'Order medicines' }).click();
    await look(page);
    await page.getByRole('button', { name: 'Go on' }).click();
    await expect(summary(page)).toContainText('Choose at least one medicine');
    await look(page, 'with nothing chosen');
    await page.getByLabel(RAMIPRIL).check();
    await page.getByText('I need one early').click();
    await page.getByLabel(METFORMIN).check();
    await page.getByRole('button', { name: 'Go on' }).click();
    await expect(summary(page)).toContainText('Say why you need it early');
    await expect(page.getByLabel(RAMIPRIL)).toBeChecked();
    await look(page, 'without a reason');
    await page.getByLabel('Why do you need it early?').fill('I travel on Monday 🌿');
    await page.getByRole('button', { name: 'Go on' }).click();
    await expect(heading(page)).toHaveText('Check your order');
    await page.getByLabel('A note to the practice').fill('Thank you');
    await look(page);
    await page.getByRole('button', { name: 'Send the order' }).click();
    await expect(page.getByRole('status')).toContainText('Your order is sent');
    order = new URL(page.url()).pathname;
    await expect(page.getByText('I travel on Monday 🌿')).toBeVisible();
    await look(page, 'just sent');
    await page.goto('/medicines');
    await expect(page.getByText('Waiting for your practice')).toBeVisible();
    await look(page, 'with an order');
  });

  await test.step('reception asks and prepares, and cannot approve', async () => {
    const desk = await otherBrowser();
    await atWork(desk, PRACTICE, 'reception', newName());
    await openOrder(desk, patient.name);
    await expect(desk.getByLabel('Approve', { exact: true })).toHaveCount(0);
    await look(desk, 'an order at the front desk');
    await desk.getByRole('button', { name: 'Do this' }).click();
    await expect(summary(desk)).toBeVisible();
    await look(desk, 'an order with errors');
    await desk.getByLabel(METFORMIN).check();
    await desk.getByLabel('Ask the person something').check();
    await desk.getByLabel('To the person').fill('For how long will you be away?');
    await desk.getByRole('button', { name: 'Do this' }).click();
    await expect(desk.getByRole('status')).toContainText('It is done');
    await desk.getByLabel(RAMIPRIL).check();
    await desk.getByLabel('Prepared').check();
    await desk.getByRole('button', { name: 'Do this' }).click();
    await expect(desk.getByRole('status')).toContainText('You noted that it is prepared');
    await look(desk, 'a prepared order');
  });

  await test.step('the citizen answers', async () => {
    await page.goto(order);
    await expect(page.getByText('For how long will you be away?')).toBeVisible();
    await page.getByRole('button', { name: 'Send your answer' }).click();
    await expect(summary(page)).toContainText('Write your answer');
    await look(page, 'with a question');
    await page.getByLabel('Your answer').fill('For 2 weeks');
    await page.getByRole('button', { name: 'Send your answer' }).click();
    await expect(page.getByRole('status')).toContainText('Your answer is sent');
  });

  await test.step('a GP approves one and declines the other', async () => {
    const gp = await otherBrowser();
    await atWork(gp, PRACTICE, 'clinician', newName());
    await openOrder(gp, patient.name);
    await expect(gp.getByText('For 2 weeks')).toBeVisible();
    await look(gp, 'an order as a GP');
    await gp.getByLabel(RAMIPRIL).check();
    await gp.getByLabel('Approve', { exact: true }).check();
    await gp.getByRole('button', { name: 'Do this' }).click();
    await expect(gp.getByRole('status')).toContainText('It is done');
    await gp.getByLabel('Do not approve').check();
    await gp.getByLabel('To the person').fill('You have enough for 3 weeks');
    await gp.getByRole('button', { name: 'Do this' }).click();
    await expect(gp.getByRole('status')).toContainText('It is done');
    await look(gp, 'a decided order');
    await gp.goto('/team');
    await expect(waiting(gp, patient.name)).toHaveCount(0);
  });

  await test.step('the citizen reads what came of it, and orders something else', async () => {
    await page.goto(order);
    await expect(page.getByText('You have enough for 3 weeks')).toBeVisible();
    await expect(page.getByText('Ask your pharmacy when you can collect it')).toBeVisible();
    await look(page, 'decided');
    await page.goto('/medicines/order');
    await page.getByLabel(SALBUTAMOL).check();
    const second = await send(page);
    await page.getByRole('button', { name: 'Cancel this medicine' }).click();
    await expect(page.getByRole('status')).toContainText('It is taken back');
    await look(page, 'taken back');
    expect(second).not.toBe(order);
    await page.goto('/medicines/orders');
    await look(page);
  });

  await test.step('they add one of their own', async () => {
    await page.goto('/medicines/add');
    await look(page);
    await page.getByRole('button', { name: 'Add it' }).click();
    await expect(summary(page)).toContainText('Enter the name of the medicine');
    await look(page, 'with errors');
    await page.getByLabel('Name').fill('Iron tablets');
    await page.getByRole('button', { name: 'Add it' }).click();
    await expect(page.getByRole('status')).toContainText('The medicine is added');
    await page.getByRole('link', { name: 'Iron tablets' }).click();
    await look(page, 'their own');
    await page.getByRole('button', { name: 'I do not take it any more' }).click();
    await expect(page.getByRole('status')).toBeVisible();
    await look(page, 'with one stopped');
  });

  await test.step('a carer orders for them, and they see it', async () => {
    const carer = await otherBrowser();
    const email = newAddress();
    await page.goto('/sharing/people/invite');
    await page.getByLabel('Their name').fill('Idris Fenwick');
    await page.getByLabel('What are they to you?').fill('friend');
    await page.getByLabel('Their email address').fill(email);
    await page.getByLabel(/order medicines/i).check();
    await page.getByRole('button', { name: 'Send the invitation' }).click();
    const code = (await page.locator('.sh-secret code').innerText()).replaceAll(/\s/g, '');
    await newcomer(carer, email);
    await carer.goto(await mailedLink(email, '/carer/invitation'));
    await carer.getByLabel('Code').fill(code);
    await carer.getByRole('button', { name: 'Start helping' }).click();
    await carer.goto('/acting');
    await carer.getByRole('button', { name: `Look after ${patient.name}` }).click();
    await main(carer).getByRole('link', { name: 'Medicines' }).click();
    await expect(heading(carer)).toContainText('medicines');
    await look(carer, 'looking after somebody');
    await carer.goto('/medicines/order');
    await look(carer, 'looking after somebody');
    await carer.getByLabel(SALBUTAMOL).check();
    const theirs = await send(carer);
    await look(carer, 'an order for somebody');
    await page.goto(theirs);
    await expect(page.getByText('Somebody who looks after you')).toBeVisible();
    await look(page, 'ordered by a carer');
  });
});

test('a citizen finds a pharmacy, chooses it, and sends one order to another', async ({ page, otherBrowser, look }) => {
  test.slow();
  const patient = newPatient({ source: PRACTICE, given: newName(), repeats: [{ name: SALBUTAMOL, dose: '2 puffs when needed' }] });
  await linkedAccount(page, patient);

  await test.step('they find one', async () => {
    await page.goto('/medicines');
    await page.getByRole('link', { name: 'Your pharmacy' }).click();
    await expect(heading(page)).toHaveText('Your pharmacy');
    await look(page, 'nothing chosen');
    await page.getByRole('link', { name: 'Find a pharmacy to choose' }).click();
    await look(page);
    await page.getByRole('button', { name: 'Find', exact: true }).click();
    await expect(summary(page)).toContainText('Enter a postcode');
    await look(page, 'with nothing typed');
    await page.getByLabel('Name, street or town').fill('prunella');
    await page.getByText('Narrow it down').click();
    await page.getByLabel('Contraception').check();
    await look(page, 'narrowed down');
    await page.getByRole('button', { name: 'Find', exact: true }).click();
    await expect(page.getByText('Bellflower Pharmacy').first()).toBeVisible();
    await expect(page.getByText('Meadow Lane Chemist')).toHaveCount(0);
    await look(page, 'found');
    await page.getByRole('link', { name: 'Details of Bellflower Pharmacy' }).click();
    await expect(heading(page)).toHaveText('Bellflower Pharmacy');
    await look(page, 'one pharmacy');
  });

  await test.step('they choose it, and take it back, and choose it again', async () => {
    const choose = async () => {
      await page.getByRole('link', { name: 'Send my prescriptions here from now on' }).click();
      await expect(heading(page)).toContainText('Send your prescriptions to Bellflower Pharmacy?');
    };
    await choose();
    await look(page, 'asked whether they want it');
    await page.getByRole('button', { name: 'Send them here from now on' }).click();
    await expect(summary(page)).toContainText('Tick the box');
    await look(page, 'without a yes');
    await page.getByLabel('This is my own choice').check();
    await page.getByRole('button', { name: 'Send them here from now on' }).click();
    await expect(page.getByRole('status')).toContainText('Prescriptions that you order here go there from now on');
    await look(page, 'a pharmacy is chosen');
    await page.getByRole('link', { name: 'Stop sending prescriptions there' }).click();
    await look(page, 'asked whether to stop');
    await page.getByRole('button', { name: 'Stop sending them there' }).click();
    await expect(page.getByText('No pharmacy is chosen')).toBeVisible();
    await page.goto('/medicines/pharmacy/FZZ01');
    await choose();
    await page.getByLabel('This is my own choice').check();
    await page.getByRole('button', { name: 'Send them here from now on' }).click();
    await page.goto('/medicines/pharmacy/FZZ05/nominate');
    await expect(page.getByText('You register with Postbox Pharmacy first')).toBeVisible();
    await look(page, 'one that asks to register');
  });

  await test.step('they choose an appliance supplier and a surgery beside it', async () => {
    for (const [code, name] of [
      ['FZZ06', 'Comfrey Appliances'],
      ['FZZ07', 'Upper Selworth Surgery Dispensary'],
    ] as const) {
      await page.goto(`/medicines/pharmacy/${code}/nominate`);
      await page.getByLabel('This is my own choice').check();
      await page.getByRole('button', { name: 'Send them here from now on' }).click();
      await expect(page.getByRole('status')).toContainText('Prescriptions that you order here go there from now on');
      await expect(page.getByRole('link', { name, exact: true })).toBeVisible();
    }
    await expect(page.getByRole('link', { name: 'Bellflower Pharmacy', exact: true })).toBeVisible();
    await look(page, 'one of each kind is chosen');
    for (const name of ['Comfrey Appliances', 'Upper Selworth Surgery Dispensary']) {
      await page.getByRole('link', { name: new RegExp(`Stop sending prescriptions there.*${name}`) }).click();
      await page.getByRole('button', { name: 'Stop sending them there' }).click();
      await expect(page.getByRole('link', { name, exact: true })).toHaveCount(0);
    }
  });

  await test.step('they send one order to another, and lose nothing of what they wrote', async () => {
    await page.goto('/medicines/order');
    await page.getByLabel(SALBUTAMOL).check();
    await page.getByRole('button', { name: 'Go on' }).click();
    await expect(heading(page)).toHaveText('Check your order');
    await expect(page.getByLabel('Bellflower Pharmacy (chosen for all orders)')).toBeChecked();
    await page.getByLabel('A note to the practice').fill('I am away this week 🌿');
    await page.getByLabel('Another one, for this order only').check();
    await look(page, 'with a pharmacy');
    await page.getByRole('button', { name: 'Send the order' }).click();
    await expect(page.getByText('What you wrote on it is kept')).toBeVisible();
    await page.getByLabel('Name, street or town').fill('night owl');
    await page.getByRole('button', { name: 'Find', exact: true }).click();
    await page.getByRole('link', { name: 'Details of Night Owl Pharmacy' }).click();
    await look(page, 'one pharmacy for an order');
    await page.getByRole('button', { name: 'Use it for this order' }).click();
    await expect(heading(page)).toHaveText('Check your order');
    await expect(page.getByLabel('Night Owl Pharmacy (for this order only)')).toBeChecked();
    await expect(page.getByLabel('A note to the practice')).toHaveValue('I am away this week 🌿');
    await look(page, 'with another pharmacy');
    await page.getByRole('button', { name: 'Send the order' }).click();
    await expect(page.getByRole('status')).toContainText('Your order is sent');
    await expect(page.getByText('For this order only')).toBeVisible();
    await look(page, 'an order to another pharmacy');
  });

  await test.step('the practice reads where it goes', async () => {
    const desk = await otherBrowser();
    await atWork(desk, PRACTICE, 'reception', newName());
    await openOrder(desk, patient.name);
    await expect(desk.getByText('Night Owl Pharmacy (FZZ03)')).toBeVisible();
    await look(desk, 'an order with a pharmacy');
  });
});

test('a manager says what people can order', async ({ page, look }) => {
  test.slow();
  await atWork(page, PRACTICE, 'manager', newName());
  await page.getByRole('link', { name: 'What people can order' }).click();
  await expect(heading(page)).toHaveText('Orders of medicines');
  await look(page);
  const days = page.getByLabel('How many days before it runs out can they order?');
  await days.fill('99');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(summary(page)).toContainText('Enter a number of days from 0 to 28');
  await expect(days).toHaveValue('99');
  await look(page, 'with errors');
});
