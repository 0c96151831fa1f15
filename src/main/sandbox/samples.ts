import { encodePng, encodeTiff, landscape, randomNumbers } from './sample-images.ts';

export interface SampleObject {
  key: string;
  body: Uint8Array;
  contentType: string;
}

export interface SampleBucket {
  name: string;
  /** Made one by one as they are asked for. */
  objects: Iterable<SampleObject>;
}

/**
 * What a newcomer finds in the sandbox: three buckets of a small archive, about 1,500 objects and 30 MB, the same
 * bytes each time. Among them are what an archive has and a tool must bear: folders by year, accents, long names, an
 * empty folder, a scan of 12 MiB, two names that differ in case only, and names that Windows refuses.
 */
export function* sampleBuckets(): Generator<SampleBucket, void, undefined> {
  yield { name: 'finding-aids', objects: findingAids() };
  yield { name: 'parish-registers', objects: parishRegisters() };
  yield { name: 'photographs', objects: photographs() };
}

const PARISHES = ['Bærum', 'Český Krumlov', 'Łomża', 'Saint-Étienne', 'Sankt Pölten', 'Ålesund'];
const REGISTERS = ['baptisms', 'burials', 'marriages'];
const TRADES = [
  'baker',
  'cooper',
  'farmer',
  'joiner',
  'miller',
  'sailor',
  'smith',
  'spinner',
  'teacher',
  'weaver',
];
const FIRST_REGISTER_YEAR = 1816;
const REGISTER_YEARS = 50;

function* parishRegisters(): Generator<SampleObject, void, undefined> {
  yield text('README.txt', [
    'Parish registers, transcribed. One folder a parish, one a year, one table a register.',
    'Columns: entry number, date, folio of the original, trade of the household, remark.',
  ]);
  for (const [index, parish] of PARISHES.entries()) {
    for (let year = FIRST_REGISTER_YEAR; year < FIRST_REGISTER_YEAR + REGISTER_YEARS; year += 1) {
      for (const [kind, register] of REGISTERS.entries()) {
        const random = randomNumbers(year * 64 + index * 8 + kind);
        yield {
          key: `${parish}/${year}/${register}-${year}.csv`,
          contentType: 'text/csv',
          body: Buffer.from(registerTable(year, random)),
        };
      }
    }
  }
}

function registerTable(year: number, random: () => number): string {
  const lines = ['entry;date;folio;trade;remark'];
  const entries = 110 + (random() % 130);
  for (let entry = 1; entry <= entries; entry += 1) {
    const day = 1 + Math.floor((entry * 364) / entries);
    const date = new Date(Date.UTC(year, 0, day)).toISOString().slice(0, 10);
    const folio = `${1 + Math.floor(entry / 12)}${entry % 2 === 0 ? 'r' : 'v'}`;
    const remark = random() % 9 === 0 ? 'entry damaged by water; reading uncertain' : '';
    lines.push(`${entry};${date};${folio};${pick(TRADES, random)};${remark}`);
  }
  return `${lines.join('\r\n')}\r\n`;
}

const SERIES = ['harbour', 'mills and workshops', 'processions', 'railway', 'streets', 'surveys'];
const VIEWS = [
  'seen from the bridge',
  'at low water',
  'after the flood',
  'on market day',
  'in the snow',
  'looking north',
];
const FIRST_PHOTO_YEAR = 1895;
const PHOTO_YEARS = 50;

function* photographs(): Generator<SampleObject, void, undefined> {
  const scan = landscape(4096, 3072, 1911);
  yield {
    key: 'masters/1911/PH-1911-0001 (master scan).tif',
    contentType: 'image/tiff',
    body: encodeTiff(scan),
  };
  for (let year = FIRST_PHOTO_YEAR; year < FIRST_PHOTO_YEAR + PHOTO_YEARS; year += 1) {
    for (const [index, series] of SERIES.entries()) {
      const seed = year * 16 + index;
      const view = pick(VIEWS, randomNumbers(seed));
      yield {
        key: `${series}/${year - (year % 10)}s/PH-${year}-${String(index + 1).padStart(4, '0')} ${series}, ${view}.png`,
        contentType: 'image/png',
        body: encodePng(landscape(240, 160, seed)),
      };
    }
  }
  const longName =
    'Fête-Dieu à Saint-Étienne, la procession vue du clocher, avec la fanfare, les bannières des corporations et ' +
    'la foule sur la place, tirage d’époque sur papier albuminé, deuxième état';
  yield {
    key: `processions/1900s/${longName}.png`,
    contentType: 'image/png',
    body: encodePng(landscape(240, 160, 1902)),
  };
}

const FONDS = 70;
const ODD_NAMES = [
  're: the bridge.txt',
  'who was there?.txt',
  'plan <first draft>.txt',
  '"final" version.txt',
  'income|expenses.txt',
  'aux.txt',
  'trailing dot.',
  'Minutes.txt',
  'minutes.txt',
  '100 % rag paper.txt',
];

function* findingAids(): Generator<SampleObject, void, undefined> {
  yield {
    key: 'accessions/to be described/',
    contentType: 'application/x-directory',
    body: new Uint8Array(0),
  };
  for (let number = 1; number <= FONDS; number += 1) {
    const random = randomNumbers(number);
    const id = `F-${String(number).padStart(3, '0')}`;
    const place = pick(PARISHES, random);
    const from = 1700 + (random() % 150);
    const units = Array.from({ length: 12 + (random() % 30) }, (_, unit) => ({
      box: unit + 1,
      title: `${pick(SERIES, random)}, ${pick(VIEWS, random)}`,
      years: `${from + unit}-${from + unit + 1 + (random() % 9)}`,
    }));
    yield {
      key: `fonds/${id}/${id}.xml`,
      contentType: 'application/xml',
      body: Buffer.from(eadRecord(id, place, units)),
    };
    yield {
      key: `fonds/${id}/${id}.json`,
      contentType: 'application/json',
      body: Buffer.from(`${JSON.stringify({ id, place, units }, undefined, 2)}\n`),
    };
    yield text(
      `fonds/${id}/notes/shelf list.txt`,
      units.map(({ box, title }) => `Box ${box}: ${title}`),
    );
    yield text(`fonds/${id}/notes/history.txt`, [
      `${id} came from the parish of ${place}. It begins in ${from}.`,
    ]);
  }
  for (const name of ODD_NAMES)
    yield text(`correspondence/odd names/${name}`, [`This note is called ${name}`]);
}

/** A finding aid as archives exchange them (Encoded Archival Description 2002). */
function eadRecord(
  id: string,
  place: string,
  units: { box: number; title: string; years: string }[],
): string {
  const components = units.map(
    ({ box, title, years }) =>
      `      <c01 level="file"><did><container type="box">${box}</container>` +
      `<unittitle>${title}</unittitle><unitdate>${years}</unitdate></did></c01>`,
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<ead xmlns="urn:isbn:1-931666-22-9">',
    `  <eadheader><eadid>${id}</eadid></eadheader>`,
    '  <archdesc level="fonds">',
    `    <did><unitid>${id}</unitid><unittitle>Parish of ${place}</unittitle></did>`,
    '    <dsc>',
    ...components,
    '    </dsc>',
    '  </archdesc>',
    '</ead>',
    '',
  ].join('\n');
}

function text(key: string, lines: string[]): SampleObject {
  return { key, contentType: 'text/plain; charset=utf-8', body: Buffer.from(`${lines.join('\n')}\n`) };
}

function pick<T>(choices: readonly T[], random: () => number): T {
  const chosen = choices[random() % choices.length];
  if (chosen === undefined) throw new RangeError('There is nothing to choose from.');
  return chosen;
}
