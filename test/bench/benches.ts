import type { Benches } from './bench.ts';
import { cephBenches } from './benches/ceph.ts';
import { countBenches } from './benches/count.ts';
import { emptyBenches } from './benches/empty.ts';
import { zipBenches } from './benches/zip.ts';
import { electronBenches } from './electron/benches.ts';

/** What can be measured, by name. */
export const benches: Benches = {
  ...countBenches,
  ...zipBenches,
  ...cephBenches,
  ...emptyBenches,
  ...electronBenches,
};
