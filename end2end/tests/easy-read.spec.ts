import type { Page } from '@playwright/test';

import { expect, heading, linkedAccount, newName, newPatient, PRACTICE, summary, test } from './support.ts';

/** Turns easy read on or off, and nothing else. */
async function easyRead(page: Page, on: boolean): Promise<void> {
  await page.goto('/account/display');
  await page.getByLabel('Easy read', { exact: true }).setChecked(on);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('status')).toContainText('Pages look as you chose');
}

test('somebody reads in easy words, writes down a reading, and then reads as before', async ({ page, look }) => {
  test.slow();
  // How pages look is kept with the account, so this one is nobody else's.
  const repeats = [{ name: 'Metformin 500mg tablets', dose: 'Take one twice a day', givenDaysAgo: 40 }];
  await linkedAccount(page, newPatient({ source: PRACTICE, given: newName(), repeats }));
  const main = page.getByRole('main');

  await test.step('easy read is turned on', async () => {
    await easyRead(page, true);
    await page.goto('/readings');
    await expect(main.getByText('Here you write down how you are.')).toBeVisible();
    await expect(main.locator('.sh-easy-picture')).toBeVisible();
    await look(page, 'in easy words');
  });

  await test.step('a reading is written down step by step', async () => {
    await page.goto('/readings/pain/new');
    await expect(heading(page)).toHaveText('Record pain');
    await expect(main.getByText('Find the number.')).toBeVisible();
    await expect(main.getByText('Nobody looks at this while you write.')).toBeVisible();
    await expect(main.getByRole('link', { name: '999' })).toBeVisible();
    await look(page, 'in easy words');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(summary(page)).toContainText('Something is missing, or not right.');
    await look(page, 'with an error, in easy words');
    await page.getByLabel('How bad is it?').fill('2');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByRole('status')).toContainText('Your reading is saved');
    await expect(main.getByText('This is saved. Is it wrong?')).toBeVisible();
    await look(page, 'in easy words');
  });

  await test.step('its chart, and then it is taken away again', async () => {
    const reading = new URL(page.url()).pathname;
    await page.goto('/readings/pain');
    await expect(main.getByText('The chart shows how it went.')).toBeVisible();
    await look(page, 'in easy words');
    await page.goto(reading);
    await page.getByText('Remove this reading').click();
    await page.getByRole('button', { name: 'Remove it' }).click();
    await expect(page.getByRole('status')).toContainText('You removed the reading');
  });

  await test.step('the timeline and the other pages', async () => {
    for (const [path, words] of [
      ['/record/timeline', 'This is what was sent here, and own notes.'],
      ['/record/search', 'Write one word in the box.'],
      ['/record/summary', 'This is what matters most.'],
      ['/record/mistakes', 'Here is what you said is wrong.'],
      ['/record/notes', 'These are own notes.'],
      ['/record/notes/new', 'Nobody reads this to see if you are ill.'],
      ['/weeks', 'We tell you what to do next.'],
      ['/questionnaires', 'Open one to begin.'],
      ['/weeks/new/blood-pressure', 'Choose when you begin.'],
      ['/sharing/people', 'Choose who may help you here'],
      ['/sharing/services', 'Choose who may see what is here.'],
      ['/account/needs', 'Say once what is needed.'],
      ['/account/details', 'Here is how to reach you.'],
      ['/account/display', 'Choose how these pages look.'],
      ['/record/sources', 'We show what it sent.'],
      ['/record/results/choices', 'You choose when you see a result.'],
      ['/activity', 'Here you see who opened your record'],
    ] as const) {
      await page.goto(path);
      await expect(main.getByText(words)).toBeVisible();
      await look(page, 'in easy words');
    }
    for (const path of ['/medicines/order', '/appointments/find']) {
      await page.goto(path);
      await expect(main.locator('.sh-easy-picture')).toBeVisible();
      await look(page, 'in easy words');
    }
  });

  await test.step('easy read is turned off', async () => {
    await easyRead(page, false);
    await page.goto('/readings');
    await expect(main.getByText('What you measure and note yourself.')).toBeVisible();
    await expect(page.locator('.sh-easy-picture, .sh-easy-steps')).toHaveCount(0);
  });
});
