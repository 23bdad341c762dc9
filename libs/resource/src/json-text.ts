/** A `T` that is JSON already, in UTF-8: it crosses every process as it is. */
export class JsonText<T> {
  declare protected readonly of: T;

  /**
   * @param rest what follows where it is too large to be held: read as it is sent; its `return` ends the work behind it
   * at once
   */
  constructor(
    readonly bytes: Uint8Array,
    readonly rest?: AsyncIterableIterator<Uint8Array>,
  ) {}

  static from<T>(text: string): JsonText<T> {
    return new JsonText(Buffer.from(text));
  }

  get text(): string {
    return Buffer.from(this.bytes).toString();
  }
}
