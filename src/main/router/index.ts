import { appProcedures } from './app.ts';
import { bucketProcedures } from './buckets.ts';
import { connectionProcedures } from './connections.ts';
import { jobProcedures } from './jobs.ts';
import { objectProcedures } from './objects.ts';
import { transferProcedures } from './transfers.ts';
import { router } from './trpc.ts';

export type { AppFacts, Context, Desktop } from './context.ts';

export const appRouter = router({
  app: appProcedures,
  connections: connectionProcedures,
  buckets: bucketProcedures,
  objects: objectProcedures,
  jobs: jobProcedures,
  transfers: transferProcedures,
});
export type AppRouter = typeof appRouter;
