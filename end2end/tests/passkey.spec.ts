import { expect, openAccount, scannedAuthenticator, summary, test } from './support.ts';

test('a newcomer signs in with a passkey, names it and removes it', async ({ page, context, look }, info) => {
  test.skip(info.project.name !== 'chromium', 'passkeys need script; one browser is enough');
  const heading = page.getByRole('heading', { level: 1 });
  const device = await context.newCDPSession(page);
  await device.send('WebAuthn.enable');
  await device.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });

  await openAccount(page);
  await page.getByRole('button', { name: 'Create a passkey' }).click();
  await expect(heading).toHaveText('Keep your recovery codes');
  await expect(page.getByRole('status')).toContainText('Your passkey is ready');
  await page.getByRole('link', { name: 'I have kept my codes' }).click();
  await expect(heading).toHaveText('Link your record');

  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('link', { name: 'Sign in again' }).click();
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(heading).toHaveText('Link your record');

  await page.goto('/account/factors');
  await expect(page.getByRole('button', { name: 'Create a passkey' })).toBeVisible();
  await look(page, 'with one passkey');
  await page.getByText('Rename or remove').click();
  await expect(page.getByText('This is your only second step')).toBeVisible();
  await page.getByLabel('Name of this passkey').fill('');
  await page.getByRole('button', { name: 'Save name' }).click();
  await expect(summary(page).getByRole('link')).toHaveText(/^Enter a name/);
  await look(page, 'with a passkey without a name');
  await summary(page).getByRole('link').click();
  await expect(page.getByLabel('Name of this passkey')).toBeFocused();
  await page.getByLabel('Name of this passkey').fill('Zoë’s phone 🌿');
  await page.getByRole('button', { name: 'Save name' }).click();
  await expect(page.getByText('Zoë’s phone 🌿').first()).toBeVisible();

  await page.getByRole('link', { name: 'Set up an authenticator app' }).click();
  const authenticator = await scannedAuthenticator(page);
  await page.getByLabel('6-digit code').fill(await authenticator.code());
  await page.getByRole('button', { name: 'Finish setting up' }).click();
  await expect(page.getByRole('status')).toContainText('Your authenticator app is set up');
  await page.getByRole('link', { name: 'I have kept my codes' }).click();
  await expect(heading).toHaveText('Sign-in and security');
  await look(page, 'with a passkey and an authenticator app');

  await page.getByText('Rename or remove').click();
  await page.getByRole('button', { name: 'Remove Zoë’s phone 🌿' }).click();
  await expect(page.getByRole('status')).toContainText('Passkey removed');
  await expect(page.getByText('You have no passkeys')).toBeVisible();

  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('link', { name: 'Sign in again' }).click();
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByRole('alert')).toContainText('That passkey did not work here');
  await expect(page).toHaveURL('/sign-in');
});
