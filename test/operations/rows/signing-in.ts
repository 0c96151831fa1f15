import { expect } from 'vitest';
import { features } from '#shared/profile.ts';
import { failureOf } from '#test/router/support.ts';
import type { Operation } from '../operations.ts';

export const signingIn: Operation[] = [
  {
    name: 'test the connection before it is saved',
    run: async ({ api, draft }) => {
      expect((await api.connections.test.mutate(draft)).buckets).toBeGreaterThanOrEqual(0);
    },
  },
  {
    name: 'find out what the server can do, once, and keep it',
    run: async ({ api, connectionId, bucket }) => {
      await bucket({ versioned: true, keys: ['a'] });
      const profile = await api.connections.profile.mutate({ id: connectionId, again: true });
      expect(Object.keys(profile.features).length).toBe(features.length);
      const kept = (await api.connections.list.query()).find(({ id }) => id === connectionId)?.profile;
      expect(kept).toEqual(profile);
    },
  },
  {
    name: 'show the S3 credentials, the secret only when asked',
    run: async ({ api, connectionId }) => {
      const hidden = await api.connections.credentials.mutate({ id: connectionId, reveal: false });
      expect(hidden.secretAccessKey).toBeUndefined();
      const shown = await api.connections.credentials.mutate({ id: connectionId, reveal: true });
      const secret = shown.secretAccessKey ?? '';
      expect(secret.length).toBeGreaterThan(10);
      expect(JSON.stringify(hidden)).not.toContain(secret);
      expect(shown.snippets.map(({ tool }) => tool).sort()).toEqual(['aws-cli', 'boto3', 'rclone', 's3cmd']);
      for (const { text } of shown.snippets) expect(text).toContain(shown.accessKeyId);
    },
  },
  {
    name: 'change nothing through a read-only connection',
    run: async (world) => {
      const { api, connectionId } = world;
      const bucket = await world.bucket({ keys: ['kept'] });
      await api.connections.setLook.mutate({ id: connectionId, readOnly: true });
      try {
        const place = { connectionId, bucket };
        const refused = [
          () => api.buckets.remove.mutate(place),
          () => api.objects.createFolder.mutate({ ...place, key: 'new/' }),
          () => api.jobs.start.mutate({ kind: 'delete', ...place, prefix: '' }),
          () => api.jobs.start.mutate({ kind: 'delete-bucket', ...place, confirm: bucket }),
        ];
        for (const call of refused) expect(await failureOf(call())).toMatchObject({ kind: 'read-only' });
        expect(await world.keys(bucket)).toEqual(['kept']);
      } finally {
        await api.connections.setLook.mutate({ id: connectionId, readOnly: false });
      }
    },
  },
];
