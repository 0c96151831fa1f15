import { sandboxEndpoint } from '#test/support/endpoints.ts';
import { behaves } from './behaviour.ts';

behaves('the sandbox', () => sandboxEndpoint(), { settings: ['versioning', 'acl', 'cors', 'tags'] });
