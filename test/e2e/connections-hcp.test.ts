import { connect } from 'node:tls';
import type { Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerOpenDialog, launchApp, type RunningApp } from '#test/support/app.ts';
import { FINANCE, startFakeHcp, SYSTEM_USER, type FakeHcp } from '#test/support/fake-hcp/fake-hcp.ts';
import { FITS, picture } from '#test/support/pictures.ts';
import { bucketTable, connectionForm } from '#test/support/window.ts';

const LEGAL = { name: 'legal', users: [{ username: 'hblack', password: 'another one' }] };
/** The vector of HCP's manual. */
const KEYS = { access: 'bGdyZWVu', secret: '2a9d119df47ff993b662a8ef36f9ea20' };

/** What the server itself shows, as the administrator would read it out. */
function fingerprintOf(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

describe('signing in to HCP', () => {
  let app: RunningApp;
  let page: Page;
  let hcp: FakeHcp;

  beforeAll(async () => {
    hcp = await startFakeHcp({ tenants: [FINANCE, LEGAL] });
    await hcp.addNamespace('finance', 'ledgers');
    await hcp.addNamespace('finance', 'scans-1951');
    await hcp.addNamespace('legal', 'contracts');
    app = await launchApp();
    ({ page } = app);
  });
  afterAll(async () => {
    await app.close();
    await hcp.stop();
  });

  const form = () => connectionForm(page);
  const fill = async (fields: Record<string, string>, within: Locator = form()) => {
    for (const [label, value] of Object.entries(fields))
      await within.getByLabel(label, { exact: true }).fill(value);
  };
  const openMore = (title: RegExp) => form().locator('summary', { hasText: title }).click();
  const press = (name: string) => form().getByRole('button', { name, exact: true }).click();
  const certificate = () => page.getByRole('dialog', { name: 'Is this the right server?' });
  const menuOf = async (name: string, item: string) => {
    await page.getByRole('button', { name: `More about ${name}` }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  const keepForSession = () =>
    page
      .getByRole('dialog', { name: 'Where should the password be kept?' })
      .getByRole('button', { name: 'Keep for this session' })
      .click();

  it('shows what domain, tenant and user come to while they are typed', async () => {
    await form().getByRole('radio', { name: 'HCP' }).click();
    const meaning = form().locator('.hcp-meaning');
    await fill({ Domain: hcp.domain });
    expect(await meaning.innerText()).toMatch(/system level/);
    await fill({ 'User name': 'finance/lgreen' });
    expect(await meaning.innerText()).toMatch(
      /lgreen to tenant finance, taken from the user name[^]*https:\/\/finance\.hcp\.test\n[^]*https:\/\/finance\.hcp\.test:9090\/mapi/,
    );
    expect(await picture(app, 'hcp-meaning')).toEqual(FITS);
  });

  it.each<[field: string, value: string, words: string]>([
    ['Domain', 'https://hcp.test', 'A domain is a host name only'],
    ['Tenant', '-finance', 'neither begins nor ends with a hyphen'],
    ['Tenant', 'fin ance', 'letters, digits and hyphens only'],
  ])('says at once what is wrong with %s %j, and sends nothing', async (label, value, words) => {
    const field = form().getByLabel(label, { exact: true });
    const before = await field.inputValue();
    await field.fill(value);
    await field.press('Tab');
    await form().getByText(words).waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    await press('Test connection');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe(label.toLowerCase());
    await field.fill(before);
    expect(await form().getByText(words).count()).toBe(0);
    expect(hcp.requests).toEqual([]);
  });

  it('shows the certificate that is not trusted, and goes on once this one is', async () => {
    await fill({ Password: 'p4ssw0rd', Name: 'Finance' });
    await openMore(/^Address/);
    await fill({
      Address: '127.0.0.1',
      'S3 port': String(hcp.s3Port),
      'Management API port': String(hcp.managementPort),
    });
    await press('Test connection');
    const shown = await fingerprintOf(hcp.s3Port);
    await certificate().getByLabel(shown, { exact: true }).waitFor();
    expect(await certificate().innerText()).toMatch(/Issued by\n.*Test CA/);
    expect(await picture(app, 'certificate')).toEqual(FITS);
    await page.keyboard.press('Escape');
    expect(hcp.requests).toEqual([]);
    await form().getByRole('button', { name: 'Look at the certificate…' }).click();
    await certificate().getByLabel(shown, { exact: true }).waitFor();
    await certificate().getByRole('button', { name: 'Trust this certificate only' }).click();
    await form().getByText('It works: 2 buckets').waitFor();
    expect(await form().getByLabel(shown, { exact: true }).count()).toBe(1);
    expect(await picture(app, 'hcp-works')).toEqual(FITS);
  });

  it('is refused with a wrong password, in words', async () => {
    await fill({ Password: 'not this one' });
    await press('Test connection');
    await form().getByRole('alert').waitFor();
    expect(await form().getByRole('alert').innerText()).toMatch(/password/i);
    await fill({ Password: 'p4ssw0rd' });
  });

  it('connects, and keeps the password until Cooper quits', async () => {
    await press('Connect');
    await keepForSession();
    await bucketTable(page).getByRole('row', { name: 'ledgers' }).waitFor();
    expect(await bucketTable(page).getByRole('row', { name: 'scans-1951' }).count()).toBe(1);
  });

  it('shows the S3 credentials, the secret only when it is asked for', async () => {
    await menuOf('Finance', 'Show S3 credentials…');
    const dialog = page.getByRole('dialog', { name: 'S3 credentials of Finance' });
    await dialog.getByText(KEYS.access, { exact: true }).waitFor();
    await dialog.getByText(`https://finance.hcp.test:${hcp.s3Port}`, { exact: true }).waitFor();
    expect(await page.content()).not.toContain(KEYS.secret);
    expect(await picture(app, 'credentials')).toEqual(FITS);
    await dialog.getByRole('button', { name: 'Copy secret key' }).click();
    await dialog
      .getByRole('status')
      .getByText(/It is cleared in/)
      .waitFor();
    expect(await app.electron.evaluate(({ clipboard }) => clipboard.readText())).toBe(KEYS.secret);
    expect(await page.content()).not.toContain(KEYS.secret);
    await dialog.getByRole('button', { name: 'Reveal' }).click();
    await dialog.getByText(KEYS.secret, { exact: true }).waitFor();
    expect(await picture(app, 'credentials-revealed')).toEqual(FITS);
    await dialog.getByRole('button', { name: 'Hide' }).click();
    await dialog.getByText('Hidden', { exact: true }).waitFor();
    expect(await page.content()).not.toContain(KEYS.secret);
  });

  it('gives settings for other tools, tab by tab', async () => {
    const dialog = page.getByRole('dialog', { name: 'S3 credentials of Finance' });
    await dialog.getByRole('tab', { selected: true }).focus();
    const seen: string[] = [];
    for (let i = 0; i < 4; i += 1) {
      const snippet = await dialog.locator('.snippet pre').innerText();
      expect(snippet).toContain(`finance.hcp.test`);
      seen.push(await dialog.getByRole('tab', { selected: true }).innerText());
      await dialog.getByRole('button', { name: /^Copy for / }).click();
      await dialog.getByRole('button', { name: 'Copied' }).waitFor();
      expect(await app.electron.evaluate(({ clipboard }) => clipboard.readText())).toBe(snippet);
      await dialog.getByRole('tab', { selected: true }).focus();
      await page.keyboard.press('ArrowRight');
    }
    expect(new Set(seen).size).toBe(4);
    await page.keyboard.press('Escape');
  });

  it('shows what the server can do, and why not what it cannot', async () => {
    await menuOf('Finance', 'What this server can do…');
    const dialog = page.getByRole('dialog', { name: 'What Finance can do' });
    const row = (name: string) => dialog.getByRole('row').filter({ hasText: name });
    await row('Management API').getByText('Yes').waitFor();
    expect(await row('Tags of a bucket').innerText()).toMatch(/No: .+/);
    expect(await picture(app, 'profile')).toEqual(FITS);
    await dialog.getByRole('button', { name: 'Ask again' }).click();
    await dialog.getByRole('button', { name: 'Ask again' }).waitFor();
    expect(await row('Tags of a bucket').innerText()).toMatch(/No: .+/);
    await page.keyboard.press('Escape');
  });

  it('takes a CA file in place of the one certificate', async () => {
    await menuOf('Finance', 'Edit connection…');
    await openMore(/^Address/);
    await press('Trust it no more');
    await press('Test connection');
    await answerOpenDialog(app.electron, hcp.caFile);
    await certificate().getByRole('button', { name: 'Choose a CA file…' }).click();
    await form().getByText('It works: 2 buckets').waitFor();
    expect(await form().getByLabel('CA certificate').inputValue()).toBe(hcp.caFile);
    await press('Save');
    await form().waitFor({ state: 'detached' });
    await bucketTable(page).getByRole('row', { name: 'ledgers' }).waitFor();
  });

  it('shows the certificate of a connection that is kept, and keeps what is decided with it', async () => {
    await menuOf('Finance', 'Edit connection…');
    await openMore(/^Address/);
    await fill({ 'CA certificate': '' });
    await press('Save');
    const state = page.getByRole('region', { name: 'Buckets' }).getByRole('alert');
    await state.getByRole('button', { name: 'Look at the certificate…' }).waitFor();
    expect(await picture(app, 'untrusted')).toEqual(FITS);
    await state.getByRole('button', { name: 'Look at the certificate…' }).click();
    await certificate()
      .getByLabel(await fingerprintOf(hcp.s3Port), { exact: true })
      .waitFor();
    await certificate().getByRole('button', { name: 'Trust this certificate only' }).focus();
    await page.keyboard.press('Enter');
    await bucketTable(page).getByRole('row', { name: 'ledgers' }).waitFor();
  });

  it('at system level shows the tenants, and signs in to one of them', async () => {
    await page.keyboard.press('Control+n');
    await form().getByRole('radio', { name: 'HCP' }).click();
    await fill({ Domain: hcp.domain, 'User name': SYSTEM_USER.username, Name: 'The system' });
    await fill({ Password: SYSTEM_USER.password });
    await openMore(/^Address/);
    await fill({
      Address: '127.0.0.1',
      'S3 port': String(hcp.s3Port),
      'Management API port': String(hcp.managementPort),
      'CA certificate': hcp.caFile,
    });
    await press('Test connection');
    await form().getByText('Connect to see the tenants of the system.').waitFor();
    await press('Connect');
    await keepForSession();
    const tenants = page.getByRole('table', { name: 'Tenants of The system' });
    await tenants
      .getByRole('row', { name: 'finance' })
      .getByRole('button', { name: 'Go to Finance' })
      .waitFor();
    expect(await picture(app, 'tenants')).toEqual(FITS);
    await page.getByRole('button', { name: 'More about The system' }).click();
    const keys = page.getByRole('menuitem', { name: /^Show S3 credentials/ });
    expect(await keys.getAttribute('aria-disabled')).toBe('true');
    expect(await page.getByRole('menu').innerText()).toContain('has tenants, and no S3');
    expect(await picture(app, 'system-menu')).toEqual(FITS);
    await page.keyboard.press('Escape');
    const signIn = tenants.getByRole('row', { name: 'legal' }).getByRole('button');
    await signIn.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Sign in to tenant legal' }).waitFor();
    expect(await form().getByLabel('Tenant', { exact: true }).inputValue()).toBe('legal');
    expect(await form().getByLabel('Domain', { exact: true }).inputValue()).toBe(hcp.domain);
    await fill({ 'User name': 'hblack', Password: 'another one' });
    await page.keyboard.press('Enter');
    await keepForSession();
    await bucketTable(page).getByRole('row', { name: 'contracts' }).waitFor();
  });

  it('after a restart asks for the password that was kept for one session, and goes on', async () => {
    const { userData } = app;
    await app.electron.close();
    app = await launchApp({ userData });
    ({ page } = app);
    await page.getByRole('button', { name: 'Finance', exact: true }).click();
    await page
      .getByRole('region', { name: 'Buckets' })
      .getByRole('button', { name: 'Enter password' })
      .waitFor();
    expect(await picture(app, 'password-missing')).toEqual(FITS);
    await page
      .getByRole('region', { name: 'Buckets' })
      .getByRole('button', { name: 'Enter password' })
      .click();
    const question = page.getByRole('dialog', { name: 'Password of Finance' });
    expect(await question.innerText()).toContain('Of the user lgreen, tenant finance');
    await question.getByLabel('Password').fill('p4ssw0rd');
    await page.keyboard.press('Enter');
    await bucketTable(page).getByRole('row', { name: 'ledgers' }).waitFor();
  });

  it('has written no error to the console', () => {
    expect(app.pageErrors).toEqual([]);
  });
});
