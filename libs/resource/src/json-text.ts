/** A `T` that is JSON text already: it crosses every process as it is. */
export class JsonText<T> {
  declare protected readonly of: T;
  constructor(readonly text: string) {}
}
