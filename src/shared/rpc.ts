import { z } from 'zod';

/**
 * The messages that cross a Port between the renderer's tRPC link and main. Structured clone carries them, so a
 * Date or bytes arrive as such (the transformer is the identity).
 */
export const rpcRequestSchema = z.discriminatedUnion('op', [
  z.object({
    op: z.literal('call'),
    /** Chosen by the caller; free again once the call has ended or was stopped. */
    id: z.number().int(),
    type: z.enum(['query', 'mutation', 'subscription']),
    path: z.string(),
    input: z.unknown(),
  }),
  /** Aborts a query or mutation, ends a subscription. Nothing is answered to it. */
  z.object({ op: z.literal('stop'), id: z.number().int() }),
]);
export type RpcRequest = z.infer<typeof rpcRequestSchema>;
export type RpcCall = Extract<RpcRequest, { op: 'call' }>;

export type RpcResponse =
  /** The answer of a query or mutation, or one value of a subscription (`eventId` when it was `tracked()`). */
  | { op: 'data'; id: number; data: unknown; eventId?: string }
  /** A subscription ended by itself. */
  | { op: 'end'; id: number }
  /** A tRPC error shape. The call has ended. */
  | { op: 'error'; id: number; error: unknown };

/** One end of a channel that carries structured clones: what the link and the server stand on. */
export interface Port {
  /** @throws DataCloneError when the message holds what cannot be cloned, such as a function. */
  send(message: unknown): void;
  /** Messages that came before are delivered too. One listener. */
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, whichever end closed. One listener. */
  onClose(listener: () => void): void;
  close(): void;
}
