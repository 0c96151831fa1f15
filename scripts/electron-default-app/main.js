// What Electron's own default app does for `electron [-r FILE]... APP`: the fallback Electron comes without one.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

const args = process.argv.slice(1);
const preloads = [];
let target;
while (args.length > 0 && target === undefined) {
  const arg = args.shift();
  if (arg === '-r' || arg === '--require') preloads.push(args.shift());
  else if (arg === '-v' || arg === '--version') {
    console.log(`v${process.versions.electron}`);
    process.exit(0);
  } else if (!arg.startsWith('-')) target = resolve(arg);
}
if (target === undefined) {
  console.error('Usage: electron [-r FILE]... APP');
  process.exit(1);
}

const require = createRequire(join(process.cwd(), 'index.js'));
for (const preload of preloads) require(resolve(preload));

Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true });
const manifest = join(target, 'package.json');
if (existsSync(manifest)) {
  const { name, productName, version, desktopName } = JSON.parse(readFileSync(manifest, 'utf8'));
  if (version !== undefined) app.setVersion(version);
  app.setName(productName ?? name ?? app.getName());
  app.setDesktopName(desktopName ?? `${app.getName()}.desktop`);
  if (!app.commandLine.hasSwitch('user-data-dir')) {
    app.setPath('userData', join(app.getPath('appData'), app.getName()));
  }
}
const main = require.resolve(target);
app.setAppPath(existsSync(manifest) ? target : dirname(main));
await import(pathToFileURL(main).href);
