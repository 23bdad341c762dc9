/** Reads the CPU time used until now, in microseconds, by what the processes are called in the report. */
export type CpuMicros = Readonly<Record<string, () => number>>;

/** How long some work took, and what each process spent on it. */
export interface ResourceUsage {
  readonly seconds: number;
  readonly cpuMs: Readonly<Record<string, number>>;
}

/** Does some work with the clock running. */
export async function spentOn<Outcome>(
  cpuMicros: CpuMicros,
  work: () => Promise<Outcome>,
): Promise<ResourceUsage & { readonly outcome: Outcome }> {
  const read = (): [string, number][] => Object.entries(cpuMicros).map(([part, micros]) => [part, micros()]);
  const before = Object.fromEntries(read());
  const startedAt = performance.now();
  const outcome = await work();
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    seconds,
    cpuMs: Object.fromEntries(read().map(([part, micros]) => [part, (micros - before[part]!) / 1000])),
    outcome,
  };
}
