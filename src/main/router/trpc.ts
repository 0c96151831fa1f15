import { initTRPC, TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import type { Context } from './context.ts';
import { failureFrom, trpcCodes } from './errors.ts';

const identity = (value: unknown) => value;

/**
 * Every error carries `data.failure`. Errors are mapped here and not in a middleware, which does not see what a
 * subscription's generator throws. Stack traces go out only where `serveRouter` is told so.
 */
const t = initTRPC.context<Context>().create({
  isDev: false,
  // structured clone carries Date and bytes; without this the client's types say that they arrive as text
  transformer: { serialize: identity, deserialize: identity },
  errorFormatter: ({ shape, error, path }) => {
    const failure = failureFrom(error, path ?? 'call');
    const code = trpcCodes[failure.kind];
    const httpStatus = getHTTPStatusCodeFromError(new TRPCError({ code }));
    return {
      message: failure.message,
      code: TRPC_ERROR_CODES_BY_KEY[code],
      data: { ...shape.data, code, httpStatus, failure },
    };
  },
});

export const { router, procedure } = t;
