import type { Page } from '@playwright/test';

import {
  atWork,
  band,
  CARER,
  expect,
  heading,
  invite,
  linkedAccount,
  lookAfter,
  newAddress,
  newMobile,
  newName,
  newPatient,
  PRACTICE,
  summary,
  test,
  textedCode,
  waiting,
  type Patient,
} from './support.ts';

const times = (page: Page) => page.locator('.sh-time');

/** A patient of the practice, signed in. */
async function patientOf(page: Page, referral = ''): Promise<Patient> {
  const patient = newPatient({ source: PRACTICE, given: newName(), referral });
  await linkedAccount(page, patient);
  return patient;
}

/**
 * Opens one of the times that are found from so many days ahead: others book at the same time, so not the first. None is so soon that it is too
 * late to change it, and whoever has one already chooses the next in another week, for nobody is in two places at once.
 */
async function chooseTime(page: Page, ahead = 2): Promise<void> {
  await expect(heading(page)).toHaveText('Choose a time');
  const found = new URL(page.url());
  found.searchParams.set('from', new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10));
  await page.goto(found.href);
  const at = Math.floor(Math.random() * (await times(page).count()));
  await times(page).nth(at).click();
}

/** Looks for times of this kind, and keeps one of them. */
async function keepTime(page: Page, kind: string, ahead?: number): Promise<void> {
  await page.goto('/appointments/find');
  await page.getByLabel(kind, { exact: true }).check();
  await page.getByRole('button', { name: 'Show times' }).click();
  await chooseTime(page, ahead);
  await page.getByRole('button', { name: 'Keep this time and go on' }).click();
  await expect(page.getByText('We keep this time for you until')).toBeVisible();
}

test('a citizen finds a time, books it, changes it and cancels it', async ({ page, look }) => {
  test.slow();
  await patientOf(page);

  await test.step('there is nothing yet', async () => {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Appointments' }).click();
    await expect(heading(page)).toHaveText('Appointments');
    await look(page, 'none yet');
    await page.getByRole('link', { name: 'Find an appointment' }).first().click();
    await look(page);
    await page.getByRole('button', { name: 'Show times' }).click();
    await expect(summary(page)).toBeVisible();
    await look(page, 'with nothing chosen');
  });

  await test.step('they look for a doctor', async () => {
    await page.getByLabel('GP', { exact: true }).check();
    await page.getByRole('button', { name: 'Show times' }).click();
    await expect(heading(page)).toHaveText('Choose a time');
    await look(page, 'times');
  });

  await test.step('they see how far away each place is, and keep to one doctor', async () => {
    await page.getByText('Change what you look for').click();
    await page.getByText('Narrow it down').click();
    // Their record has no address.
    await expect(page.getByLabel('Your postcode')).toHaveValue('');
    await page.getByLabel('Your postcode').fill('here');
    await page.getByRole('button', { name: 'Show times' }).click();
    await expect(summary(page)).toContainText('Enter a postcode');
    await look(page, 'with a wrong postcode');
    await page.getByLabel('Your postcode').fill('zz99 1aa');
    await page.getByLabel('5 miles', { exact: true }).check();
    // The day on which both doctors are there, each at another place.
    await page.getByLabel('Tuesday', { exact: true }).check();
    await page.getByRole('button', { name: 'Show times' }).click();
    await expect(page.getByText('2.5 miles away').first()).toBeVisible();
    await page.getByRole('link', { name: 'See only times with Dr Owen Teasel' }).first().click();
    await expect(page.getByText('See only times with')).toHaveCount(0);
    expect(page.url()).toContain('postcode=zz99');
    await look(page, 'times with one doctor');
    await page.getByRole('link', { name: 'See times with anyone' }).click();
    await expect(page.getByRole('link', { name: 'See only times with Dr Owen Teasel' }).first()).toBeVisible();
  });

  await test.step('a time is kept while they decide', async () => {
    await keepTime(page, 'GP');
    await look(page, 'before booking');
    await page.getByRole('button', { name: 'Book this appointment' }).click();
    await expect(summary(page)).toBeVisible();
    await look(page, 'with errors');
  });

  await test.step('who needs help now is told so, and nothing is booked', async () => {
    await page.getByLabel(/^Chest pain/).check();
    await page.getByLabel('What is it about?').fill('A tight chest 🌿');
    await page.getByRole('button', { name: 'Book this appointment' }).click();
    await expect(page.getByText('999').first()).toBeVisible();
    // What was chosen is in no address.
    await expect(page).toHaveURL('/appointments/help-now');
    await look(page, 'help now');
    await page.getByRole('link', { name: 'I chose this by mistake' }).click();
    await expect(page.getByLabel('What is it about?')).toHaveValue('A tight chest 🌿');
    await expect(page.getByLabel(/^Chest pain/)).not.toBeChecked();
  });

  await test.step('it is booked', async () => {
    await page.getByLabel('None of these').check();
    await page.getByLabel('What is it about?').fill('A rash on my arm');
    await page.getByLabel('Tell me when an earlier time opens').check();
    await page.getByRole('button', { name: 'Book this appointment' }).click();
    await expect(page.getByRole('status')).toBeVisible();
    await expect(page.getByText('A rash on my arm')).toBeVisible();
    await look(page, 'booked');
  });

  const booked = page.url();
  await test.step('its calendar file is one', async () => {
    const file = await page.request.get(`${booked}/calendar`);
    expect(file.headers()['content-type']).toContain('text/calendar');
    expect(await file.text()).toMatch(/^BEGIN:VCALENDAR[\s\S]+BEGIN:VEVENT[\s\S]+END:VCALENDAR\s*$/);
  });

  await test.step('it is changed for another time', async () => {
    await page.getByRole('link', { name: 'Change the time' }).click();
    await expect(page.getByText('You keep your appointment on')).toBeVisible();
    await look(page, 'changing');
    await times(page).last().click();
    await page.getByRole('button', { name: 'Keep this time and go on' }).click();
    await look(page, 'before changing');
    await page.getByRole('button', { name: 'Change my appointment' }).click();
    await expect(page.getByRole('status')).toBeVisible();
    expect(page.url()).not.toBe(booked);
    await page.goto(booked);
    await expect(page.getByText('This was changed for another appointment')).toBeVisible();
    await look(page, 'the one before');
  });

  await test.step('it is cancelled', async () => {
    await page.goto('/appointments');
    await look(page, 'with one');
    await page.locator('.sh-entry__link').first().click();
    await page.getByRole('link', { name: 'Cancel this appointment' }).click();
    await look(page);
    await page.getByRole('button', { name: 'Cancel this appointment' }).click();
    await expect(page.getByRole('status')).toBeVisible();
    await look(page, 'cancelled');
    // What is past is printed where it was opened; else that it is not.
    await page.goto('/appointments');
    const [closed, list] = [page.getByText('They are not printed here.'), page.locator('.sh-opened .sh-entry__link').first()];
    await page.emulateMedia({ media: 'print' });
    await expect(closed).toBeVisible();
    await expect(list).toBeHidden();
    await page.emulateMedia({ media: null });
    await page.getByText(/^Show \d+ appointments$/).click();
    await page.emulateMedia({ media: 'print' });
    await expect(closed).toBeHidden();
    await expect(list).toBeVisible();
    await page.emulateMedia({ media: null });
  });

  await test.step('how they are reminded', async () => {
    await page.goto('/appointments/reminders');
    await look(page);
  });
});

test('a carer finds, books, changes and cancels for their person, who sees it and is told', async ({ page, otherBrowser, look }) => {
  test.slow();
  const patient = await patientOf(page);
  const [carer, email] = [await otherBrowser(), newAddress()];
  await lookAfter(carer, email, await invite(page, email, ['See and book appointments']), patient.name);

  await test.step('the carer books, and every page says for whom', async () => {
    await carer.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Appointments' }).click();
    await expect(heading(carer)).toHaveText(`${patient.name}’s appointments`);
    await look(carer, 'for somebody, none yet');
    await keepTime(carer, 'GP');
    await expect(band(carer)).toContainText(patient.name);
    await look(carer, 'for somebody, before booking');
    await carer.getByLabel('None of these').check();
    await carer.getByLabel('What is it about?').fill('A sore hip');
    await carer.getByRole('button', { name: 'Book this appointment' }).click();
    await expect(carer.getByRole('status')).toContainText('appointment is booked');
    await expect(carer.getByText('A sore hip')).toBeVisible();
    await expect(band(carer)).toContainText(patient.name);
    await look(carer, 'for somebody, booked');
  });

  const booked = carer.url();
  await test.step('the person sees it, and adds a word of their own to another', async () => {
    await page.goto('/appointments');
    await expect(page.getByText('1 appointment is coming up')).toBeVisible();
    await page.locator('.sh-entry__link').first().click();
    expect(new URL(page.url()).pathname).toBe(new URL(booked).pathname);
    await expect(page.getByText('A sore hip')).toBeVisible();
    await keepTime(page, 'GP', 9);
    await page.getByLabel('None of these').check();
    await page.getByLabel('What is it about?').fill('Something of my own');
    await page.getByRole('button', { name: 'Book this appointment' }).click();
    await expect(page.getByText('Something of my own')).toBeVisible();
  });

  const own = page.url();
  await test.step('the carer changes that, and does not read why', async () => {
    await carer.goto(own);
    await expect(carer.getByText('Something of my own')).toHaveCount(0);
    await carer.getByRole('link', { name: 'Change the time' }).click();
    await look(carer, 'for somebody, changing');
    await chooseTime(carer, 16);
    await carer.getByRole('button', { name: 'Keep this time and go on' }).click();
    await carer.getByRole('button', { name: `Change ${patient.name}’s appointment` }).click();
    await expect(carer.getByRole('status')).toContainText('appointment is changed');
    await expect(carer.getByText('Something of my own')).toHaveCount(0);
    await look(carer, 'for somebody, changed');
    await page.goto(carer.url());
    await expect(page.getByText('Something of my own')).toBeVisible();
  });

  await test.step('the carer cancels, and the person sees who did what', async () => {
    await carer.goto(booked);
    await carer.getByRole('link', { name: 'Cancel this appointment' }).click();
    await look(carer, 'for somebody');
    await carer.getByRole('button', { name: 'Cancel this appointment' }).click();
    await expect(carer.getByRole('status')).toContainText(`${patient.name}’s appointment is cancelled`);
    await page.goto(booked);
    await expect(page.getByText('This is cancelled')).toBeVisible();
    await page.goto('/activity');
    for (const act of ['booked', 'changed', 'cancelled']) {
      await expect(page.getByText(new RegExp(`${CARER}.* ${act} an appointment`)).first()).toBeVisible();
    }
    await look(page, 'with what a carer did');
  });
});

test('a citizen chooses where to go with a referral, and books a first appointment', async ({ page, look }) => {
  test.slow();
  await patientOf(page, 'Referral to physiotherapy service');
  await page.goto('/appointments');
  await page.getByRole('link', { name: 'Choose where to go with a referral' }).click();
  await expect(page.getByText('Not booked yet')).toBeVisible();
  await look(page, 'one that is open');
  await page.getByRole('link', { name: 'Referral to physiotherapy service' }).click();
  await expect(page.getByText('Shortest wait')).toBeVisible();
  await look(page);
  await page.getByRole('link', { name: /^See times at/ }).click();
  await expect(heading(page)).toHaveText('Choose a time');
  // Others are referred at the same time.
  await times(page).nth(Math.floor(Math.random() * (await times(page).count()))).click();
  await page.getByRole('button', { name: 'Keep this time and go on' }).click();
  await page.getByRole('button', { name: 'Book this appointment' }).click();
  await expect(page.getByRole('status')).toContainText('Your appointment is booked');
  await page.goto('/appointments/referrals');
  await expect(page.getByText(/^Booked for /)).toBeVisible();
  await look(page, 'one that is booked');
});

test('where script runs, looking on loads no whole page, and the way back works', async ({ page, look, javaScriptEnabled }) => {
  test.skip(!javaScriptEnabled, 'each step is a page of its own without script');
  await patientOf(page);
  await page.goto('/appointments/find?kind=gp');
  const first = await times(page).first().getAttribute('href');
  // Whatever is kept here is gone once another document is loaded. The island has started when its script is there.
  await page.waitForFunction(() => performance.getEntriesByType('resource').some(({ name }) => name.endsWith('.wasm')));
  await page.evaluate(() => document.body.setAttribute('data-same', 'yes'));
  const same = page.locator('body[data-same=yes]');
  await expect(async () => {
    await page.getByRole('link', { name: 'Show later times' }).click();
    await expect(page).toHaveURL(/after=/);
  }).toPass();
  await expect(times(page).first()).not.toHaveAttribute('href', first ?? '');
  await expect(same).toHaveCount(1);
  await expect(page.locator('#picked')).toBeFocused();
  await expect(page.getByRole('status')).toContainText(/^\d+ times, the first on /);
  await look(page, 'later times, without a new page');
  await page.goBack();
  await expect(times(page).first()).toHaveAttribute('href', first ?? '');
  expect(page.url()).not.toContain('after=');
  await page.getByText('Change what you look for').click();
  await page.getByText('Narrow it down').click();
  await page.getByLabel('Morning', { exact: true }).check();
  await page.getByRole('button', { name: 'Show times' }).click();
  await expect(page).toHaveURL(/time=morning/);
  await expect(page.getByText('GP, morning')).toBeVisible();
  await expect(same).toHaveCount(1);
  // Where what comes is no page of times, the browser goes there itself.
  await page.route(/time=evening/, (route) => (route.request().isNavigationRequest() ? route.continue() : route.fulfill({ status: 422 })));
  await page.getByText('Change what you look for').click();
  await page.getByLabel('Evening, from 5pm', { exact: true }).check();
  await page.getByRole('button', { name: 'Show times' }).click();
  await expect(page).toHaveURL(/time=evening/);
  await expect(same).toHaveCount(0);
});

test('a citizen adds a mobile number and is reminded by text message', async ({ page, look }) => {
  test.slow();
  await patientOf(page);
  const number = newMobile();
  await page.goto('/appointments/reminders');
  await page.getByRole('link', { name: 'add your mobile number' }).click();
  await look(page);
  await page.getByRole('button', { name: 'Send me the code' }).click();
  await expect(summary(page)).toBeVisible();
  await look(page, 'with an error');
  await page.getByLabel('Mobile number', { exact: true }).fill(number);
  await page.getByRole('button', { name: 'Send me the code' }).click();
  await expect(heading(page)).toHaveText('Enter the code');
  await look(page);
  await page.getByLabel('6-digit code').fill(await textedCode(`+44${number.slice(1).replace(' ', '')}`));
  await page.getByRole('button', { name: 'Save my number' }).click();
  // Back to where it was asked for.
  await expect(heading(page)).toHaveText('Reminders');
  await page.goto('/account');
  await expect(page.getByText(number)).toBeVisible();
  await look(page, 'with a mobile number');
  await page.goto('/appointments/reminders');
  await page.getByRole('group', { name: 'Remind by text message?' }).getByLabel('Yes').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('status')).toBeVisible();
  await expect(page.getByRole('group', { name: 'Remind by text message?' }).getByLabel('Yes')).toBeChecked();
  await look(page, 'with text messages');
  await page.goto('/account/mobile');
  await look(page, 'with a number');
});

test('a booking waits at the practice, which confirms it and notes who came', async ({ page, otherBrowser, look }) => {
  test.slow();
  const patient = await patientOf(page);
  const desk = await otherBrowser();
  await atWork(desk, PRACTICE, 'reception', newName());

  await keepTime(page, 'Blood test');
  await page.getByRole('button', { name: 'Book this appointment' }).click();
  await expect(page.getByText('The service still has to confirm this')).toBeVisible();
  await look(page, 'waiting');

  await desk.goto('/team');
  await waiting(desk, patient.name).click();
  await expect(heading(desk)).toHaveText('A booking to confirm');
  await look(desk, 'a booking');
  await desk.getByRole('button', { name: 'Confirm' }).click();
  await expect(desk.getByRole('status')).toBeVisible();

  await page.reload();
  await expect(page.getByText('The service still has to confirm this')).toHaveCount(0);
  await look(page, 'confirmed');

  await desk.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Diary' }).click();
  await expect(heading(desk)).toBeVisible();
  await look(desk, 'of a day');
  await page.goto('/activity');
  await expect(page.getByText('confirmed an appointment')).toBeVisible();
});

test('a manager sees what can be booked, and who is affected before anything is taken away', async ({ page, look }) => {
  test.slow();
  await atWork(page, PRACTICE, 'manager', newName());
  await page.goto('/team/diary/settings');
  await look(page);
  for (const path of ['services', 'places', 'practitioners', 'recurring', 'closed']) {
    const response = await page.goto(`/team/diary/${path}/new`);
    expect(response?.status(), path).toBe(200);
    await look(page);
  }
  await page.goto('/team/diary/closed/holidays');
  await look(page, 'bank holidays');
  await page.goto('/team/diary/settings');
  await page.getByRole('link', { name: /^Change it/ }).first().click();
  await expect(heading(page)).toHaveText('Change a clinic that recurs');
  await look(page, 'a clinic that recurs');
  await page.goto('/team/uptake');
  await look(page);
});

test('a manager changes what is there, and ends it once what that does is shown', async ({ page, look }) => {
  test.slow();
  await atWork(page, PRACTICE, 'manager', newName());
  const [first, second] = [`Annexe ${newName()}`, `Annexe ${newName()}`];
  await page.goto('/team/diary/places/new');
  await page.getByLabel('Name', { exact: true }).fill(first);
  await page.getByLabel('Street and town').fill('1 Mill Lane, Taunton');
  await page.getByLabel('Postcode').fill('TA1 1AA');
  await page.getByRole('button', { name: 'Add the place' }).click();
  await page.getByRole('link', { name: first }).click();
  await expect(heading(page)).toHaveText('Change a place');
  await look(page, 'a place');
  await page.getByLabel('Name', { exact: true }).fill(second);
  await page.getByLabel('Postcode').fill('nowhere');
  await page.getByRole('button', { name: 'Save the change' }).click();
  await expect(page.getByRole('alert')).toContainText('Enter a postcode');
  await look(page, 'a place with an error');
  await page.getByLabel('Postcode').fill('TA1 1AB');
  await page.getByRole('button', { name: 'Save the change' }).click();
  await page.getByRole('link', { name: second }).click();
  await page.getByRole('link', { name: 'End this place' }).click();
  await expect(page.getByText('Nobody has booked')).toBeVisible();
  await page.getByRole('button', { name: 'End this place' }).click();
  await expect(page.getByRole('status')).toContainText('It has ended');
  await expect(page.getByRole('link', { name: second })).toHaveCount(0);

  for (const part of ['services', 'practitioners']) {
    await page.goto('/team/diary/settings');
    await page.locator(`a[href^="/team/diary/${part}/"]:not([href$="/new"])`).first().click();
    await expect(page.getByRole('button', { name: 'Save the change' })).toBeVisible();
    await look(page, part);
    await page.locator('a[href$="/end"]').click();
    await expect(page.getByRole('heading', { name: 'Who is affected' })).toBeVisible();
    await look(page, `the end of ${part}`);
  }
});
