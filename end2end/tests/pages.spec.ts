import type { Page } from '@playwright/test';

import { cast, expect, mailedLink, signIn, summary, test } from './support.ts';

/** Sends the form of the page as it is, and waits for what is wrong with it. */
async function sendEmpty(page: Page, button: string): Promise<void> {
  await page.getByRole('button', { name: button }).click();
  await expect(summary(page)).toBeVisible();
  await expect(page).toHaveTitle(/^Error: /);
}

test('every page before signing in is open to all', async ({ page, look }) => {
  const paths = [
    '/',
    '/sign-in',
    '/sign-in/reset/new?token=nonsense',
    '/register/confirm?token=nonsense',
    '/account/email/confirm?token=nonsense',
    '/signed-out',
    '/help',
    '/privacy',
    '/accessibility',
    '/account/display',
    '/nowhere',
  ];
  for (const path of paths) {
    await page.goto(path);
    await look(page);
  }
  await page.goto('/register');
  await sendEmpty(page, 'Send me the link');
  await look(page, 'with errors');
});

test('every component of the design is open to all in a demonstration', async ({ page, look }) => {
  await page.goto('/design');
  await look(page);
});

test('the pages for a forgotten password are open to all', async ({ page, look }, info) => {
  await page.goto('/sign-in/reset');
  await look(page);
  await sendEmpty(page, 'Send me the link');
  await look(page, 'with an error');
  const email = cast(info.project.name).typing;
  await page.getByLabel('Email address').fill(email);
  await page.getByRole('button', { name: 'Send me the link' }).click();
  await expect(page).toHaveURL('/sign-in/reset/sent');
  await look(page);
  await page.goto(await mailedLink(email, '/sign-in/reset/new'));
  await look(page, 'a link that works');
  await page.getByLabel('New password').fill('password');
  await sendEmpty(page, 'Save my new password');
  await look(page, 'with an error');
});

test('every page of a record is open to all', async ({ page, look }, info) => {
  test.slow();
  await signIn(page, cast(info.project.name).reader);
  await page.goto('/');
  await look(page);
  await page.goto('/record');
  await look(page);
  const cards = page.locator('.sh-card__link[href^="/record/"]');
  const categories = await cards.evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
  expect(categories.length).toBeGreaterThan(7);
  for (const category of categories) {
    await page.goto(category);
    await look(page);
    const entry = page.locator('.sh-entry__link[href^="/record/entries/"]').first();
    if (await entry.isVisible()) {
      await entry.click();
      await expect(page).toHaveURL(/\/record\/entries\//);
      await look(page, `the first of ${category}`);
      const overTime = page.getByRole('link', { name: 'See this over time' }).first();
      if (await overTime.isVisible()) {
        await overTime.click();
        await expect(page).toHaveURL(/\/trend(\?|$)/);
        await look(page, `over time, the first of ${category}`);
      }
    }
  }
  await page.goto('/record/results');
  const older = page.getByRole('link', { name: 'Older' });
  if (await older.isVisible()) {
    await older.click();
    await expect(page.getByRole('link', { name: 'Newer' })).toBeVisible();
    await look(page, 'older results');
  }
  for (const path of [
    '/record/results/choices',
    '/record/timeline',
    '/record/search',
    '/record/search?q=blood',
    '/record/search?q=zzzzzz',
    '/record/sources',
    '/record/notes/new',
  ]) {
    await page.goto(path);
    await look(page);
  }
  await page.goto('/record/timeline?from_day=31&from_month=2&from_year=2026');
  await expect(page).toHaveTitle(/^Error: /);
  await look(page, 'with an error');
  await page.goto('/activity');
  await look(page);
  await page.goto('/activity?before=1');
  await look(page, 'before the first event');
});

test('every page of an account is open to all', async ({ page, look }, info) => {
  await signIn(page, cast(info.project.name).owner);
  for (const path of ['/account', '/account/needs', '/account/details', '/account/sign-ins', '/account/download', '/account/factors', '/sign-in/again', '/link']) {
    await page.goto(path);
    await look(page);
  }
  await page.goto('/account/email');
  await look(page);
  await sendEmpty(page, 'Send me the link');
  await look(page, 'with an error');
  await page.goto('/account/password');
  await look(page);
  await sendEmpty(page, 'Save my new password');
  await look(page, 'with errors');
  await page.goto('/second-step/authenticator');
  await look(page, 'moved to another app');
  await page.goto('/sign-in/again');
  await sendEmpty(page, 'Continue');
  await look(page, 'with an error');
  await page.goto('/account/factors');
  await page.getByRole('button', { name: 'Make new recovery codes' }).click();
  await expect(page.getByRole('status')).toContainText('You have new recovery codes');
  await look(page, 'new codes');
});

test('a record in which there is nothing yet is open to all', async ({ page, look }) => {
  await signIn(page, 'meilin.chow@example.org');
  for (const path of [
    '/',
    '/record',
    '/record/problems',
    '/record/results',
    '/record/timeline',
    '/record/search?q=blood',
    '/record/sources',
    '/record/summary',
    '/record/notes',
    '/record/mistakes',
  ]) {
    await page.goto(path);
    await look(page, 'empty');
  }
});
