import { expect, heading, linkedAccount, newName, newPatient, PRACTICE, summary, test } from './support.ts';

const observation = (name: string, kilos: number): object => ({
  resourceType: 'Observation',
  status: 'final',
  identifier: [{ system: 'urn:scales', value: name }],
  code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
  effectiveDateTime: '2026-02-02T08:00:00Z',
  valueQuantity: { value: kilos, system: 'http://unitsofmeasure.org', code: 'kg' },
});

test('a citizen connects a device, which sends a reading, and takes out what it sent', async ({ page, look, playwright, baseURL }) => {
  test.slow();
  await linkedAccount(page, newPatient({ source: PRACTICE, given: newName() }));
  let token = '';

  await test.step('they connect it', async () => {
    await page.goto('/readings');
    await page.getByRole('link', { name: 'Devices that may add readings' }).click();
    await expect(heading(page)).toHaveText('Devices that may add readings');
    await look(page);
    await page.getByRole('link', { name: 'Connect a device' }).click();
    await look(page, 'connecting');
    await page.getByRole('button', { name: 'Connect the device' }).click();
    await expect(summary(page)).toContainText('Enter a name for the device');
    await look(page, 'with errors');
    await page.getByLabel('What do you call it?').fill('Kitchen scales');
    await page.getByLabel('Weight').check();
    await page.getByRole('button', { name: 'Connect the device' }).click();
    await expect(heading(page)).toHaveText('Kitchen scales');
    await expect(page.getByText('Copy it now. We cannot show it again.')).toBeVisible();
    token = (await page.locator('.sh-secret__group').allTextContents()).join('');
    await look(page, 'with its token');
  });

  await test.step('it sends a reading', async () => {
    const program = await playwright.request.newContext({ baseURL, extraHTTPHeaders: { authorization: `Bearer ${token}` } });
    const send = async (body: object): Promise<number> => {
      const headers = { 'content-type': 'application/fhir+json' };
      return (await program.post('/fhir/device/R4/Observation', { data: JSON.stringify(body), headers })).status();
    };
    expect(await send(observation('1', 70.4))).toBe(201);
    expect(await send(observation('1', 70.4))).toBe(200);
    expect(await send(observation('2', 7040))).toBe(422);
    await program.dispose();
    await page.goto('/readings/weight?span=all');
    await expect(page.getByText('From a connected device (Kitchen scales)').first()).toBeVisible();
    await look(page, 'from a device');
  });

  await test.step('they take out what it sent', async () => {
    await page.goto('/readings/devices');
    await look(page, 'with a device');
    await page.getByRole('link', { name: 'Kitchen scales' }).click();
    await expect(page.getByText(token)).toHaveCount(0);
    await look(page, 'a device');
    await page.getByText('Take out all that it sent').first().click();
    await page.getByRole('button', { name: 'Take out all that it sent' }).click();
    await expect(page.getByText('What it sent was taken out again')).toBeVisible();
    await look(page, 'taken out');
    await page.goto('/readings/weight?span=all');
    await expect(page.getByText('Nothing is recorded yet')).toBeVisible();
  });
});
