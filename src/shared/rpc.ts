/**
 * The messages that cross a Port between the renderer's tRPC link and main. Structured clone carries them, so a
 * Date or bytes arrive as such (the transformer is the identity).
 */
export type RpcType = 'query' | 'mutation' | 'subscription';

export type RpcRequest =
  | { op: 'call'; id: number; type: RpcType; path: string; input: unknown }
  /** Aborts a query or mutation, ends a subscription. */
  | { op: 'stop'; id: number };

export type RpcResponse =
  /** The answer of a query or mutation, or one value of a subscription. */
  | { op: 'data'; id: number; data: unknown; eventId?: string }
  /** A subscription ended by itself. */
  | { op: 'end'; id: number }
  /** A tRPC error shape. */
  | { op: 'error'; id: number; error: unknown };
