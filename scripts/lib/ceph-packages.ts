import { CEPH_PACKAGES, hasCeph } from '#test/support/ceph.ts';
import { installPackages } from './linux-libraries.ts';
import { isOnPath } from './run.ts';

/**
 * Makes sure that Ceph's programs are there: installs them on Debian and its like, as root.
 *
 * @throws Error saying what to install, or how to use a server that runs already
 */
export function installCeph(say: (line: string) => void): void {
  if (hasCeph()) return;
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !isOnPath('apt-get')) {
    throw new Error(
      `Ceph is not installed. On Debian or Ubuntu, as root: apt-get install ${CEPH_PACKAGES.join(' ')}. Elsewhere, ` +
        'name a running server in S3_ENDPOINT, S3_REGION, S3_ACCESS_KEY, S3_SECRET_KEY, S3_ALT_ACCESS_KEY and ' +
        'S3_ALT_SECRET_KEY.',
    );
  }
  say('Installing Ceph with apt-get (about 320 MB, once)…');
  installPackages(CEPH_PACKAGES.map((name) => [name]));
}
