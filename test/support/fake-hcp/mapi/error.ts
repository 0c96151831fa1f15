/** An answer that is an error, with what the header X-HCP-ErrorMessage says. */
export class MapiError extends Error {
  override readonly name = 'MapiError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
