/** Whose rules a new bucket's name has to follow. */
export type BucketNaming = 's3' | 'hcp';

/**
 * Why a new bucket cannot have this name: a sentence, or undefined when it can. Buckets that exist may have names of older
 * rules, so this is asked for new ones only.
 *
 * Sources: Amazon S3 User Guide, "General purpose bucket naming rules"; for HCP "Using the Hitachi API for Amazon S3",
 * "Bucket names" (no dots, and upper and lower case are the same).
 */
export function bucketNameProblem(name: string, naming: BucketNaming): string | undefined {
  if (name === '') return 'Give the bucket a name.';
  if (name.length < 3) return 'A bucket’s name has at least 3 characters.';
  if (name.length > 63) return 'A bucket’s name has at most 63 characters.';
  return naming === 'hcp' ? hcpProblem(name) : s3Problem(name);
}

function s3Problem(name: string): string | undefined {
  if (/[A-Z]/u.test(name)) return 'A bucket’s name has no upper-case letters.';
  if (!/^[a-z0-9.-]+$/u.test(name))
    return 'A bucket’s name has lower-case letters (a to z), digits, hyphens and dots only.';
  if (!/^[a-z0-9].*[a-z0-9]$/u.test(name)) return ENDS;
  if (name.includes('..')) return 'A bucket’s name has no two dots side by side.';
  if (/^\d+\.\d+\.\d+\.\d+$/u.test(name)) return 'A bucket’s name cannot look like an IP address.';
  const prefix = ['xn--', 'sthree-', 'amzn-s3-demo-'].find((reserved) => name.startsWith(reserved));
  if (prefix !== undefined) return `Names that begin with “${prefix}” are reserved.`;
  const suffix = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3'].find((each) => name.endsWith(each));
  return suffix === undefined ? undefined : `Names that end in “${suffix}” are reserved.`;
}

function hcpProblem(name: string): string | undefined {
  if (name.includes('.')) return 'On HCP a bucket’s name has no dots.';
  if (!/^[a-zA-Z0-9-]+$/u.test(name))
    return 'On HCP a bucket’s name has letters (a to z), digits and hyphens only.';
  if (!/^[a-zA-Z0-9].*[a-zA-Z0-9]$/u.test(name)) return ENDS;
  return /^xn--/iu.test(name) ? 'Names that begin with “xn--” are reserved.' : undefined;
}

const ENDS = 'A bucket’s name begins and ends with a letter or a digit.';
