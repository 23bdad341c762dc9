/** Shares one call among all that are made while it is in flight. */
export function singleFlight<T>(call: () => Promise<T>): () => Promise<T> {
  let inFlight: Promise<T> | undefined;
  return () =>
    (inFlight ??= call().finally(() => {
      inFlight = undefined;
    }));
}
