import { sheets } from './pdf.ts';
import { cast, expect, signIn, test } from './support.ts';

test('an entry of another person is answered just as an entry that is nowhere', async ({ page, otherBrowser, look }, info) => {
  const people = cast(info.project.name);
  const other = await otherBrowser();
  await signIn(other, people.reader);
  await other.goto('/record/problems');
  await other.locator('.sh-entry__link').first().click();
  await expect(other).toHaveURL(/\/record\/entries\//);
  const theirs = new URL(other.url()).pathname;
  const title = await other.getByRole('heading', { level: 1 }).innerText();

  await signIn(page, people.owner);
  const answer = async (path: string): Promise<[number | undefined, string]> => {
    const response = await page.goto(path);
    return [response?.status(), await page.locator('body').innerText()];
  };
  const nowhere = await answer('/record/entries/01936b8e-0000-7000-8000-000000000000');
  expect(nowhere[0]).toBe(404);
  expect(await answer(theirs)).toEqual(nowhere);
  expect(await answer(`${theirs}/versions/1`)).toEqual(nowhere);
  expect(nowhere[1]).not.toContain(title);
  await look(page, 'not found, signed in');
});

test('a summary is one page to read, to print and to take along', async ({ page, look }, info) => {
  await signIn(page, cast(info.project.name).reader);
  await page.goto('/record');
  await page.getByRole('link', { name: 'Your summary' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Your summary' })).toBeVisible();
  for (const part of ['Allergies and bad reactions', 'Medicines now', 'Health problems now', 'Vaccinations', 'People to tell']) {
    await expect(page.getByRole('heading', { level: 2, name: part })).toBeVisible();
  }
  await look(page, 'summary');
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'download it as a PDF' }).click();
  expect((await download).suggestedFilename()).toMatch(/^selfheal-summary-\d{4}-\d\d-\d\d\.pdf$/);
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('link', { name: 'download it as a PDF' })).toBeHidden();
});

test('each sheet of a printed page says whose it is', async ({ page }, info) => {
  await signIn(page, cast(info.project.name).reader);
  // The first says on its own sheet in its own words whose it is, the other in the line of all pages.
  for (const path of ['/record/summary', '/record/medicines']) {
    await page.goto(path);
    const whose = ((await page.locator('html').getAttribute('data-whose')) ?? '').replace(/\s/g, '');
    expect(whose).toContain('NHSnumber');
    const all = sheets(await page.pdf({ format: 'A6', margin: { top: '2cm', bottom: '2cm' } }));
    expect(all.length, path).toBeGreaterThan(1);
    for (const [at, words] of all.entries()) {
      expect(words.split(whose).length - 1, `sheet ${at + 1} of ${path}: ${words}`).toBe(1);
    }
  }
});
