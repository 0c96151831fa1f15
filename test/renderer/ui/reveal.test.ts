import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isDecomposed, revealParts, revealText, splitForEllipsis } from '#renderer/ui/reveal.ts';

describe('a name', () => {
  test.each([
    ['page-0001.tif', 'page-0001.tif'],
    ['two words.txt', 'two words.txt'],
    ['new\nline', 'new␊line'],
    ['tab\there', 'tab␉here'],
    ['nul\0', 'nul␀'],
    ['del\u007f', 'del␡'],
    ['c1\u0085', 'c1[U+0085]'],
    ['trailing ', 'trailing␣'],
    [' leading', '␣leading'],
    ['two  spaces', 'two␣␣spaces'],
    [' ', '␣'],
    ['a\u202etxt.exe', 'a[RLO]txt.exe'],
    ['zero\u200bwidth', 'zero[ZWSP]width'],
    ['nbsp\u00a0here', 'nbsp[NBSP]here'],
    ['\ufeffbom', '[BOM]bom'],
    ['half\ud83d', 'half[U+D83D]'],
    ['👩‍👩‍👧 family', '👩‍👩‍👧 family'],
    ['not an emoji\u200d', 'not an emoji[ZWJ]'],
    ['عربي.pdf', 'عربي.pdf'],
  ])('%j is shown as %s', (name, text) => {
    expect(revealText(name)).toBe(text);
  });

  test('shows nothing that cannot be seen, and keeps what can', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const parts = revealParts(name);
        const plain = parts.filter((part) => part.label === undefined).map((part) => part.text);
        expect(plain.join('').replaceAll('\u200d', '')).not.toMatch(
          /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|^ | $| {2}/u,
        );
        expect(parts.every((part) => part.label === undefined || !/[\p{Cc}\p{Cf}]/u.test(part.text))).toBe(
          true,
        );
      }),
    );
  });

  test('that has odd characters is told from one that has not', () => {
    const odd = fc.constantFrom('\n', '\0', '\u202e', '\u200b', '\u00a0', '\u007f', '\u0085');
    fc.assert(
      fc.property(fc.string(), odd, fc.string(), (before, character, after) => {
        expect(revealText(before + character + after)).not.toBe(revealText(before + after));
      }),
    );
  });

  test('spelled with combining marks is marked', () => {
    expect(isDecomposed('cafe\u0301.txt')).toBe(true);
    expect(isDecomposed('caf\u00e9.txt')).toBe(false);
    expect(isDecomposed('plain.txt')).toBe(false);
  });
});

describe('a long name', () => {
  test('keeps its extension and a little before it', () => {
    const { head, tail } = splitForEllipsis('a-very-long-name-that-goes-on-and-on.tiff');
    expect(head + tail).toBe('a-very-long-name-that-goes-on-and-on.tiff');
    expect(tail).toBe('n-and-on.tiff');
  });

  test('is never cut inside what is seen as one character, and loses nothing', () => {
    const unit = fc.constantFrom('a', '.', '👩‍👩‍👧', 'e\u0301', '🇩🇪', 'ع');
    fc.assert(
      fc.property(fc.array(unit, { minLength: 10, maxLength: 60 }), (units) => {
        const name = units.join('');
        const { head, tail } = splitForEllipsis(name);
        expect(head + tail).toBe(name);
        const whole = [...new Intl.Segmenter().segment(name)].length;
        const parts = [head, tail].flatMap((part) => [...new Intl.Segmenter().segment(part)]).length;
        expect(parts).toBe(whole);
      }),
    );
  });

  test('that is short enough is left whole', () => {
    expect(splitForEllipsis('page-0001.tif')).toEqual({ head: 'page-0001.tif', tail: '' });
  });
});
