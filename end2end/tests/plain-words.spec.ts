import { expect, heading, linkedAccount, newPatient, test } from './support.ts';

test('an entry says what it is in plain words, and says so where there are none', async ({ page, look }) => {
  await linkedAccount(page, newPatient({ repeats: [{ name: 'Lisinopril 10mg tablets', dose: 'Take one a day' }] }));
  const about = page.locator('section', { has: page.getByRole('heading', { name: 'What this is' }) });

  await test.step('a medicine, from the list of medicines and from the record', async () => {
    for (const list of ['/medicines', '/record/medicines']) {
      await page.goto(list);
      await page.getByRole('main').getByRole('link', { name: 'Lisinopril 10mg tablets' }).first().click();
      await expect(about).toContainText('Most people take it for high blood pressure');
      await expect(about).toContainText('Last checked');
      await look(page, `from ${list}`);
    }
  });

  await test.step('it leads to where there is more to read, and says that this leaves the site', async () => {
    const more = about.getByRole('link', { name: /Read more on the NHS website/ });
    await expect(more).toHaveAttribute('href', /^https:\/\/www\.nhs\.uk\//);
    await expect(more).toHaveAttribute('rel', 'noreferrer');
    await expect(about).toContainText('It leaves this site');
  });

  await test.step('what has no words says so', async () => {
    await page.goto('/record/results');
    await page.getByRole('main').getByRole('link', { name: 'Potassium' }).click();
    await expect(heading(page)).toContainText('Potassium');
    await expect(about).toContainText('We have no plain words for this yet');
    await look(page, 'without words');
  });
});
