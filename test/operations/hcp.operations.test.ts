import { startFakeHcp } from '#test/support/fake-hcp/fake-hcp.ts';
import { operate } from './suite.ts';
import { hcpSystem } from './systems.ts';

operate('Fake HCP', async () => hcpSystem(await startFakeHcp()));
