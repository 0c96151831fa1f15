import { installPackages } from './linux-libraries.ts';
import { isOnPath } from './run.ts';

/** The programs that the tests take for judges, and the Debian packages that hold them (one of the names will do). */
const TOOLS: readonly { program: string; packages: string[] }[] = [
  { program: 'unzip', packages: ['unzip'] },
  { program: '7z', packages: ['p7zip-full', '7zip'] },
  { program: 'bsdtar', packages: ['libarchive-tools'] },
  { program: 'python3', packages: ['python3'] },
  { program: 'openssl', packages: ['openssl'] },
];

/**
 * Makes sure that the programs that judge our ZIPs and make the tests' certificates are there: installs them on Debian
 * and its like, as root.
 *
 * @throws Error saying what to install
 */
export function installTestTools(say: (line: string) => void): void {
  const missing = TOOLS.filter(({ program }) => !isOnPath(program));
  if (missing.length === 0) return;
  const names = missing.map(({ program }) => program).join(', ');
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !isOnPath('apt-get')) {
    const packages = missing.map(({ packages: [name] }) => name).join(' ');
    throw new Error(
      `The tests need ${names}. On Debian or Ubuntu, as root: apt-get install ${packages}. Elsewhere, install them ` +
        'with your package manager (bsdtar comes with libarchive). Then run this again.',
    );
  }
  const installed = installPackages(missing.map(({ packages }) => packages));
  say(`test tools: installed ${installed.join(' ')}.`);
}
