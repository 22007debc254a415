import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, heading, linkedAccount, newName, newPatient, type Patient, selfheal, test } from './support.ts';

/** A discharge summary as hospitals send it. */
const DISCHARGE = readFileSync(new URL('../../crates/fhir/tests/documents/discharge.xml', import.meta.url));
/** A letter that would run, follow and load something, if it could. */
const HOSTILE =
  '<h1>Your eyes</h1><p onclick="document.title=\'ran\'">We found <b>small</b> changes.</p>' +
  '<table><tr><th>Eye<th>Line<tr><td>Left<td>6/9</table><script>document.title="ran"</script>' +
  '<img src="https://track.example/x.gif" onerror="document.title=\'ran\'"><a href="javascript:void(0)">press</a>';

/** A PDF of one page with these words. */
const pdf = (words: string): Buffer => {
  const content = `BT /F1 12 Tf 72 700 Td (${words}) Tj ET`;
  return Buffer.from(
    '%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n' +
      '3 0 obj\n<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>\nendobj\n' +
      `4 0 obj\n<</Length ${content.length}>>\nstream\n${content}\nendstream\nendobj\n` +
      '5 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>\nendobj\n' +
      'trailer\n<</Root 1 0 R/Size 6>>\nstartxref\n0\n%%EOF\n',
  );
};
/** A picture, as PNG. */
const PICTURE = readFileSync(new URL('../../public/apple-touch-icon.png', import.meta.url));

/** A scan of pages that are grey all over, as TIFF. */
const scan = (pages: number): Buffer => {
  const [width, height] = [200, 280];
  const parts = [Buffer.from('II*\0\x08\0\0\0', 'latin1')];
  let at = 8;
  for (let page = 1; page <= pages; page += 1) {
    const points = at + 2 + 8 * 12 + 4;
    const next = points + width * height;
    const tags = [[256, width], [257, height], [258, 8], [259, 1], [262, 1], [273, points], [278, height], [279, width * height]];
    const head = Buffer.alloc(points - at);
    head.writeUInt16LE(tags.length, 0);
    for (const [place, [tag = 0, value = 0]] of tags.entries()) {
      head.writeUInt16LE(tag, 2 + place * 12);
      head.writeUInt16LE(4, 4 + place * 12);
      head.writeUInt32LE(1, 6 + place * 12);
      head.writeUInt32LE(value, 10 + place * 12);
    }
    head.writeUInt32LE(page === pages ? 0 : next, head.length - 4);
    parts.push(head, Buffer.alloc(width * height, 240 - page * 20));
    at = next;
  }
  return Buffer.concat(parts);
};

/** Brings letters into somebody's record, each with a file. */
function bring(patient: Patient, letters: { id: string; title: string; contentType: string; bytes: Buffer }[]): void {
  const subject = { reference: `Patient/patient-${patient.nhsNumber}` };
  const entry = letters.map(({ id, title, contentType, bytes }) => ({
    resource: {
      resourceType: 'DocumentReference',
      id: `${id}-${patient.nhsNumber}`,
      status: 'current',
      subject,
      type: { text: 'Hospital letter' },
      description: title,
      date: '2026-08-03T10:00:00Z',
      content: [{ attachment: { contentType, data: bytes.toString('base64') } }],
    },
  }));
  const person = {
    resource: {
      resourceType: 'Patient',
      id: `patient-${patient.nhsNumber}`,
      identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: patient.nhsNumber }],
      name: [{ family: patient.familyName, given: ['Wren'] }],
      birthDate: '1980-03-31',
    },
  };
  const file = join(mkdtempSync(join(tmpdir(), 'letters-')), 'letters.json');
  writeFileSync(file, JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry: [person, ...entry] }));
  selfheal('import', 'fhir', file, '--source', 'E2E', '--source-name', 'Brook Lane Surgery');
}

test('a citizen reads letters, and is told what changed and what to do first', async ({ page, look }) => {
  test.slow();
  const patient = newPatient({ given: newName() });
  bring(patient, [
    { id: 'discharge', title: 'Discharge summary', contentType: 'application/hl7-cda+xml', bytes: DISCHARGE },
    { id: 'eyes', title: 'Eye clinic', contentType: 'text/html', bytes: Buffer.from(HOSTILE) },
    { id: 'feet', title: 'Foot clinic', contentType: 'application/rtf', bytes: Buffer.from(String.raw`{\rtf1 Dear Wren\par\b Plan:\b0  come again\par}`) },
    { id: 'scan', title: 'Old letter', contentType: 'application/pdf', bytes: Buffer.from('%PDF-1.4\n% a page that is a picture\n') },
    { id: 'skin', title: 'Skin clinic', contentType: 'application/pdf', bytes: pdf('Dear Wren, your skin is well. Come back next May.') },
    { id: 'paper', title: 'Nose clinic', contentType: 'image/tiff', bytes: scan(2) },
    { id: 'photo', title: 'Photo of the hand', contentType: 'image/png', bytes: PICTURE },
  ]);
  await linkedAccount(page, patient);
  const list = page.getByRole('main').getByRole('list').first();
  const open = async (title: string): Promise<void> => {
    await page.goto('/record/documents');
    await page.getByRole('main').getByRole('link', { name: title }).click();
    await expect(heading(page)).toContainText(title);
  };

  await test.step('what is new is marked', async () => {
    await page.goto('/record/documents');
    await expect(list.getByText('New', { exact: true })).toHaveCount(7);
    await look(page, 'new letters');
  });

  await test.step('a discharge summary, by its headings', async () => {
    await open('Discharge summary');
    const headings = await page.getByRole('main').getByRole('heading').allInnerTexts();
    const at = (words: string): number => headings.findIndex((text) => text.includes(words));
    expect(at('What you were told to do')).toBeGreaterThan(-1);
    expect(at('What you were told to do')).toBeLessThan(at('Changes to your medicines'));
    expect(at('Changes to your medicines')).toBeLessThan(at('Diagnoses'));
    await expect(page.getByRole('listitem').filter({ hasText: 'Aspirin 75 mg tablets' })).toContainText('Why: Bleeding risk with apixaban');
    await look(page, 'a discharge summary');
    const size = page.viewportSize();
    await page.setViewportSize({ width: 320, height: 640 });
    const tables = page.getByRole('main').locator('.sh-letter .sh-document__table');
    await expect(tables.first()).toBeVisible();
    for (const table of await tables.all()) {
      expect(await table.evaluate((frame) => frame.scrollWidth - frame.clientWidth)).toBeLessThanOrEqual(0);
    }
    await look(page, 'a discharge summary at 320 pixels');
    if (size) await page.setViewportSize(size);
  });

  await test.step('a web page, of which only the words are here', async () => {
    await open('Eye clinic');
    await expect(page.getByRole('cell', { name: '6/9' })).toBeVisible();
    await expect(page.getByRole('main').locator('img, script, [onclick]')).toHaveCount(0);
    await expect(page.getByRole('main').getByRole('link', { name: 'press' })).toHaveCount(0);
    await expect(page).not.toHaveTitle('ran');
    await look(page, 'a web page');
  });

  await test.step('rich text, and a scan', async () => {
    await open('Foot clinic');
    await expect(page.getByText('come again')).toBeVisible();
    await open('Old letter');
    await expect(page.getByRole('main')).toContainText('ask Brook Lane Surgery');
    await look(page, 'a scan');
  });

  await test.step('a PDF, with its words, and a picture', async () => {
    await open('Skin clinic');
    await expect(page.getByRole('heading', { name: 'The words of this PDF' })).toBeVisible();
    await expect(page.getByText('Dear Wren, your skin is well. Come back next May.')).toBeVisible();
    await expect(page.getByRole('link', { name: /^Open the PDF/ })).toBeVisible();
    await look(page, 'a PDF with words');
    await open('Photo of the hand');
    await expect(page.getByRole('link', { name: /^Open the picture/ })).toBeVisible();
    const picture = page.getByRole('img', { name: 'Picture: Photo of the hand' });
    await expect(picture).toBeVisible();
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
    await look(page, 'a picture');
  });

  await test.step('a letter that was scanned, page by page', async () => {
    await open('Nose clinic');
    await expect(page.getByRole('main')).toContainText('This is a scan: its pages are pictures');
    for (const number of [1, 2]) {
      const scanned = page.getByRole('img', { name: `Scanned page ${number} of 2: Nose clinic` });
      await expect(scanned).toBeVisible();
      await expect.poll(() => scanned.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(200);
      await look(page, `page ${number} of a scan`);
      if (number === 1) {
        await page.getByRole('link', { name: 'Next page' }).click();
      }
    }
    await expect(page.getByRole('link', { name: 'Next page' })).toHaveCount(0);
    await expect(page.getByRole('link', { name: 'Page before' })).toBeVisible();
  });

  await test.step('a letter is found by a word of its file', async () => {
    await page.goto('/record/search?q=come+again');
    const main = page.getByRole('main');
    await expect(main.getByRole('link', { name: 'Foot clinic' })).toBeVisible();
    await expect(main.locator('mark').first()).toHaveText('come');
    await look(page, 'a word of a file');
  });

  await test.step('a file is saved as it came, and runs nothing', async () => {
    await open('Eye clinic');
    const saved = page.waitForEvent('download');
    await page.getByRole('link', { name: /^Download the file/ }).click();
    const download = await saved;
    expect(download.suggestedFilename()).toBe('Eye clinic.html');
    expect(readFileSync(await download.path(), 'utf8')).toBe(HOSTILE);
  });

  await test.step('what was read is new no more', async () => {
    await page.goto('/record/documents');
    await expect(list.getByText('New', { exact: true })).toHaveCount(0);
    bring(patient, [{ id: 'again', title: 'Ear clinic', contentType: 'text/plain', bytes: Buffer.from('Dear Wren') }]);
    await page.goto('/record/documents');
    await expect(list.getByText('New', { exact: true })).toHaveCount(1);
    await page.getByRole('button', { name: 'Mark all as read' }).click();
    await expect(page.getByRole('status')).toContainText('All letters and documents are marked as read');
    await expect(list.getByText('New', { exact: true })).toHaveCount(0);
  });
});
