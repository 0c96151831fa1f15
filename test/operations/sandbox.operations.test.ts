import { sandboxEndpoint } from '#test/support/endpoints.ts';
import { operate } from './suite.ts';
import { s3System } from './systems.ts';

operate('Sandbox', async () => s3System(await sandboxEndpoint()));
