import type { Sent } from './support.ts';
import { expect, heading, linkedAccount, newPatient, test } from './support.ts';

const concept = (system: string, code: string, text: string): object => ({ coding: [{ system, code, display: text }], text });
const SNOMED = 'http://snomed.info/sct';

/** One of each kind that is explained, by the codes of the United Kingdom. */
const SENT: Sent[] = [
  {
    resourceType: 'Condition',
    id: 'copd',
    code: concept(SNOMED, '13645005', 'Chronic obstructive pulmonary disease'),
    clinicalStatus: { coding: [{ code: 'active' }] },
    onsetDateTime: '2020-02-01',
  },
  {
    resourceType: 'Observation',
    id: 'ferritin',
    status: 'final',
    category: [{ coding: [{ code: 'laboratory' }] }],
    code: concept('http://loinc.org', '2276-4', 'Serum ferritin level'),
    effectiveDateTime: '2026-06-10',
    valueQuantity: { value: 40, unit: 'ug/L' },
  },
  {
    resourceType: 'Procedure',
    id: 'tracing',
    status: 'completed',
    code: concept(SNOMED, '29303009', 'Electrocardiographic procedure'),
    performedDateTime: '2026-05-10',
  },
  {
    resourceType: 'Immunization',
    id: 'flu',
    status: 'completed',
    vaccineCode: concept(SNOMED, '1181000221105', 'Influenza virus antigen only vaccine product'),
    occurrenceDateTime: '2025-10-10',
  },
];

test('an entry says what it is in plain words, and says so where there are none', async ({ page, look }) => {
  test.slow();
  await linkedAccount(page, newPatient({ repeats: [{ name: 'Lisinopril 10mg tablets', dose: 'Take one a day' }], sent: SENT }));
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

  await test.step('a condition, a test, a procedure and a vaccine, each by its code', async () => {
    for (const [list, name, says, first] of [
      ['problems', 'Chronic obstructive pulmonary disease', 'the lungs are hurt', 'Chronic obstructive pulmonary disease'],
      ['results', 'Serum ferritin level', 'The body stores iron', 'Ferritin (stored iron)'],
      ['procedures', 'Electrocardiographic procedure', 'Small pads are stuck on your chest', 'Electrocardiographic procedure'],
      ['immunisations', 'Influenza virus antigen only vaccine product', 'It helps the body to fight flu', 'Influenza virus antigen'],
    ] as const) {
      await page.goto(`/record/${list}`);
      await page.getByRole('main').getByRole('link', { name }).first().click();
      await expect(heading(page)).toContainText(first);
      await expect(page.getByRole('main')).toContainText(name);
      await expect(about).toContainText(says);
      await expect(about).toContainText('Last checked');
      await look(page, `words of ${list}`);
    }
  });

  await test.step('what has no words says so', async () => {
    await page.goto('/record/results');
    await page.getByRole('main').getByRole('link', { name: 'Potassium' }).click();
    await expect(heading(page)).toContainText('Potassium');
    await expect(about).toContainText('We have no plain words for this yet');
    await look(page, 'without words');
  });
});
