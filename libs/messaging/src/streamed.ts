/** What is known of a stream before its bytes. */
export interface StreamHead {
  /** The media type; JSON, unless it is said. */
  readonly contentType?: string;
  /** The name to save it under, in any script. */
  readonly fileName?: string;
  /** The bytes are a failure that no message holds. */
  readonly isFailure?: true;
}

/**
 * An answer that is made while it is sent, however long it is (docs/adr/0015).
 *
 * `source` is called once, when the bytes are wanted, and asked for more only as the asker takes them. When the asker
 * leaves, `left` is aborted and the iterator's `return()` called. An async generator that waits for something hears of its
 * `return()` only afterwards, so whatever may wait long must heed `left`. A `Failure` thrown before the first bytes is an
 * ordinary refusal.
 */
export class Streamed {
  constructor(
    readonly head: StreamHead,
    readonly source: (left: AbortSignal) => AsyncIterable<Uint8Array>,
  ) {}

  /** What does not fit one message travels in parts. */
  static whole(bytes: Uint8Array, head: StreamHead = {}): Streamed {
    return new Streamed(head, async function* () { yield await Promise.resolve(bytes); });
  }

  /** The head alone, for whoever wants no bytes. */
  withoutBody(): Streamed {
    return new Streamed(this.head, async function* () { /* no bytes */ });
  }
}
