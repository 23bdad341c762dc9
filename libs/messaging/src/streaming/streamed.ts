/** The metadata of a stream before its bytes. */
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
 * `source` is called once, when the bytes are wanted, and asked for more only as the client takes them. When the client
 * leaves, `left` is aborted and the iterator's `return()` called. An async generator that waits for something hears of
 * its `return()` only afterwards, so whatever may wait long must heed `left`. A `Failure` thrown before the first bytes
 * is an ordinary refusal.
 */
export class Streamed {
  constructor(
    readonly head: StreamHead,
    readonly source: (left: AbortSignal) => AsyncIterable<Uint8Array>,
    /** Ends the work behind a source that has begun; called whether it was asked for its bytes or not. */
    readonly close: () => void = () => undefined,
  ) {}

  /** Content too large for one message travels in parts. */
  static whole(bytes: Uint8Array, head: StreamHead = {}): Streamed {
    return new Streamed(head, async function* () {
      yield await Promise.resolve(bytes);
    });
  }

  /**
   * JSON whose beginning is there, and whose rest is read while it is sent. @param ends what stands before and behind
   * all of it
   */
  static around(
    [before, behind]: readonly [Uint8Array, Uint8Array],
    beginning: Uint8Array,
    rest: AsyncIterableIterator<Uint8Array>,
  ): Streamed {
    const close = (): void => {
      void rest.return?.();
    };
    return new Streamed(
      {},
      async function* (left) {
        left.addEventListener('abort', close);
        yield before;
        yield beginning;
        yield* rest;
        yield behind;
      },
      close,
    );
  }

  /** The head alone, for a caller that wants no bytes. */
  headOnly(): Streamed {
    return new Streamed(this.head, async function* () {
      /* no bytes */
    });
  }
}
