export interface Arrow {
  legal: string[];
  refused: string[];
}

/** What a file may import, and what it must not: at least one import for each arrow of ARCHITECTURE.md. */
export const ARROWS: Record<string, Arrow> = {
  'src/shared/a.ts': {
    legal: ['zod', './b.ts'],
    refused: [
      'node:fs',
      '#storage/storage.ts',
      '#renderer/ui/b.ts',
      '@aws-sdk/client-s3',
      '../main/index.ts',
      'mime',
    ],
  },
  'src/main/storage/a.ts': {
    legal: ['#shared/b.ts', './s3/b.ts', 'node:fs/promises'],
    refused: [
      '@aws-sdk/client-s3',
      'electron',
      '#jobs/b.ts',
      '#settings/b.ts',
      '#sandbox/b.ts',
      '../index.ts',
      'hpagent',
    ],
  },
  'src/main/storage/s3/a.ts': {
    legal: ['@aws-sdk/client-s3', '#shared/b.ts', '../errors.ts', 'node:http'],
    refused: ['#jobs/b.ts', '#settings/b.ts', '#router/b.ts', 'electron', '../../jobs/b.ts'],
  },
  'src/main/storage/hcp/a.ts': {
    legal: ['#shared/b.ts', '../errors.ts', '../s3/b.ts', 'node:https'],
    refused: ['@aws-sdk/client-s3', '#jobs/b.ts', 'electron', '../../jobs/b.ts'],
  },
  'src/main/jobs/a.ts': {
    legal: ['#storage/storage.ts', '#shared/b.ts', './zip/b.ts', 'node:zlib'],
    refused: [
      '#storage/s3/b.ts',
      '#storage/hcp/b.ts',
      '#settings/b.ts',
      '#sandbox/b.ts',
      '#router/b.ts',
      '#rpc/b.ts',
      '#electron/b.ts',
      '#renderer/api.ts',
      '#test/b.ts',
      'electron',
      '@aws-sdk/client-s3',
      '@trpc/server',
      '../storage/s3/b.ts',
      './../storage/b.ts',
      '../index.ts',
    ],
  },
  'src/main/jobs/zip/a.ts': {
    legal: ['../names.ts', '#storage/errors.ts'],
    refused: ['../../storage/s3/b.ts', '#storage/s3/b.ts', '#settings/b.ts', 'electron', 'archiver'],
  },
  'src/main/settings/a.ts': {
    legal: ['#shared/b.ts', './b.ts', 'node:crypto', 'zod'],
    refused: [
      '#storage/storage.ts',
      '#jobs/b.ts',
      '#router/b.ts',
      'electron',
      'electron-store',
      '../storage/storage.ts',
    ],
  },
  'src/main/sandbox/a.ts': {
    legal: ['#shared/b.ts', './store/b.ts', 'node:http', 'saxes'],
    refused: [
      '#storage/storage.ts',
      '#jobs/b.ts',
      '#settings/b.ts',
      'electron',
      '@aws-sdk/client-s3',
      '../storage/b.ts',
    ],
  },
  'src/main/sandbox/store/a.ts': {
    legal: ['../xml.ts', '../handlers/b.ts', 'node:fs'],
    refused: ['../../storage/b.ts', '#storage/storage.ts', 'electron'],
  },
  'src/main/router/a.ts': {
    legal: [
      '#jobs/b.ts',
      '#storage/storage.ts',
      '#settings/b.ts',
      '#shared/b.ts',
      '@trpc/server',
      'zod',
      './b.ts',
    ],
    refused: [
      '#storage/s3/b.ts',
      '#sandbox/b.ts',
      '#rpc/b.ts',
      '#electron/b.ts',
      '#renderer/api.ts',
      'electron',
    ],
  },
  'src/main/rpc/a.ts': {
    legal: ['#shared/b.ts', '@trpc/server', '@trpc/server/rpc', './b.ts'],
    refused: [
      '#router/b.ts',
      '#jobs/b.ts',
      '#storage/storage.ts',
      '#electron/b.ts',
      'electron',
      '../router/b.ts',
    ],
  },
  'src/main/electron/a.ts': {
    legal: ['electron', '#rpc/b.ts', '#shared/b.ts', 'node:path', './b.ts'],
    refused: [
      '#router/b.ts',
      '#jobs/b.ts',
      '#storage/storage.ts',
      '#settings/b.ts',
      '#sandbox/b.ts',
      '../index.ts',
    ],
  },
  'src/main/index.ts': {
    legal: [
      'electron',
      '#router/b.ts',
      '#rpc/b.ts',
      '#storage/open.ts',
      '#electron/b.ts',
      '#sandbox/b.ts',
      '#jobs/b.ts',
    ],
    refused: [
      '#storage/s3/b.ts',
      '#renderer/api.ts',
      '@aws-sdk/client-s3',
      '#test/b.ts',
      '../renderer/api.ts',
    ],
  },
  'src/preload/a.ts': {
    legal: ['electron', './b.ts'],
    refused: ['#shared/b.ts', '#rpc/b.ts', 'node:fs', '../main/index.ts', 'react'],
  },
  'src/renderer/app.tsx': {
    legal: [
      '#renderer/features/jobs/b.tsx',
      './features/jobs/b.tsx',
      '#renderer/ui/b.tsx',
      '#shared/b.ts',
      'react',
    ],
    refused: [
      '#router/b.ts',
      '#jobs/b.ts',
      '#storage/errors.ts',
      'electron',
      'node:fs',
      '@trpc/server',
      '../main/b.ts',
    ],
  },
  'src/renderer/api.ts': {
    legal: ['#shared/b.ts', '@trpc/client', './link.ts'],
    refused: [
      '#router/index.ts',
      '#jobs/b.ts',
      '#renderer/ui/b.tsx',
      './app.tsx',
      'electron',
      '@trpc/server',
      'react',
    ],
  },
  'src/renderer/link.ts': {
    legal: ['#shared/b.ts', '@trpc/client', '@trpc/server/observable'],
    refused: ['#router/index.ts', '#jobs/b.ts', './app.tsx', 'electron', '@trpc/server'],
  },
  'src/renderer/features/browser/a.tsx': {
    legal: [
      '#renderer/api.ts',
      '#renderer/profiles.ts',
      '#renderer/ui/b.tsx',
      '#shared/b.ts',
      './b.ts',
      'react',
      'zustand',
    ],
    refused: [
      '#renderer/features/jobs/b.tsx',
      '../jobs/b.tsx',
      './../jobs/b.tsx',
      '#renderer/app.tsx',
      '#renderer/link.ts',
      '#router/index.ts',
      '#storage/errors.ts',
      '@trpc/client',
      '@trpc/server',
      'electron',
      'node:path',
    ],
  },
  'src/renderer/profiles.ts': {
    legal: ['#renderer/api.ts', '#shared/b.ts', 'react', 'zustand'],
    refused: [
      '#renderer/features/jobs/b.tsx',
      './app.tsx',
      '#renderer/ui/b.tsx',
      '#router/index.ts',
      'electron',
    ],
  },
  'src/renderer/ui/a.tsx': {
    legal: ['#shared/b.ts', './b.tsx', 'react'],
    refused: [
      '#renderer/api.ts',
      '../api.ts',
      '#renderer/features/jobs/b.tsx',
      'zustand',
      'zustand/react',
      '@trpc/client',
    ],
  },
};
