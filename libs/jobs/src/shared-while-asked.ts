/** A question that is asked once for all who ask it at the same time. */
export function sharedWhileAsked<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => (asked ??= ask().finally(() => { asked = undefined; }));
}
