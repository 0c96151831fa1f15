import { describe, expect, test } from 'vitest';
import { hcpKeys, parseHcpTenant } from '#storage/hcp/credentials.ts';

describe('the keys of an HCP user', () => {
  test('are those of the example in the vendor’s guide', () => {
    expect(hcpKeys('lgreen', 'p4ssw0rd')).toEqual({
      accessKeyId: 'bGdyZWVu',
      secretAccessKey: '2a9d119df47ff993b662a8ef36f9ea20',
    });
  });

  test('take names and passwords in UTF-8', () => {
    expect(hcpKeys('žofie', 'heslo č').accessKeyId).toBe(Buffer.from('žofie', 'utf8').toString('base64'));
  });
});

describe('the tenant in an address', () => {
  test.each([
    'https://finance.hcp.example.com',
    'finance.hcp.example.com',
    'https://FINANCE.hcp.example.com/',
    'https://finance.hcp.example.com:9090/mapi/tenants/finance',
    'https://finance.hcp.example.com/hs3',
  ])('is found in %s', (address) => {
    expect(parseHcpTenant(address)).toEqual({
      tenant: 'finance',
      domain: 'hcp.example.com',
      s3Endpoint: 'https://finance.hcp.example.com',
      managementEndpoint: 'https://finance.hcp.example.com:9090/mapi/tenants/finance',
    });
  });

  test.each([
    ['', 'nothing'],
    ['hcp', 'a bare name'],
    ['https://10.0.0.5', 'an IP address'],
    ['https://[::1]:9090', 'an IP address'],
    ['http://finance.hcp.example.com', 'an address without TLS'],
    ['https://admin.hcp.example.com', 'the console of the system'],
    ['https://-x.hcp.example.com', 'no label'],
    ['two words.example', 'no address'],
  ])('is not in “%s”: %s', (address) => {
    expect(parseHcpTenant(address)).toBeUndefined();
  });
});
