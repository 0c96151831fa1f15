import type { ConnectionDraft, ServerCertificate } from '#shared/connection.ts';
import { hcpManagementEndpoint, hcpS3Endpoint } from '#shared/hcp.ts';
import { StorageError } from '#storage/errors.ts';
import { readCertificate } from '#storage/open.ts';
import type { CallOptions } from '#storage/storage.ts';

/**
 * The certificate that the server of a draft shows. Neither keys nor password are sent, or needed.
 * @throws StorageError `invalid-input` where there is none to show; what keeps the server from being reached.
 */
export async function draftCertificate(
  draft: ConnectionDraft,
  options: CallOptions,
): Promise<ServerCertificate> {
  switch (draft.kind) {
    case 'sandbox': {
      const message = 'A sandbox is on this computer: there is no certificate between.';
      throw new StorageError({ kind: 'invalid-input', operation: 'connect', message });
    }
    case 's3':
      return readCertificate({ endpoint: draft.s3.endpoint, network: draft.s3 }, options);
    case 'hcp': {
      // The system level is reached by its Management API alone.
      const endpoint =
        draft.hcp.tenant === undefined ? hcpManagementEndpoint(draft.hcp) : hcpS3Endpoint(draft.hcp);
      return readCertificate({ endpoint, network: draft.hcp }, options);
    }
  }
}
