import { defineConfig } from 'vitest/config';

const minute = 60_000;

/** What needs the real server that `npm run test:ceph` starts and names in the environment. */
const ceph = ['test/**/ceph.*.test.ts'];

export default defineConfig({
  test: {
    pool: 'forks',
    // The SDK tells Node 20 on every start that it will want Node 22 in 2027.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/{e2e,long,bench}/**', ...ceph],
          testTimeout: 2 * minute,
          hookTimeout: 2 * minute,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: ceph,
          globalSetup: 'test/support/window-system.ts',
          // One window at a time: they share a display, a clipboard and two cores.
          fileParallelism: false,
          testTimeout: 3 * minute,
          hookTimeout: 3 * minute,
        },
      },
      {
        extends: true,
        test: {
          name: 'ceph',
          include: ceph,
          globalSetup: 'test/support/window-system.ts',
          fileParallelism: false,
          testTimeout: 3 * minute,
          hookTimeout: 3 * minute,
        },
      },
    ],
  },
});
