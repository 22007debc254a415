import { deflateSync } from 'node:zlib';

import type { Page } from '@playwright/test';

import { atWork, expect, heading, linkedAccount, newName, newPatient, PRACTICE, summary, test } from './support.ts';

/** A chunk of a PNG. */
function chunk(kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
  let crc = 0xff_ff_ff_ff;
  for (const byte of body) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xed_b8_83_20 : crc >>> 1;
  }
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length);
  ends.writeUInt32BE(~crc >>> 0, 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

/** A picture of this size, as a phone or a screenshot would be. */
function picture(width: number, height: number): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.alloc((3 * width + 1) * height, 190);
  for (let row = 0; row < height; row++) rows[row * (3 * width + 1)] = 0;
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

const file = (name: string, buffer: Buffer) => ({ name, mimeType: 'image/png', buffer });
const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();

test('a citizen adds a photo to a reading, and their GP sees it', async ({ page, otherBrowser, look }) => {
  test.slow();
  const patient = newPatient({ source: PRACTICE, given: newName() });
  await linkedAccount(page, patient);
  const shown = page.getByRole('img', { name: /^Photo added with/ });

  await test.step('with the reading itself', async () => {
    await page.goto('/readings/weight/new');
    await page.getByLabel('Your weight').fill('heavy');
    await page.getByText('Add a note or a photo').click();
    await page.getByLabel('Photo (if you want)').setInputFiles(file('scales.png', picture(900, 1200)));
    await press(page, 'Save');
    await expect(summary(page)).toContainText('Choose the photo again');
    await look(page, 'with errors');
    await page.getByLabel('Your weight').fill('72.4');
    await page.getByLabel('Photo (if you want)').setInputFiles(file('scales.heic', Buffer.from('\0\0\0\u0018ftypheic\0\0\0\0')));
    await press(page, 'Save');
    await expect(summary(page)).toContainText('iPhone photo');
    await page.getByLabel('Photo (if you want)').setInputFiles(file('scales.png', picture(900, 1200)));
    await press(page, 'Save');
    await expect(page.getByRole('status')).toContainText('Your reading is saved');
    await expect(shown).toBeVisible();
    await expect.poll(() => shown.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(480);
    await look(page, 'with its photo');
  });

  await test.step('another in its place, with words', async () => {
    await page.getByRole('link', { name: 'Put another photo in its place' }).click();
    await expect(heading(page)).toHaveText('Add a photo');
    await look(page);
    await press(page, 'Save the photo');
    await expect(summary(page)).toContainText('Choose a photo first');
    await look(page, 'without a file');
    await page.getByLabel('Photo', { exact: true }).setInputFiles(file('display.png', picture(400, 300)));
    await page.getByLabel('What does it show?').fill('The display');
    await press(page, 'Save the photo');
    await expect(page.getByRole('status')).toContainText('The photo is saved');
    await expect(page.getByRole('img', { name: 'Photo added with this reading: The display' })).toBeVisible();
    await page.getByText('Photos of before').click();
    await look(page, 'with another photo');
  });

  await test.step('the GP sees it', async () => {
    const gp = await otherBrowser();
    await atWork(gp, PRACTICE, 'clinician', 'Dr Photo');
    await gp.goto('/team/people');
    await gp.getByLabel('NHS number').fill(patient.nhsNumber);
    await gp.getByLabel('To give care').check();
    await press(gp, 'Find');
    await gp.getByRole('link', { name: patient.name }).click();
    await gp.getByRole('link', { name: 'Their readings from home' }).click();
    await gp.getByRole('link', { name: 'Weight' }).click();
    await expect(gp.getByText('With a photo')).toBeVisible();
    await gp.getByRole('link', { name: '72.4 kg' }).click();
    const seen = gp.getByRole('img', { name: 'Photo added with this reading: The display' });
    await expect.poll(() => seen.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(400);
    await expect(gp.getByRole('button', { name: 'Remove the photo' })).toHaveCount(0);
    await look(gp, 'as a GP');
  });

  await test.step('and it is removed', async () => {
    await page.getByText('Remove the photo').first().click();
    await press(page, 'Remove the photo');
    await expect(page.getByRole('status')).toContainText('The photo is removed');
    await expect(page.getByRole('img', { name: /^Photo added/ })).toHaveCount(0);
    await expect(page.getByRole('link', { name: 'Add a photo' })).toBeVisible();
  });
});
