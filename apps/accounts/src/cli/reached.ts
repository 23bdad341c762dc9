/** @throws Error with one sentence that says what can't be reached, and why */
export async function reached<T>(what: string, attempt: Promise<T>): Promise<T> {
  try {
    return await attempt;
  } catch (error) {
    throw new Error(`${what} can't be reached: ${(error as Error).message}`, { cause: error });
  }
}
