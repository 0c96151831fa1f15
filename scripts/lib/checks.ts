import { nodeTool, type Command } from './run.ts';

/** What holds for all code, whatever it does. Each counts as a test. */
export const CHECKS: Record<string, Command> = {
  format: nodeTool('prettier', 'bin/prettier.cjs', ['--check', '--cache', '--log-level=warn', '.']),
  types: nodeTool('typescript', 'bin/tsc', ['--noEmit', '-p', '.']),
  lint: nodeTool('oxlint', 'bin/oxlint', ['--type-aware', '--deny-warnings', '--format=unix']),
};

export const BUILD: Command = nodeTool('electron-vite', 'bin/electron-vite.js', ['build', '--logLevel=warn']);
