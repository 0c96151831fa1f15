import { spawnSync } from 'node:child_process';
import { cpus, totalmem, type as systemType, release, availableParallelism } from 'node:os';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

export const machineSchema = z.object({
  cores: z.number(),
  cpu: z.string(),
  memoryGiB: z.number(),
  system: z.string(),
  node: z.string(),
  /** Versions of what is measured beside Cooper, where it is installed. */
  programs: z.record(z.string(), z.string()),
});
export type Machine = z.output<typeof machineSchema>;

const PROGRAMS: Record<string, { args: string[]; version: RegExp }> = {
  rclone: { args: ['version'], version: /rclone v?(\S+)/ },
  aws: { args: ['--version'], version: /aws-cli\/(\S+)/ },
  radosgw: { args: ['--version'], version: /ceph version (\S+)/ },
};

/** What the figures were measured on; says nothing of whose machine it is. */
export function describeMachine(): Machine {
  const programs: Record<string, string> = {};
  for (const [name, { args, version }] of Object.entries(PROGRAMS)) {
    const { stdout, stderr, status } = spawnSync(name, args, { encoding: 'utf8' });
    const found = status === 0 ? version.exec(stdout + stderr)?.[1] : undefined;
    if (found !== undefined) programs[name === 'radosgw' ? 'Ceph' : name] = found;
  }
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: systemName(),
    node: process.versions.node,
    programs,
  };
}

/** One line about a machine, for people. */
export function machineLine({ cores, cpu, memoryGiB, system, node, programs }: Machine): string {
  const beside = Object.entries(programs).map(([name, version]) => `${name} ${version}`);
  return [`${cores} cores (${cpu})`, `${memoryGiB} GiB`, system, `Node ${node}`, ...beside].join(', ');
}

function systemName(): string {
  try {
    const name = /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
    if (name !== undefined) return name;
  } catch {
    // only Linux has it
  }
  return `${systemType()} ${release()}`;
}
