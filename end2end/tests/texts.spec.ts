import { randomUUID } from 'node:crypto';

import type { APIRequestContext } from '@playwright/test';

import { expect, heading, linkedAccount, newMobile, newName, newPatient, PRACTICE, test, texted, textedCode } from './support.ts';

const SECRET = 'what-hands-over-the-texts-of-these-tests';

/** Hands a text message over, as whoever receives them does. */
async function send(request: APIRequestContext, from: string, message: string, secret = SECRET): Promise<number> {
  const answer = await request.post('/texts/received', {
    headers: { Authorization: `Bearer ${secret}` },
    data: { id: randomUUID(), source_number: from.slice(1), message, date_received: new Date().toISOString() },
  });
  return answer.status();
}

test('a citizen lets readings come by text, sends one, and takes it out again', async ({ page, request, look }) => {
  test.slow();
  await linkedAccount(page, newPatient({ source: PRACTICE, given: newName() }));
  const number = newMobile();
  const whole = `+44${number.slice(1).replace(' ', '')}`;

  await test.step('they give their number', async () => {
    await page.goto('/account/mobile');
    await expect(page.getByText('Readings by text message')).toBeHidden();
    await look(page);
    await page.getByLabel('Mobile number').fill(number);
    await page.getByRole('button', { name: 'Send me the code' }).click();
    await page.getByLabel('6-digit code').fill(await textedCode(whole));
    await page.getByRole('button', { name: 'Save my number' }).click();
    await expect(page.getByRole('status')).toContainText('Your mobile number is saved');
  });

  await test.step('nothing is heard until they choose it', async () => {
    expect(await send(request, whole, 'BP 120/80')).toBe(204);
    expect(await send(request, whole, 'BP 120/80', 'what-somebody-else-says-who-knows-nothing')).toBe(401);
    await page.goto('/readings');
    await expect(page.getByText('Nothing is recorded yet')).toBeVisible();
    await page.goto('/account/mobile');
    await look(page, 'with a number');
    await page.getByRole('button', { name: 'Let me send readings by text' }).click();
    await expect(page.getByRole('status')).toContainText('You can now send readings by text message');
    await expect(page.getByText('07700 900999')).toBeVisible();
    await look(page, 'taking readings');
  });

  await test.step('one is noted, answered, and says where it came from', async () => {
    expect(await send(request, whole, 'BP 142/88')).toBe(204);
    expect(await texted(whole, /Noted at .*/)).toContain('blood pressure 142/88 mmHg. Not right? Reply WRONG.');
    await page.goto('/readings/blood-pressure');
    await page.getByRole('link', { name: '142/88 mmHg' }).click();
    await expect(page.getByText('From a text message')).toBeVisible();
    await look(page, 'a reading that was texted');
  });

  await test.step('what cannot be understood says how to write it', async () => {
    expect(await send(request, whole, 'good morning')).toBe(204);
    expect(await texted(whole, /We did not understand.*/)).toContain('BP 142/88');
  });

  await test.step('WRONG takes it out again', async () => {
    expect(await send(request, whole, 'wrong')).toBe(204);
    await texted(whole, /Taken out again: blood pressure/);
    await page.goto('/readings/blood-pressure');
    await expect(heading(page)).toHaveText('Blood pressure');
    await expect(page.getByText('142/88 mmHg')).toBeHidden();
  });

  await test.step('STOP takes no more from the number', async () => {
    expect(await send(request, whole, 'STOP')).toBe(204);
    await texted(whole, /We take no more readings from this number/);
    await page.goto('/account/mobile');
    await expect(page.getByRole('button', { name: 'Let me send readings by text' })).toBeVisible();
  });
});
