import { pretty } from './drafts.ts';

/** Something to begin with, which does little by itself. */
export const examples: Record<'lifecycle' | 'policy', (bucket: string) => string> = {
  lifecycle: () =>
    pretty({
      Rules: [
        {
          ID: 'abort-unfinished-uploads',
          Status: 'Enabled',
          Filter: { Prefix: '' },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
        },
      ],
    }),
  policy: (bucket) =>
    pretty({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'ReadPublicFolder',
          Effect: 'Allow',
          Principal: '*',
          Action: 's3:GetObject',
          Resource: `arn:aws:s3:::${bucket}/public/*`,
        },
      ],
    }),
};
