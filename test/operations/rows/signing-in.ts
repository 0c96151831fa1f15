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
    name: 'refuse a secret that is wrong, in words',
    run: async ({ api, draft }) => {
      const wrong =
        draft.kind === 'hcp' ? { ...draft, password: 'wrong' } : { ...draft, secretAccessKey: 'wrong' };
      const failure = await failureOf(api.connections.test.mutate(wrong));
      expect(['access-denied', 'bad-credentials']).toContain(failure.kind);
      expect(failure.nextStep ?? '').not.toBe('');
    },
  },
  {
    name: 'buckets named by hand are in the list',
    run: async (world) => {
      const { api, connectionId } = world;
      const there = await world.bucket();
      await api.connections.setLook.mutate({ id: connectionId, buckets: ['named-by-hand', there] });
      try {
        const listed = await api.buckets.list.query({ connectionId });
        expect(listed.find(({ name }) => name === 'named-by-hand')?.known).toBe('by-hand');
        expect(listed.filter(({ name }) => name === there)).toHaveLength(1);
      } finally {
        await api.connections.setLook.mutate({ id: connectionId, buckets: [] });
      }
    },
  },
  {
    name: 'tenants, at the system level of HCP',
    needs: 'management',
    run: async ({ api, above, connectionId }) => {
      if (above === undefined) {
        await api.connections.tenants.query({ id: connectionId });
        return;
      }
      const { id } = await api.connections.save.mutate(above.draft);
      expect(await api.connections.tenants.query({ id })).toEqual(above.tenants);
      expect(await api.buckets.list.query({ connectionId: id })).toEqual([]);
      await api.connections.remove.mutate({ id });
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
