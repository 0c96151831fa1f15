import type { ConnectionCredentials, SnippetTool } from '#shared/connection.ts';

export interface SnippetInput {
  endpoint: string;
  region: string;
  addressing: 'path' | 'virtual-host';
  accessKeyId: string;
  /** Left out: a placeholder stands there. */
  secretAccessKey?: string | undefined;
  caFile?: string | undefined;
  proxy?: string | undefined;
}

const PLACEHOLDER = '<secret access key>';

/**
 * How other tools reach the same server, ready to be pasted into a POSIX shell, or (boto3) into Python. Nothing is
 * written to their configuration files, and whatever is in them does not matter. Every value is quoted, whatever is in
 * it; checksums are sent where S3 requires them only, since others than AWS refuse the newer ones.
 */
export function snippets(input: SnippetInput): ConnectionCredentials['snippets'] {
  const make: Record<SnippetTool, { label: string; text: (input: Known) => string }> = {
    'aws-cli': { label: 'AWS CLI', text: awsCli },
    rclone: { label: 'rclone', text: rclone },
    boto3: { label: 'Python (boto3)', text: boto3 },
    s3cmd: { label: 's3cmd', text: s3cmd },
  };
  const known = { ...input, secret: input.secretAccessKey ?? PLACEHOLDER };
  const tools: SnippetTool[] = ['aws-cli', 'rclone', 'boto3', 's3cmd'];
  return tools.map((tool) => ({ tool, label: make[tool].label, text: make[tool].text(known) }));
}

type Known = SnippetInput & { secret: string };

function awsCli({ endpoint, region, accessKeyId, secret, addressing, caFile, proxy }: Known): string {
  const config = `[default]\ns3 =\n  addressing_style = ${addressing === 'path' ? 'path' : 'virtual'}\n`;
  return lines(
    '# Holds for this shell alone: keys from the environment, and a configuration file of its own.',
    'unset AWS_PROFILE AWS_SESSION_TOKEN',
    `export AWS_ACCESS_KEY_ID=${sh(accessKeyId)}`,
    `export AWS_SECRET_ACCESS_KEY=${sh(secret)}`,
    `export AWS_DEFAULT_REGION=${sh(region)}`,
    `export AWS_ENDPOINT_URL=${sh(endpoint)}`,
    'export AWS_REQUEST_CHECKSUM_CALCULATION=when_required',
    'export AWS_RESPONSE_CHECKSUM_VALIDATION=when_required',
    caFile !== undefined && `export AWS_CA_BUNDLE=${sh(caFile)}`,
    proxy !== undefined && `export HTTP_PROXY=${sh(proxy)} HTTPS_PROXY=${sh(proxy)}`,
    'export AWS_CONFIG_FILE="$(mktemp)"',
    `printf %s ${sh(config)} > "$AWS_CONFIG_FILE"`,
    // The command's own option, for versions that do not know the variable.
    `aws --endpoint-url ${sh(endpoint)} s3 ls`,
  );
}

function rclone({ endpoint, region, accessKeyId, secret, addressing, caFile, proxy }: Known): string {
  const set = (name: string, value: string) => `export RCLONE_CONFIG_COOPER_${name}=${sh(value)}`;
  return lines(
    set('TYPE', 's3'),
    set('PROVIDER', 'Other'),
    set('ACCESS_KEY_ID', accessKeyId),
    set('SECRET_ACCESS_KEY', secret),
    set('REGION', region),
    set('ENDPOINT', endpoint),
    set('FORCE_PATH_STYLE', String(addressing === 'path')),
    set('ENV_AUTH', 'false'),
    proxy !== undefined && `export HTTP_PROXY=${sh(proxy)} HTTPS_PROXY=${sh(proxy)}`,
    `rclone ${caFile === undefined ? '' : `--ca-cert ${sh(caFile)} `}lsd cooper:`,
  );
}

function boto3({ endpoint, region, accessKeyId, secret, addressing, caFile, proxy }: Known): string {
  const style = addressing === 'path' ? 'path' : 'virtual';
  return lines(
    'import boto3',
    'from botocore.config import Config',
    '',
    's3 = boto3.client(',
    '    "s3",',
    `    endpoint_url=${py(endpoint)},`,
    `    region_name=${py(region)},`,
    `    aws_access_key_id=${py(accessKeyId)},`,
    `    aws_secret_access_key=${py(secret)},`,
    caFile !== undefined && `    verify=${py(caFile)},`,
    '    config=Config(',
    `        s3={"addressing_style": "${style}"},`,
    '        request_checksum_calculation="when_required",',
    '        response_checksum_validation="when_required",',
    proxy !== undefined && `        proxies={"http": ${py(proxy)}, "https": ${py(proxy)}},`,
    '    ),',
    ')',
    'print([bucket["Name"] for bucket in s3.list_buckets()["Buckets"]])',
  );
}

function s3cmd({ endpoint, region, accessKeyId, secret, addressing, caFile }: Known): string {
  const { protocol, host } = new URL(endpoint);
  const option = (name: string, value: string) => `  --${name}=${sh(value)} \\`;
  return lines(
    's3cmd \\',
    option('access_key', accessKeyId),
    option('secret_key', secret),
    option('host', host),
    // Without the placeholder for the bucket s3cmd uses the path.
    option('host-bucket', addressing === 'path' ? host : `%(bucket)s.${host}`),
    option('region', region),
    protocol === 'http:' ? '  --no-ssl \\' : '  --ssl \\',
    caFile !== undefined && option('ca-certs', caFile),
    '  ls',
  );
}

/** A word of a POSIX shell in which nothing is special. */
function sh(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** A text as Python writes it: JSON's notation is one of Python's. */
function py(text: string): string {
  return JSON.stringify(text).replaceAll('\u007f', String.raw`\u007f`);
}

function lines(...all: (string | false)[]): string {
  return `${all.filter((line) => line !== false).join('\n')}\n`;
}
