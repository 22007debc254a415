import type { Page } from '@playwright/test';

import { alone, cast, expect, signIn, summary, test, typePassword, typeShownCode } from './support.ts';

/** How much of the page moved by itself since it was opened, as browsers reckon it. */
function shifted(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((done) => {
        let sum = 0;
        const add = (list: PerformanceObserverEntryList): void => {
          for (const entry of list.getEntries()) sum += (entry as PerformanceEntry & { value: number }).value;
        };
        new PerformanceObserver(add).observe({ type: 'layout-shift', buffered: true });
        // What has happened already is told before the frame after the next.
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(sum))));
      }),
  );
}

test('a person of the demonstration signs in, and a device that they trust does not ask for a code again', async ({
  page,
  look,
}, info) => {
  const email = cast(info.project.name).trusting;
  const heading = page.getByRole('heading', { level: 1 });
  await page.goto('/');
  await page.getByRole('link', { name: 'Choose who to be' }).click();
  await page.getByRole('link', { name: email }).click();
  await expect(page.getByLabel('Email address')).toHaveValue(email);
  await look(page, 'with a person chosen');

  await typePassword(page, email, 'not the right one');
  await expect(summary(page)).toBeVisible();
  await expect(page.getByLabel('Email address')).toHaveValue(email);
  await expect(page.getByLabel('Password')).toHaveValue('');
  await look(page, 'with a wrong password');

  await typePassword(page, email);
  await expect(heading).toHaveText('Enter your code');
  await look(page);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(summary(page)).toBeVisible();
  await look(page, 'without a code');
  await page.getByText('I cannot get a code').click();
  await page.getByRole('button', { name: 'Use a recovery code' }).click();
  await summary(page).getByRole('link', { name: 'Enter one of your recovery codes' }).click();
  await expect(page.getByLabel('Recovery code')).toBeFocused();
  await page.getByLabel('Recovery code').fill('AAAAA-AAAAA');
  await page.getByRole('button', { name: 'Use a recovery code' }).click();
  await expect(summary(page)).toContainText('That recovery code did not work');
  await look(page, 'with a wrong recovery code');
  await typeShownCode(page, email, true);
  await expect(heading).toHaveText(/^Hello, /);
  const name = (await heading.innerText()).replace('Hello, ', '');

  await page.goto('/record');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(heading).toHaveText('You are signed out');
  await page.goBack();
  await expect(page).toHaveURL('/sign-in');
  await expect(page.getByText(name)).toHaveCount(0);

  await typePassword(page, email);
  // The page before the sign-out was asked for again on the way back.
  await expect(page).toHaveURL('/record');
  await page.goto('/account/factors');
  await expect(page.getByText(/^Trusted until /).first()).toBeVisible();
});

test('who was signed out from another browser signs in again and comes to the page they asked for', async ({
  page,
  otherBrowser,
}, info) => {
  const email = cast(info.project.name).ended;
  await page.goto('/record/problems');
  await expect(page).toHaveURL('/sign-in');
  await typePassword(page, email);
  await typeShownCode(page, email, true);
  await expect(page).toHaveURL('/record/problems');

  const other = await otherBrowser();
  await signIn(other, email);
  await other.goto('/account/sign-ins');
  await expect(other.getByText('and in 1 other browser')).toBeVisible();
  await other.getByRole('button', { name: /^End the sign-in in / }).click();
  await expect(other.getByRole('status')).toContainText('You ended that sign-in');
  await expect(other.getByText('You are signed in only here')).toBeVisible();

  await page.getByRole('link', { name: 'Back to your record' }).click();
  await expect(page).toHaveURL('/sign-in');
  await typePassword(page, email);
  await expect(page).toHaveURL('/record');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your record');
});

test('a browser that has lost its cookie is asked to sign in, and led on to the page it asked for', async ({
  page,
  context,
}, info) => {
  const email = cast(info.project.name).trusting;
  await page.goto('/sign-in');
  await typePassword(page, email);
  await typeShownCode(page, email, true);
  await context.clearCookies({ name: 'session' });
  await page.goto('/activity');
  await expect(page).toHaveURL('/sign-in');
  await typePassword(page, email);
  await expect(page).toHaveURL('/activity');
});

test('a sign-in that runs out warns first, and what was typed is given back after signing in again', async ({
  page,
  javaScriptEnabled,
  look,
}, info) => {
  test.skip(!javaScriptEnabled, 'without script no warning comes');
  const email = cast(info.project.name).typing;
  await page.clock.install();
  await page.goto('/sign-in');
  await typePassword(page, email);
  await typeShownCode(page, email, true);
  await page.goto('/account/email');
  await page.getByLabel('New email address').fill('Zoë 🌿 half an addr');
  const warning = page.getByRole('dialog', { name: 'Are you still there?' });

  await page.clock.fastForward('28:01');
  await expect(warning).toBeVisible();
  await look(page, 'with the warning');
  await warning.getByRole('button', { name: 'Stay signed in' }).click();
  await expect(warning).toBeHidden();
  await expect(page.getByLabel('New email address')).toHaveValue('Zoë 🌿 half an addr');

  await page.clock.fastForward('28:01');
  await expect(warning).toBeVisible();
  await page.clock.fastForward('02:00');
  await expect(page).toHaveURL('/sign-in');
  await expect(page.getByRole('status')).toContainText('You are signed out');
  await typePassword(page, email);
  await expect(page).toHaveURL('/account/email');
  await expect(page.getByRole('status')).toContainText('We kept what you typed');
  await expect(page.getByLabel('New email address')).toHaveValue('Zoë 🌿 half an addr');
});

test('everything can be reached with the keyboard alone', async ({ page, isMobile }, info) => {
  test.skip(isMobile, 'a phone has no Tab key');
  const email = cast(info.project.name).typing;
  const focused = page.locator(':focus');
  const tabTo = async (id: string): Promise<void> => {
    await expect(async () => {
      await page.keyboard.press('Tab');
      const look = await focused.evaluate((element) => {
        const style = getComputedStyle(element);
        return style.outlineStyle !== 'none' || style.boxShadow !== 'none';
      });
      expect(look, 'what has the focus can be seen').toBe(true);
      expect(await focused.getAttribute('id')).toBe(id);
    }).toPass({ intervals: [0], timeout: 20_000 });
  };
  await page.goto('/sign-in');
  await page.keyboard.press('Tab');
  await expect(focused).toHaveText('Skip to main content');
  await expect(focused).toBeInViewport();
  await page.keyboard.press('Enter');
  await expect(page.locator('#main')).toBeFocused();

  await tabTo('email');
  await page.keyboard.type(email);
  await tabTo('password');
  await page.keyboard.type('purple meadow bee');
  await page.keyboard.press('Tab');
  await expect(focused).toHaveText('Sign in');
  await page.keyboard.press('Enter');

  await expect(page).toHaveURL('/sign-in/code');
  // The code serves once, and another test signs in as the same person.
  await alone(email, async () => {
    const shown = page.getByText('the code is now').locator('strong');
    await expect(async () => {
      if (!(await shown.isVisible())) await page.reload();
      await expect(shown).toBeVisible({ timeout: 500 });
    }).toPass({ timeout: 45_000 });
    const code = await shown.innerText();
    await tabTo('code');
    await page.keyboard.type(code);
    await tabTo('trust');
    await page.keyboard.press('Space');
    await expect(page.getByRole('checkbox')).toBeChecked();
    await page.keyboard.press('Tab');
    await expect(focused).toHaveText('Continue');
    await page.keyboard.press('Enter');
    await expect(page).not.toHaveURL(/\/sign-in/);
  });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Hello, /);
});

test('nothing moves under a finger when the button for a passkey comes', async ({ page, javaScriptEnabled }) => {
  test.skip(!javaScriptEnabled, 'there is no such button without script');
  await page.goto('/sign-in');
  await expect(page.getByRole('button', { name: 'Sign in with a passkey' })).toBeVisible();
  expect(await shifted(page)).toBe(0);
});
