import type { Page } from '@playwright/test';

import { atWork, expect, heading, linkedAccount, newName, newPatient, PRACTICE, summary, test, waiting } from './support.ts';

const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();

/** The classes of the document, all of them and no other, as the server wrote them. */
const looks = (page: Page, classes: string): Promise<void> => expect(page.locator('html')).toHaveAttribute('class', classes);

/** The words of cards and places that stand on more than one line. */
const broken = (page: Page): Promise<string[]> =>
  page.locator('.sh-card__link, .sh-nav__link').evaluateAll((links) => {
    const words: string[] = [];
    const range = document.createRange();
    for (const link of links) {
      const texts = document.createTreeWalker(link, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const text = texts.currentNode.textContent ?? '';
        for (const word of text.matchAll(/\p{L}{2,}/gu)) {
          range.setStart(texts.currentNode, word.index);
          range.setEnd(texts.currentNode, word.index + word[0].length);
          if (new Set([...range.getClientRects()].map((line) => Math.round(line.top))).size > 1) words.push(word[0]);
        }
      }
    }
    return words;
  });

/** The colours of links, buttons and bars that are neither black nor white nor between them. */
const coloured = (page: Page): Promise<string[]> =>
  page.locator('a, button, .sh-demo, .sh-header, .nhsuk-tag, .sh-card__icon').evaluateAll((parts) =>
    parts
      .map((part) => getComputedStyle(part))
      .flatMap((look) => [look.color, look.backgroundColor])
      .filter((colour) => new Set(colour.match(/\d+/g)?.slice(0, 3)).size > 1),
  );

/** Chooses how pages look, and nothing else. */
async function choose(page: Page, settings: string[]): Promise<void> {
  await page.goto('/account/display');
  for (const name of ['Large text', 'High contrast', 'No movement', 'Easy read']) {
    await page.getByLabel(name, { exact: true }).setChecked(settings.includes(name));
  }
  await press(page, 'Save');
  await expect(page.getByRole('status')).toContainText('Pages look as you chose');
}

test('anybody can make the pages larger without an account', async ({ page, look }) => {
  await page.goto('/');
  await page.getByRole('link', { name: 'Text size and display' }).click();
  await expect(heading(page)).toHaveText('Text size and display');
  await look(page);
  await page.getByLabel('Large text', { exact: true }).check();
  await page.getByLabel('High contrast', { exact: true }).check();
  await press(page, 'Save');
  await expect(page.getByRole('status')).toContainText('Pages look as you chose');
  await looks(page, 'sh-large-text sh-high-contrast');
  for (const path of ['/', '/sign-in', '/help']) {
    await page.goto(path);
    await looks(page, 'sh-large-text sh-high-contrast');
    expect(await coloured(page), path).toEqual([]);
    await look(page, 'large and black on white');
  }
});

test('somebody says once what they need, and every page of their practice says it first', async ({ page, otherBrowser, look }) => {
  test.slow();
  const name = newName();
  const patient = newPatient({ source: PRACTICE, given: name });
  await linkedAccount(page, patient);

  await test.step('they say what they need', async () => {
    await page.goto('/account/needs');
    await look(page, 'nothing yet');
    await page.getByRole('link', { name: 'Say what you need' }).click();
    await look(page);
    await page.getByLabel('Large print (20 point)').check();
    await press(page, 'Save my needs');
    await expect(summary(page)).toContainText('Say whether you need an interpreter');
    await expect(page.getByLabel('Large print (20 point)')).toBeChecked();
    await look(page, 'with an error');
    await page.getByLabel('Yes', { exact: true }).check();
    await page.getByLabel('If yes, for which language?').selectOption({ label: 'British Sign Language (BSL)' });
    await page.getByLabel('Easy read: short sentences with pictures').check();
    await page.getByLabel('I use a hearing aid').check();
    await press(page, 'Save my needs');
  });

  await test.step('the pages offer to fit', async () => {
    await expect(page.getByText('this may help here: large text and easy read')).toBeVisible();
    await expect(page.getByLabel('Large text', { exact: true })).toBeChecked();
    await look(page, 'an offer');
    await press(page, 'Save');
    await expect(page.getByRole('status')).toContainText('Pages look as you chose');
    await looks(page, 'sh-large-text sh-easy-read');
  });

  await test.step('their summary is in large print on paper too', async () => {
    await page.goto('/record/summary');
    await page.emulateMedia({ media: 'print' });
    await expect(page.getByText(/As on \d/)).toHaveCSS('font-size', /^26\.6/); // 20 points
    await page.emulateMedia({ media: 'screen' });
  });

  await test.step('the front desk reads it before anything else', async () => {
    const desk = await otherBrowser();
    await atWork(desk, PRACTICE, 'reception', 'Bea Holt');
    await desk.goto('/team/people');
    await desk.getByLabel('NHS number').fill(patient.nhsNumber);
    await desk.getByLabel('To help them at the desk or on the phone').check();
    await desk.getByRole('button', { name: 'Find', exact: true }).click();
    await desk.getByRole('link', { name: patient.name }).click();
    await expect(desk.getByRole('note', { name: 'What this person needs' })).toContainText('Needs large print (20 point), easy read and a BSL interpreter.');
    await desk.getByRole('link', { name: 'All that they say they need' }).click();
    await expect(heading(desk)).toHaveText('What they say about themselves');
  });

  await test.step('the main pages in easy words, and in each way', async () => {
    for (const settings of [['Easy read'], ['Large text'], ['High contrast'], ['No movement'], ['Large text', 'High contrast', 'Easy read']]) {
      await choose(page, settings);
      for (const path of ['/', '/record', '/record/problems', '/record/results', '/record/documents', '/medicines', '/appointments']) {
        await page.goto(path);
        await look(page, settings.join(' and '));
      }
    }
    await page.goto('/');
    await expect(page.getByText('This is your page.')).toBeVisible();
    await page.goto('/record/results');
    await expect(page.getByText('These are results of tests.')).toBeVisible();
    await expect(page.locator('.sh-easy-picture')).toBeVisible();
    await page.locator('.sh-entry__link').first().click();
    await expect(page.getByText('This is the result of a test.')).toBeVisible();
    await look(page, 'a result in easy words');
  });

  await test.step('on the smallest phone nothing is cut off', async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    for (const path of ['/', '/record', '/account/needs', '/account/details', '/account/display']) {
      await page.goto(path);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
      expect(wide, path).toBe(false);
      expect(await broken(page), path).toEqual([]);
      await look(page, 'at 320 pixels');
    }
  });

  await test.step('no word of a card or a place is broken, and the places are as large as the words', async () => {
    const large = await page.locator('.sh-nav__link').first().evaluate((link) => parseFloat(getComputedStyle(link).fontSize));
    expect(large).toBeGreaterThanOrEqual(20);
    await page.setViewportSize({ width: 1280, height: 720 });
    for (const path of ['/', '/record']) {
      await page.goto(path);
      expect(await broken(page), path).toEqual([]);
    }
    const rows = await page.locator('.sh-nav__link').evaluateAll((links) => new Set(links.map((link) => Math.round(link.getBoundingClientRect().top))).size);
    expect(rows).toBe(1);
    await page.setViewportSize({ width: 320, height: 640 });
    await choose(page, []);
    await page.goto('/record');
    expect(await broken(page)).toEqual([]);
  });
});

test('somebody keeps their details and a note of their own', async ({ page, otherBrowser, look }) => {
  test.slow();
  const patient = newPatient({ source: PRACTICE, given: newName() });
  await linkedAccount(page, patient);
  // A change waits where somebody reads it.
  const desk = await otherBrowser();
  await atWork(desk, PRACTICE, 'reception', 'Bea Holt');

  await test.step('how to contact them', async () => {
    await page.goto('/account/details');
    await look(page);
    await page.getByRole('link', { name: 'Change how to contact' }).click();
    await look(page);
    await page.getByLabel('Address', { exact: true }).fill('14 Mill Lane\nOtley');
    await page.getByLabel('Postcode').fill('Otley');
    await press(page, 'Save');
    await expect(summary(page)).toContainText('Enter a full UK postcode');
    await expect(page.getByLabel('Address', { exact: true })).toHaveValue('14 Mill Lane\nOtley');
    await look(page, 'with an error');
    await page.getByLabel('Postcode').fill('LS21 3AA');
    await press(page, 'Save');
    await expect(page.getByRole('status')).toContainText('How to contact is saved');
    await expect(page.getByText('LS21 3AA')).toBeVisible();
    await expect(page.getByRole('heading', { name: /^Recorded by/ }).first()).toBeVisible();
    await look(page, 'kept');
  });

  await test.step('whom to tell, and who they are', async () => {
    await page.getByRole('link', { name: 'Change whom to tell' }).click();
    await look(page);
    await page.getByLabel('Name of person 1').fill('Ann Stone');
    await page.getByLabel('Who person 1 is to you').fill('sister');
    await page.getByLabel('Phone number of person 1').fill('01632 960001');
    await page.getByLabel('Person 1 is next of kin: tell them first').check();
    await press(page, 'Save');
    await expect(page.getByRole('status')).toContainText('Whom to tell is saved');
    await expect(page.getByText('Ann Stone, sister, 01632 960001. Next of kin')).toBeVisible();
    await page.goto('/record/summary');
    await expect(page.getByRole('heading', { name: 'People to tell, in the person’s own words' })).toBeVisible();
    await expect(page.getByText('Next of kin: tell them first. Sister, 01632 960001')).toBeVisible();
    await expect(page.getByText('Core NHS summary', { exact: true }).first()).toBeVisible();
    await expect(page.getByText('Additional information', { exact: true }).first()).toBeVisible();
    await expect(page.getByRole('link', { name: '28 point' })).toHaveAttribute('href', '/record/summary/pdf?print=28');
    const large = await page.request.get('/record/summary/pdf?print=28');
    expect(large.headers()['content-type']).toContain('application/pdf');
    await look(page, 'with whom they named');
    await page.goto('/account/details');
    await page.getByRole('link', { name: 'Change ethnic background and language' }).click();
    await look(page);
    await page.getByLabel('I would rather not say').check();
    await page.getByLabel('What is your main language?').selectOption({ label: 'Welsh' });
    await press(page, 'Save');
    await expect(page.getByRole('status')).toContainText('It is saved');
    await expect(page.getByText('Welsh', { exact: true })).toBeVisible();
    await page.getByRole('link', { name: 'What was here before' }).click();
    await look(page);
  });

  await test.step('their practice copies what changed', async () => {
    await desk.goto('/team?team=all');
    await waiting(desk, patient.name).click();
    await expect(heading(desk)).toHaveText('New contact details to copy');
    await expect(desk.getByText('14 Mill Lane').first()).toBeVisible();
    await press(desk, 'It is in our own system now');
    await expect(desk.getByRole('status')).toContainText('It is off the list');
    await page.goto('/account/details');
    await expect(page.getByText('that your changes are in its own system')).toBeVisible();
    await look(page, 'copied by the practice');
  });

  await test.step('a note beside an entry', async () => {
    await page.goto('/record/results');
    await page.locator('.sh-entry__link').first().click();
    await page.getByRole('link', { name: 'Add a note' }).click();
    await look(page);
    await press(page, 'Save the note');
    await expect(summary(page)).toContainText('Write your note');
    await page.getByLabel('Your note').fill('Ask about this at the next visit');
    await press(page, 'Save the note');
    await expect(page.getByRole('status')).toContainText('Your note is saved');
    await expect(page.getByText('You wrote this')).toBeVisible();
    await look(page, 'with a note');
    await page.goto('/record/notes');
    await look(page);
    await page.locator('.sh-own a').first().click();
    await look(page);
    await page.getByRole('link', { name: 'Change this note' }).click();
    await look(page);
    await page.getByLabel('Your note').fill('I asked. It is fine.');
    await press(page, 'Save the change');
    await expect(page.getByRole('heading', { name: 'What it said before' })).toBeVisible();
    await press(page, 'Remove this note');
    await expect(page.getByRole('status')).toContainText('The note is removed');
    await look(page, 'removed');
  });
});
