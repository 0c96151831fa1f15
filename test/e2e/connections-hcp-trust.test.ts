import { connect } from 'node:tls';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchApp, type RunningApp } from '#test/support/app.ts';
import { FINANCE, startFakeHcp, type FakeHcp } from '#test/support/fake-hcp/fake-hcp.ts';
import { FITS, picture } from '#test/support/pictures.ts';
import { bucketTable, connectionForm } from '#test/support/window.ts';

const ADA = { username: 'ada@corp.example', password: 'pässwort: mit Doppelpunkt', account: 'ad' } as const;

/** What the server itself shows. */
function fingerprintOf(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

describe('signing in to HCP as a user of Active Directory, and certificates that change', () => {
  let app: RunningApp;
  let page: Page;
  let hcp: FakeHcp;

  beforeAll(async () => {
    hcp = await startFakeHcp({ tenants: [{ ...FINANCE, users: [...FINANCE.users, ADA] }] });
    await hcp.addNamespace('finance', 'ledgers', { owner: ADA.username });
    app = await launchApp();
    ({ page } = app);
    page.setDefaultTimeout(15_000);
  });
  afterAll(async () => {
    await app.close();
    await hcp.stop();
  });

  const form = () => connectionForm(page);
  const press = (name: string) => form().getByRole('button', { name, exact: true }).click();
  const certificate = () => page.getByRole('dialog', { name: 'Is this the right server?' });
  const buckets = () => page.getByRole('region', { name: 'Buckets' });
  const fill = async (fields: Record<string, string>) => {
    for (const [label, value] of Object.entries(fields))
      await form().getByLabel(label, { exact: true }).fill(value);
  };
  const menuOf = async (name: string, item: string | RegExp) => {
    await page.getByRole('button', { name: `More about ${name}` }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };

  it('is refused as a local user, and lets in as one of Active Directory', async () => {
    await form().getByRole('radio', { name: 'HCP' }).click();
    await form()
      .locator('summary', { hasText: /^Address/ })
      .click();
    await fill({
      Domain: hcp.domain,
      'User name': `finance/${ADA.username}`,
      Password: ADA.password,
      Name: 'Finance',
      Address: '127.0.0.1',
      'S3 port': String(hcp.s3Port),
      'Management API port': String(hcp.managementPort),
    });
    await press('Test connection');
    await certificate().getByRole('button', { name: 'Trust this certificate only' }).click();
    await form().getByRole('alert').waitFor();
    expect(await form().getByRole('alert').innerText()).toMatch(
      /HCP does not accept the user name “ada@corp\.example” or its password.*kind of account/su,
    );
    await form().getByRole('radio', { name: 'Active Directory' }).click();
    hcp.requests.length = 0;
    await press('Test connection');
    await form().getByText('It works: 1 bucket').waitFor();
    expect(await picture(app, 'hcp-ad')).toEqual(FITS);
    await press('Connect');
    await page
      .getByRole('dialog', { name: 'Where should the password be kept?' })
      .getByRole('button', { name: 'Keep for this session' })
      .click();
    await bucketTable(page).getByRole('row', { name: 'ledgers' }).waitFor();
    expect(hcp.requests.filter(({ status }) => status === 401 || status === 403)).toEqual([]);
  });

  it('makes a bucket and opens it, and says why there are no links and no keys', async () => {
    await page.keyboard.press('Control+Shift+B');
    const make = page.getByRole('form', { name: 'New bucket' });
    await make.getByLabel('Name').fill('made-by-ada');
    await page.keyboard.press('Enter');
    await bucketTable(page).getByRole('row', { name: 'made-by-ada' }).waitFor();
    expect(hcp.namespace('finance', 'made-by-ada')).toBeDefined();
    await page.getByRole('button', { name: 'More about Finance' }).click();
    const keys = page.getByRole('menuitem', { name: /^Show S3 credentials/ });
    expect(await keys.getAttribute('aria-disabled')).toBe('true');
    expect(await page.getByRole('menu').innerText()).toContain('Active Directory');
    await page.keyboard.press('Escape');
    await bucketTable(page).getByRole('button', { name: 'made-by-ada', exact: true }).dblclick();
    const tools = page.getByRole('toolbar', { name: 'Objects' });
    await tools.getByRole('button', { name: 'More', exact: true }).click();
    const links = page.getByRole('menuitem', { name: /^Presigned links/ });
    expect(await links.getAttribute('aria-disabled')).toBe('true');
    expect(await page.getByRole('menu').innerText()).toMatch(/users of Active Directory have none/i);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Alt+ArrowUp');
    await bucketTable(page).getByRole('row', { name: 'ledgers' }).waitFor();
  });

  it('refuses a certificate that changed since it was trusted, with both fingerprints, and trusts it anew', async () => {
    const before = await fingerprintOf(hcp.s3Port);
    await hcp.renewCertificate();
    const renewed = await fingerprintOf(hcp.s3Port);
    expect(renewed).not.toBe(before);
    hcp.requests.length = 0;
    await menuOf('Finance', /^Reload|^Refresh/);
    const state = buckets().getByRole('alert');
    await state.getByRole('button', { name: 'Look at the certificate…' }).waitFor();
    const words = await state.innerText();
    expect(words).toContain('is not the one that you chose to trust');
    expect(words).toContain(`Trusted: ${before}`);
    expect(words).toContain(`Shown: ${renewed}`);
    expect(hcp.requests).toEqual([]);
    expect(await picture(app, 'certificate-changed')).toEqual(FITS);

    await state.getByRole('button', { name: 'Look at the certificate…' }).click();
    await certificate()
      .getByText(/shows another certificate than before$/)
      .waitFor();
    for (const fingerprint of [before, renewed])
      await certificate().getByLabel(fingerprint, { exact: true }).waitFor();
    expect(await picture(app, 'certificate-both')).toEqual(FITS);
    expect(hcp.requests).toEqual([]);
    await certificate().getByRole('button', { name: 'Trust this certificate only' }).click();
    await bucketTable(page).getByRole('row', { name: 'ledgers' }).waitFor();
  });

  it('has written no error to the console', () => {
    expect(app.pageErrors).toEqual([]);
  });
});
