import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hcpAuthorization, hcpKeys, hcpSecret } from '#storage/hcp/credentials.ts';

describe('the keys of an HCP user', () => {
  test('are those of the example in the vendor’s guide', () => {
    expect(hcpKeys('lgreen', 'p4ssw0rd')).toEqual({
      accessKeyId: 'bGdyZWVu',
      secretAccessKey: '2a9d119df47ff993b662a8ef36f9ea20',
    });
  });

  test('take names and passwords in UTF-8', () => {
    expect(hcpKeys('žofie', 'heslo č')).toEqual({
      accessKeyId: Buffer.from('žofie', 'utf8').toString('base64'),
      secretAccessKey: '2e7b9399eaf7d435d0f030684468c5ea',
    });
  });
});

describe('what is kept of an HCP password', () => {
  test('is its MD5 for a local account, from which the password cannot be read', () => {
    expect(hcpSecret('local', 'p4ssw0rd')).toBe('2a9d119df47ff993b662a8ef36f9ea20');
  });

  test('is the password itself for a user of Active Directory, who has no other way', () => {
    expect(hcpSecret('ad', 'p4ssw0rd')).toBe('p4ssw0rd');
  });
});

describe('the authorization of a request', () => {
  test('of a local account is the token of the vendor’s guide', () => {
    expect(hcpAuthorization({ username: 'lgreen', account: 'local' }, hcpSecret('local', 'p4ssw0rd'))).toBe(
      'HCP bGdyZWVu:2a9d119df47ff993b662a8ef36f9ea20',
    );
  });

  test('of a user of Active Directory is name and password, whatever characters are in them', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((value) => !/\p{Cc}/u.test(value));
    fc.assert(
      fc.property(text, text, (username, password) => {
        const value = hcpAuthorization({ username, account: 'ad' }, password);
        expect(value).toMatch(/^AD /u);
        expect(value).not.toMatch(/[\u0100-\u{10ffff}]/u); // what a header can carry
        expect(Buffer.from(value.slice(3), 'latin1').toString('utf8')).toBe(`${username}:${password}`);
      }),
    );
  });

  test('is refused, with the reason, where a line break would end the header', () => {
    expect(() => hcpAuthorization({ username: 'u@d', account: 'ad' }, 'a\r\nHost: b')).toThrow(
      'control character',
    );
  });
});
