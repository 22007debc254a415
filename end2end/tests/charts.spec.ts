import type { Locator, Page } from '@playwright/test';

import { cast, expect, fillDate, heading, linkedAccount, newName, newPatient, PRACTICE, selfheal, signIn, test } from './support.ts';

/** Records one number now, or on another day at 8 in the morning. */
async function record(page: Page, measure: string, label: string, number: string, day?: Date): Promise<void> {
  await page.goto(`/readings/${measure}/new`);
  await page.getByLabel(label).fill(number);
  if (day) {
    await page.getByText('It was not now').click();
    await fillDate(page, { day: `${day.getDate()}`, month: `${day.getMonth() + 1}`, year: `${day.getFullYear()}` });
    await page.getByRole('textbox', { name: 'Time' }).fill('8am');
  }
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('status')).toContainText('Your reading is saved');
}

/** What the charts say in words. */
const captions = (page: Page): Locator => page.locator('figcaption');

const daysAgo = (days: number): Date => new Date(Date.now() - days * 24 * 60 * 60 * 1000);

test('two measures stand together, a chart moves, and BMI is worked out', async ({ page, look }) => {
  test.slow();
  await linkedAccount(page, newPatient({ source: PRACTICE, given: newName() }));
  for (const [number, days] of [['80', 40], ['79', 39], ['78', 5], ['77', 4], ['76', 1]] as const) {
    await record(page, 'weight', 'Your weight', number, daysAgo(days));
  }
  await record(page, 'steps', 'How many steps?', '6000', daysAgo(4));
  await record(page, 'height', 'Your height', '175');

  await page.goto('/readings/weight');
  await expect(captions(page).first()).toContainText('In the last 4 weeks: 3 readings, on average 77 kg');
  await look(page, 'days are missing');
  await page.getByText('Show something else with it').click();
  await page.getByLabel('What else?').selectOption('Steps');
  await page.getByRole('button', { name: 'Show it' }).click();
  await expect(page).toHaveURL(/with=steps/);
  await expect(captions(page).last()).toHaveText('In the last 4 weeks: 6000 steps on 1 day.');
  // On paper its words stand only above the table itself.
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByText('The same as a table')).toBeHidden();
  await page.emulateMedia({ media: null });
  await page.getByText('The same as a table').click();
  await expect(page.getByRole('table', { name: 'Weight and steps' }).getByRole('row')).toHaveCount(4);
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('table', { name: 'Weight and steps' })).toBeVisible();
  await page.emulateMedia({ media: null });
  await look(page, 'two together');
  await page.getByRole('link', { name: 'Earlier' }).click();
  await expect(captions(page).first()).toHaveText(/^From .*: 2 readings, on average 79.5 kg/);
  await expect(page).toHaveURL(/until=.*with=steps/);
  await look(page, 'earlier');
  await page.getByRole('link', { name: 'Wider' }).click();
  await expect(page).toHaveURL(/span=year/);

  await page.goto('/readings/weight');
  await page.getByRole('link', { name: 'Your body mass index (BMI)' }).click();
  await expect(page.getByText('Your BMI is 24.8. That is in the healthy weight range.')).toBeVisible();
  await look(page);

  // Two on one day: that day can be looked at by itself, by its hours.
  await record(page, 'weight', 'Your weight', '76');
  await record(page, 'weight', 'Your weight', '75');
  await page.goto('/readings/weight?span=week');
  await page.getByRole('link', { name: 'Closer' }).click();
  await expect(page).toHaveURL(/span=day/);
  await expect(captions(page)).toContainText('Today: 2 readings, on average 75.5 kg');
  await expect(page.locator('.sh-chart text', { hasText: 'midday' })).toBeVisible();
  await look(page, 'a day');
  await page.getByRole('link', { name: 'Wider' }).click();
  await expect(page).toHaveURL(/span=week/);
});

test('each symptom has a chart of its own', async ({ page, look }) => {
  test.slow();
  await linkedAccount(page, newPatient({ source: PRACTICE, given: newName() }));
  for (const [note, number] of [['Cough', '3'], ['Headache', '8'], ['cough', '5']] as const) {
    await page.goto('/readings/symptoms/new');
    await page.getByLabel('How bad is it?').fill(number);
    await page.getByLabel('What is it?').fill(note);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByRole('status')).toContainText('Your reading is saved');
  }
  await page.goto('/readings/symptoms');
  await expect(captions(page)).toHaveCount(2);
  await expect(captions(page).first()).toContainText('2 readings, on average 4 out of 10');
  await expect(captions(page).last()).toContainText('1 reading, 8 out of 10');
  await look(page, 'two symptoms');
});

test('with script a chart is read by keyboard, looked at closer, and kept new', async ({ page, context, look, javaScriptEnabled }) => {
  test.skip(!javaScriptEnabled, 'each step is a page of its own without script');
  test.slow();
  await linkedAccount(page, newPatient({ source: PRACTICE, given: newName() }));
  await record(page, 'weight', 'Your weight', '80', daysAgo(3));
  await record(page, 'weight', 'Your weight', '79', daysAgo(2));
  await page.goto('/readings/weight');
  const chart = page.getByRole('application', { name: 'Chart: use the arrow keys' });
  await expect(chart).toBeVisible();
  await page.evaluate(() => document.body.setAttribute('data-same', 'yes'));
  const same = page.locator('body[data-same=yes]');
  const said = page.locator('.sh-chart__read');

  await chart.focus();
  // What stands beside the axis is not crossed by the mark of where they are.
  await expect(chart).not.toHaveCSS('box-shadow', /inset/);
  await page.keyboard.press('ArrowLeft');
  await expect(said).toHaveText(/8am: 79 kg$/);
  await page.keyboard.press('ArrowLeft');
  await expect(said).toHaveText(/8am: 80 kg$/);
  await expect(page.locator('.sh-chart__ring')).toBeVisible();
  await page.keyboard.press('End');
  await expect(said).toHaveText(/8am: 79 kg$/);
  await look(page, 'a point is read');

  await page.keyboard.press('-');
  await expect(page).toHaveURL(/span=year/);
  await expect(captions(page)).toContainText('In the last year: 2 readings');
  await page.keyboard.press('+');
  await expect(page).toHaveURL(/span=month/);
  await page.getByRole('link', { name: 'Closer' }).click();
  await expect(page).toHaveURL(/span=week/);
  await page.goBack();
  await expect(page).toHaveURL(/span=month/);
  await expect(captions(page)).toContainText('In the last 4 weeks: 2 readings');
  await expect(same).toHaveCount(1);

  // What is recorded in another tab is there without loading the page again.
  const other = await context.newPage();
  await record(other, 'weight', 'Your weight', '78');
  await expect(captions(page)).toContainText('In the last 4 weeks: 3 readings');
  await expect(page.getByRole('link', { name: '78 kg' })).toBeVisible();
  await expect(same).toHaveCount(1);
});

/** The ways in which a chart is looked at. */
const WAYS = [
  { way: 'light', media: { colorScheme: 'light', media: 'screen' }, width: 1280 },
  { way: 'dark', media: { colorScheme: 'dark', media: 'screen' }, width: 1280 },
  { way: 'print', media: { colorScheme: 'light', media: 'print' }, width: 1000 },
  { way: 'at 320 px', media: { colorScheme: 'light', media: 'screen' }, width: 320 },
] as const;

/** What of these words of a chart reaches over its edge, or lies on others of them. */
function misplaced(which: string): string[] {
  const wrong: string[] = [];
  for (const plot of document.querySelectorAll('.sh-chart__plot')) {
    const edge = plot.getBoundingClientRect();
    if (edge.left < 0 || edge.right > window.innerWidth || edge.height < 100) wrong.push('the picture has no room');
    const words = [...plot.querySelectorAll(which)]
      .map((text) => ({ says: text.textContent, box: text.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0);
    words.forEach(({ says, box }, at) => {
      if (box.left < edge.left - 1 || box.right > edge.right + 1) wrong.push(`over the edge: ${says}`);
      for (const other of words.slice(at + 1)) {
        const apart =
          box.right <= other.box.left || other.box.right <= box.left || box.bottom <= other.box.top || other.box.bottom <= box.top;
        if (!apart) wrong.push(`${says} lies on ${other.says}`);
      }
    });
  }
  return wrong;
}

test('every chart can be read in the light, in the dark, on paper and on the narrowest phone', async ({
  page,
  look,
  isMobile,
  javaScriptEnabled,
}, testInfo) => {
  test.skip(isMobile || !javaScriptEnabled, 'one browser tries every way to look');
  test.setTimeout(480_000);
  // Of the same chart over another time only what is drawn is looked at.
  const seen = new Set<string>();
  const inEveryWay = async (address: string, charts: number): Promise<void> => {
    await page.goto(address);
    const kind = new URL(page.url()).pathname;
    const known = seen.has(kind) && charts === 1;
    seen.add(kind);
    for (const { way, media, width } of WAYS) {
      await page.emulateMedia(media);
      await page.setViewportSize({ width, height: 900 });
      await expect(page.locator('.sh-chart__plot'), `${address} ${way}`).toHaveCount(charts);
      expect.soft(await page.evaluate(misplaced, 'text'), `${address} ${way}`).toEqual([]);
      if (!known) await look(page, way);
    }
  };

  // High blood pressure with a target for each number; what else she measures.
  await signIn(page, cast(testInfo.project.name).trusting);
  await page.goto('/readings/blood-pressure?span=month');
  await inEveryWay((await page.getByRole('link', { name: '1 day', exact: true }).getAttribute('href')) ?? '', 1);
  for (const span of ['week', 'month', 'year']) await inEveryWay(`/readings/blood-pressure?span=${span}`, 1);
  await expect(page.locator('.sh-chart__dots').first(), 'dots are small on a phone').toHaveCSS('stroke-width', '5px');
  await expect(page.locator('.sh-chart__label--wanted')).toHaveText(['135', '85']);
  // In large print a date is left out there, so that none lies on another.
  await page.evaluate(() => document.documentElement.classList.add('sh-large-text'));
  await expect(page.locator('.sh-chart__label--crowded')).toBeHidden();
  expect(await page.evaluate(misplaced, '.sh-chart__label--moment')).toEqual([]);
  await inEveryWay('/readings/blood-glucose?span=year&with=weight', 2);

  // A week of hers that has ended, with the target behind it.
  const here = (): string => new URL(page.url()).pathname;
  await page.goto('/weeks');
  await page.getByRole('main').getByRole('link', { name: 'Blood pressure week' }).first().click();
  await expect(page.getByRole('heading', { name: 'The result' })).toBeVisible();
  await inEveryWay(here(), 1);
  await expect(page.locator('.sh-chart__label--wanted')).toHaveText(['135', '85']);
  await page.getByRole('application', { name: 'Chart: use the arrow keys' }).focus();
  await page.keyboard.press('Home');
  await expect(page.locator('.sh-chart__read')).toHaveText(/: \d+\/\d+ mmHg$/);

  // What laboratories measured, over four years.
  await page.goto('/record/results');
  await page.getByRole('main').getByRole('link', { name: 'HbA1c blood test' }).first().click();
  await page.getByRole('table').getByRole('link', { name: 'HbA1c' }).first().click();
  await page.getByRole('link', { name: 'See this over time' }).click();
  await expect(heading(page)).toContainText('HbA1c (sugar over 3 months) over time');
  const trend = here();
  await inEveryWay(trend, 1);
  // And another below it, over the same time.
  await page.goto(`${trend}?span=all&choose=yes`);
  await page.getByLabel('Which other result?').selectOption({ label: 'eGFR (kidney function)' });
  await page.getByRole('button', { name: 'Show it' }).click();
  await expect(page).toHaveURL(/with=./);
  await inEveryWay(`${here()}${new URL(page.url()).search}`, 2);

  // Two years of steps and of a pulse that a device took: one bar is a week or a month, and the most on one day is still seen.
  await page.context().clearCookies();
  const email = await linkedAccount(page, newPatient({ source: PRACTICE, given: newName() }));
  const day = (ago: number): string => daysAgo(ago).toISOString().slice(0, 10);
  const points = Array.from({ length: 730 }, (_, ago) => [
    {
      step_count: { value: ago === 200 ? 31_000 : 3000 + ((ago * 977) % 6000), unit: 'steps' },
      effective_time_frame: { time_interval: { start_date_time: `${day(ago + 1)}T08:00:00Z`, end_date_time: `${day(ago + 1)}T20:00:00Z` } },
    },
    {
      heart_rate: { value: ago === 100 ? 141 : 60 + ((ago * 31) % 17), unit: 'beats/min' },
      effective_time_frame: { date_time: `${day(ago + 1)}T08:00:00Z` },
    },
  ]);
  await page.goto('/readings/import');
  await page.getByLabel('Choose a file').setInputFiles({
    name: 'device.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(points.flat())),
  });
  await page.getByRole('button', { name: 'Send the file' }).click();
  await page.getByRole('button', { name: /^Add \d/ }).click();
  await expect(page.getByRole('heading', { name: 'Your readings are added' })).toBeVisible({ timeout: 60_000 });
  for (const span of ['week', 'month', 'year', 'all']) await inEveryWay(`/readings/steps?span=${span}`, 1);
  await expect(captions(page)).toContainText('Each bar is the average of the days of a month');
  await expect(captions(page)).toContainText('the most 31000');
  for (const span of ['year', 'all']) await inEveryWay(`/readings/pulse?span=${span}`, 1);
  await expect(captions(page)).toContainText('the highest 141');

  // The scores of two questionnaires, as whoever cares for Jordan sees them; each line is where a score begins to mean something else.
  selfheal('staff', 'add', email, '--organisation', 'Y90002', '--name', 'Dr Rowan Teasel', '--job', 'Tester', '--role', 'clinician');
  await page.goto('/team/people');
  await page.getByLabel('NHS number').fill('9990002029');
  await page.getByLabel('To give care').check();
  await page.getByRole('button', { name: 'Find', exact: true }).click();
  await page.getByRole('link', { name: /Jordan Okonkwo/ }).click();
  await page.getByRole('link', { name: 'Their questionnaires' }).click();
  await expect(heading(page)).toHaveText('Questionnaires');
  await inEveryWay(here(), 2);
  const mood = page.getByRole('application', { name: 'Low mood (PHQ-9): use the arrow keys' });
  const drawn = page.locator('.sh-chart').filter({ has: mood });
  await expect(drawn.locator('.sh-chart__label--level')).toHaveText(['20', '15', '10', '5']);
  await mood.focus();
  await page.keyboard.press('End');
  await expect(drawn.locator('.sh-chart__read')).toHaveText(/: 5 of 27, some signs of low mood$/);

  // What Jordan measures at home: a mood that gets better, and a peak flow with a bad cold in it.
  const jordan = here().replace(/\/questionnaires$/, '');
  for (const measure of ['mood', 'peak-flow']) {
    await inEveryWay(`${jordan}/readings/${measure}?span=year`, 1);
  }
});
