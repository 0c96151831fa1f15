import { describe, expect, test } from 'vitest';
import {
  proposedName,
  readForm,
  valuesOf,
  withPreset,
  withRegion,
  type S3Connection,
} from '#renderer/features/connections/form-model.ts';

const filled = { ...valuesOf(), accessKeyId: 'AKIA', secretAccessKey: 'secret' };

describe('a preset', () => {
  test('fills endpoint, region and addressing, and leaves the keys', () => {
    const minio = withPreset(filled, 'minio');
    expect(minio).toMatchObject({
      endpoint: 'http://localhost:9000',
      addressing: 'path',
      accessKeyId: 'AKIA',
    });
  });

  test('of AWS makes the endpoint follow the region, until the user writes another', () => {
    expect(withRegion(filled, 'eu-central-1').endpoint).toBe('https://s3.eu-central-1.amazonaws.com');
    const own = { ...filled, endpoint: 'https://vpce.example.org' };
    expect(withRegion(own, 'eu-central-1').endpoint).toBe('https://vpce.example.org');
  });
});

describe('the form', () => {
  test('gives a draft, named after the host when no name was typed', () => {
    const values = { ...withPreset(filled, 'ceph'), endpoint: 'https://rgw.example.org/' };
    const result = readForm(values);
    expect(result).toMatchObject({
      draft: {
        kind: 's3',
        name: 'rgw.example.org',
        secretAccessKey: 'secret',
        keepSecret: 'vault',
        s3: { endpoint: 'https://rgw.example.org', region: 'default', connectTimeoutMs: 10_000 },
      },
    });
    expect(proposedName(filled)).toBe('AWS us-east-1');
  });

  test('names each field that is wrong', () => {
    const result = readForm({
      ...valuesOf(),
      endpoint: 'rgw.example.org',
      region: ' ',
      proxy: 'nowhere',
      connectTimeoutSeconds: 'soon',
    });
    expect(Object.keys('errors' in result ? result.errors : {}).toSorted()).toEqual(
      [
        'accessKeyId',
        'connectTimeoutSeconds',
        'endpoint',
        'name',
        'proxy',
        'region',
        'secretAccessKey',
      ].toSorted(),
    );
  });

  test('of a connection that is edited keeps the stored secret when none is typed', () => {
    const connection: S3Connection = {
      id: 'x',
      kind: 's3',
      name: 'Archive',
      s3: {
        preset: 'generic',
        endpoint: 'https://s3.example.org',
        region: 'us-east-1',
        accessKeyId: 'AKIA',
        addressing: 'path',
        caFile: '/ca.pem',
        connectTimeoutMs: 5000,
        idleTimeoutMs: 60_000,
      },
    };
    const result = readForm(valuesOf(connection), { id: 'x' });
    const draft = 'draft' in result ? result.draft : undefined;
    expect(draft).toEqual({ ...connection, keepSecret: 'vault' });
  });
});
