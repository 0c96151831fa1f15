import { sandboxEndpoint } from '#test/support/endpoints.ts';
import { behaves } from './behaviour.ts';

const has = { settings: ['versioning', 'acl', 'cors', 'tags'] } as const;
behaves('the sandbox', () => sandboxEndpoint(), has);
behaves('the sandbox, by the SDK alone', async () => ({ ...(await sandboxEndpoint()), lean: false }), has);
