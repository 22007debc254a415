import type { Locator } from '@playwright/test';
import type { Sent } from './support.ts';
import { expect, heading, linkedAccount, newPatient, test } from './support.ts';

const laboratory = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] };
const laboratoryOrder = { coding: [{ system: 'http://snomed.info/sct', code: '108252007', display: 'Laboratory procedure' }] };

/** A value with the range of its laboratory. */
function measured(id: string, at: string, code: string, text: string, unit: string, value: number, range?: [number, number]): Sent {
  const quantity = (number: number): object => ({ value: number, unit, system: 'http://unitsofmeasure.org', code: unit });
  return {
    resourceType: 'Observation',
    id,
    status: 'final',
    category: [laboratory],
    code: { coding: [{ system: 'http://loinc.org', code, display: text }], text },
    effectiveDateTime: at,
    valueQuantity: quantity(value),
    referenceRange: range ? [{ low: quantity(range[0]), high: quantity(range[1]) }] : [],
  };
}

function results(): Sent[] {
  return [
    {
      resourceType: 'ServiceRequest',
      id: 'ordered',
      status: 'active',
      intent: 'order',
      category: [laboratoryOrder],
      code: { text: 'Diabetes check' },
      authoredOn: '2026-06-01',
    },
    {
      resourceType: 'ServiceRequest',
      id: 'waits',
      status: 'active',
      intent: 'order',
      category: [laboratoryOrder],
      code: { text: 'Thyroid tests' },
      authoredOn: '2026-06-12',
    },
    {
      resourceType: 'DiagnosticReport',
      id: 'report',
      status: 'final',
      category: [{ coding: [{ code: 'LAB' }] }],
      code: { text: 'Diabetes blood tests' },
      basedOn: [{ reference: 'ServiceRequest/ordered' }],
      effectiveDateTime: '2026-06-10',
      conclusion: 'Please see your nurse.',
      result: [{ reference: 'Observation/now' }, { reference: 'Observation/sugar' }],
      presentedForm: [{ contentType: 'text/plain', title: 'The whole report', data: 'SGVsbG8=' }],
    },
    measured('before', '2019-06-10', '59261-8', 'HbA1c', 'mmol/mol', 40, [20, 41]),
    measured('between', '2025-06-10', '4548-4', 'HbA1c', '%', 5.7, [4, 6]),
    measured('now', '2026-06-10', '59261-8', 'HbA1c', 'mmol/mol', 48, [20, 41]),
    measured('sugar', '2026-06-10', '14749-6', 'Glucose', 'mmol/L', 5.5),
  ];
}

/** Values that are no numbers: a ratio, and a code that has words. */
const told = { status: 'final', category: [laboratory], effectiveDateTime: '2026-06-11' };
const ratio: Sent = {
  ...told,
  resourceType: 'Observation',
  id: 'ratio',
  code: { text: 'Antinuclear antibody titre' },
  valueRatio: { numerator: { value: 1 }, denominator: { value: 128 } },
};
const coded: Sent = {
  ...told,
  resourceType: 'Observation',
  id: 'coded',
  code: { text: 'Hepatitis B surface antigen' },
  valueCodeableConcept: { coding: [{ system: 'http://snomed.info/sct', code: '260385009', display: 'Negative (qualifier value)' }] },
};

test('a report holds its values, and each is read over time', async ({ page, look }) => {
  test.slow();
  await linkedAccount(page, newPatient({ sent: [...results(), ratio, coded] }));
  const main = page.getByRole('main');

  await test.step('what is not back yet stands above the list', async () => {
    await page.goto('/record/results');
    await expect(page.getByRole('heading', { name: 'Tests that are not back yet' })).toBeVisible();
    await expect(main.getByRole('listitem').filter({ hasText: 'Thyroid tests' }).first()).toContainText('No result here yet');
    await expect(main.getByRole('listitem').filter({ hasText: 'Diabetes blood tests' })).toContainText('HbA1c (sugar over 3 months) 48 mmol/mol');
    await look(page, 'the list');
  });

  await test.step('a ratio and a code are read as words', async () => {
    for (const [name, value] of [['Antinuclear antibody titre', '1:128'], ['Hepatitis B surface antigen', 'Negative']] as const) {
      await expect(main.getByRole('listitem').filter({ hasText: name })).toContainText(value);
      await main.getByRole('link', { name }).first().click();
      await expect(heading(page)).toContainText(name);
      await expect(main).toContainText(value);
      await look(page, `a value that is no number: ${value}`);
      await page.goto('/record/results');
    }
  });

  await test.step('a report lists its values with the range that its laboratory gave', async () => {
    await main.getByRole('link', { name: 'Diabetes blood tests' }).click();
    await expect(heading(page)).toContainText('Diabetes blood tests');
    await expect(page.getByText('Please see your nurse.')).toBeVisible();
    const values = page.getByRole('table', { name: 'In the order of the report' });
    await expect(values).toContainText('20 to 41 mmol/mol');
    await expect(values).toContainText('or 6.5%');
    await expect(values).toContainText('No range was given');
    const whole = page.locator('section', { has: page.getByRole('heading', { name: 'The document', exact: true }) });
    await expect(whole).toContainText('Hello');
    await expect(whole.getByRole('link', { name: /^Download the file ?: The whole report$/ })).toBeVisible();
    await expect(page.getByRole('heading', { name: 'What happens next', exact: true })).toBeVisible();
    await expect(page.getByText('Whoever reported this wrote something with it.')).toBeVisible();
    await look(page, 'a report');
  });

  await test.step('its order leads to it', async () => {
    await page.getByRole('link', { name: 'Diabetes check' }).click();
    await expect(page.getByText('This was answered by:')).toBeVisible();
    await look(page, 'an order');
    await main.getByRole('link', { name: 'Diabetes blood tests' }).click();
  });

  await test.step('a value leads back to its report, and says its range on a line of numbers', async () => {
    await page.getByRole('table').getByRole('link', { name: 'HbA1c' }).click();
    await expect(page.getByText('Part of a report')).toBeVisible();
    await expect(page.locator('figcaption')).toContainText('range is 20 to 41 mmol/mol');
    await look(page, 'a value');
    await page.getByRole('link', { name: 'See this over time' }).click();
  });

  await test.step('over time it is a sentence, a picture and a table', async () => {
    await expect(heading(page)).toContainText('HbA1c (sugar over 3 months) over time');
    await expect(page.locator('figcaption')).toContainText('The newest is 48 mmol/mol, on 10 June 2026. It is 7 above the range');
    const table = page.getByRole('table', { name: 'Newest first' });
    await expect(table.getByRole('row')).toHaveCount(4);
    await expect(table).toContainText('39 mmol/mol');
    // A date never breaks within a word.
    const date = table.locator('.sh-unbroken').first();
    await expect(date).toHaveCSS('overflow-wrap', 'normal');
    // On a tablet it stands on several lines, so that there is room for what stands beside it.
    const before = page.viewportSize();
    await page.setViewportSize({ width: 800, height: 700 });
    await expect(date).toHaveCSS('white-space', 'normal');
    // Nothing moves sideways: where six columns do not fit, each row is a card.
    for (const width of [641, 800, 930]) {
      await page.setViewportSize({ width, height: 700 });
      await expect(table.getByRole('row').nth(1)).toHaveCSS('display', 'block');
      expect(await page.evaluate(() => document.documentElement.scrollWidth), `${width} px`).toBeLessThanOrEqual(width);
    }
    await page.setViewportSize({ width: 1280, height: 700 });
    await expect(table.getByRole('row').nth(1)).toHaveCSS('display', 'table-row');
    if (before) await page.setViewportSize(before);
    await look(page, 'over time');
    await page.getByRole('link', { name: '5 years' }).click();
    await expect(page).toHaveURL(/span=five/);
    await expect(page.getByRole('link', { name: '5 years' })).toHaveAttribute('aria-current', 'page');
    await look(page, 'five years');
  });

  await test.step('another result is drawn and listed below it, over the same time', async () => {
    await page.getByRole('link', { name: 'Show another result with it' }).click();
    await page.getByLabel('Which other result?').selectOption({ label: 'Glucose' });
    await look(page, 'choosing another result');
    await page.getByRole('button', { name: 'Show it' }).click();
    await expect(page).toHaveURL(/span=five&with=/);
    await expect(page.getByRole('heading', { name: 'Blood sugar', exact: true })).toBeVisible();
    await expect(page.getByRole('table', { name: 'Blood sugar, newest first' }).getByRole('row')).toHaveCount(2);
    await expect(page.getByRole('table', { name: 'HbA1c (sugar over 3 months), newest first' })).toBeVisible();
    await look(page, 'two results over time');
    await page.getByRole('link', { name: 'Blood sugar by itself' }).click();
    await expect(heading(page)).toContainText('Blood sugar over time');
  });
});

test('a blood pressure over time is two lines, a sentence and a table', async ({ page, look }) => {
  const part = (code: string, text: string, value: number): object => ({
    code: { coding: [{ system: 'http://loinc.org', code }], text },
    valueQuantity: { value, unit: 'mmHg' },
  });
  const pressure = (id: string, at: string, systolic: number, diastolic: number): Sent => ({
    resourceType: 'Observation',
    id,
    status: 'final',
    category: [{ coding: [{ code: 'vital-signs' }] }],
    code: { coding: [{ system: 'http://loinc.org', code: '85354-9' }], text: 'Blood pressure' },
    effectiveDateTime: at,
    component: [part('8480-6', 'Systolic blood pressure', systolic), part('8462-4', 'Diastolic blood pressure', diastolic)],
  });
  await linkedAccount(page, newPatient({ sent: [pressure('one', '2026-02-10', 138, 84), pressure('two', '2026-06-10', 152, 91)] }));
  await page.goto('/record/results');
  await page.getByRole('main').getByRole('link', { name: 'Blood pressure' }).first().click();
  await page.getByRole('link', { name: 'See this over time' }).click();
  await expect(heading(page)).toContainText('Blood pressure over time');
  await expect(page.locator('figcaption')).toContainText('The newest is 152/91 mmHg, on 10 June 2026.');
  await expect(page.locator('figcaption')).toContainText('The dashed line is: Bottom number (diastolic).');
  await expect(page.locator('.sh-chart__line--second')).toHaveCount(1);
  await expect(page.getByRole('table', { name: 'Newest first' }).getByRole('row')).toHaveCount(3);
  await look(page, 'a blood pressure over time');
});

test('a part of a panel is over time with what another laboratory measured alone', async ({ page, look }) => {
  const panel: Sent = {
    resourceType: 'Observation',
    id: 'panel',
    status: 'final',
    category: [laboratory],
    code: { coding: [{ system: 'http://loinc.org', code: '57698-3' }], text: 'Lipid panel' },
    effectiveDateTime: '2026-06-10',
    component: [
      { code: { coding: [{ system: 'http://loinc.org', code: '14646-4' }], text: 'HDL' }, valueQuantity: { value: 1.4, unit: 'mmol/L' } },
      { code: { coding: [{ system: 'http://loinc.org', code: '22748-8' }], text: 'LDL' }, valueQuantity: { value: 3.1, unit: 'mmol/L' } },
      { code: { text: 'Serum lipoprotein associated phospholipase A2 level' }, valueQuantity: { value: 150, unit: 'ug/L' } },
    ],
  };
  await linkedAccount(page, newPatient({ sent: [panel, measured('alone', '2026-02-10', '2085-9', 'HDL cholesterol', 'mg/dL', 50)] }));
  await page.goto('/record/results');
  await page.getByRole('main').getByRole('link', { name: 'Lipid panel' }).first().click();
  await look(page, 'a panel');
  await test.step('on a phone a long name stands below the name of its column, from one edge, and a short value beside it', async () => {
    const size = page.viewportSize();
    await page.setViewportSize({ width: 320, height: 640 });
    const row = page.getByRole('row', { name: /phospholipase/ });
    const stands = (cell: Locator): Promise<string> =>
      cell.evaluate((all) => {
        const [name, value] = [all.firstElementChild, all.lastElementChild].map((part) => part?.getBoundingClientRect());
        if (!name || !value) return 'missing';
        if (value.top < name.bottom) return 'beside';
        return Math.abs(value.left - name.left) < 2 ? 'below, from its edge' : 'below, apart';
      });
    const long = row.getByRole('rowheader');
    expect(await stands(long)).toBe('below, from its edge');
    await expect(long).toHaveCSS('text-align', 'start');
    expect(await stands(row.getByRole('cell').first())).toBe('beside');
    await look(page, 'a panel at 320 pixels');
    if (size) await page.setViewportSize(size);
  });
  await expect(page.getByRole('link', { name: 'See this over time' })).toHaveCount(1);
  await page.getByRole('link', { name: /See this over time.*HDL/ }).click();
  await expect(heading(page)).toContainText('Good cholesterol (HDL) over time');
  await expect(page.locator('figcaption')).toContainText('The newest is 1.4 mmol/L, on 10 June 2026.');
  await expect(page.locator('figcaption')).toContainText('The one before it was 50 mg/dL (1.3 mmol/L), on 10 February 2026.');
  const table = page.getByRole('table', { name: 'Newest first' });
  await expect(table.getByRole('row')).toHaveCount(3);
  await expect(table).toContainText('in \u201cLipid panel\u201d');
  await look(page, 'a part of a panel over time');
  await table.getByRole('link', { name: '10 June 2026' }).click();
  await expect(heading(page)).toContainText('Fats in the blood');
  await expect(page.getByRole('main')).toContainText('Called in the record: Lipid panel');
});

test('with script a trend is read by keyboard', async ({ page, javaScriptEnabled }) => {
  test.skip(!javaScriptEnabled, 'without script the table says the same');
  await linkedAccount(page, newPatient({ sent: results() }));
  await page.goto('/record/results');
  await page.getByRole('link', { name: 'Diabetes blood tests' }).click();
  await page.getByRole('table').getByRole('link', { name: 'HbA1c' }).click();
  await page.getByRole('link', { name: 'See this over time' }).click();
  const chart = page.getByRole('application', { name: /use the arrow keys/ });
  await chart.focus();
  await page.keyboard.press('ArrowLeft');
  await expect(page.locator('.sh-chart__read')).toContainText('48 mmol/mol');
  await page.keyboard.press('ArrowLeft');
  await expect(page.locator('.sh-chart__read')).toContainText('5.7% (39 mmol/mol)');
  // And looked at closer and wider.
  await page.keyboard.press('+');
  await expect(page).toHaveURL(/span=five/);
  await expect(page.getByRole('link', { name: '5 years' })).toHaveAttribute('aria-current', 'page');
  await chart.focus();
  await page.keyboard.press('-');
  await expect(page).toHaveURL(/span=all/);
});
