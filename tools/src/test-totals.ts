/** How many checks and tests went which way. */
export interface TestTotals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The counted part of Jest's JSON report of a run. */
export interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  /** Files that could not even be loaded. */
  readonly numRuntimeErrorTestSuites: number;
}

export const ofCheck = (passed: boolean): TestTotals => ({
  passed: passed ? 1 : 0,
  failed: passed ? 0 : 1,
  skipped: 0,
});

/** A run that left no report, or ran no test, has failed. */
export function ofJest(report: JestReport | undefined): TestTotals {
  if (!report) return ofCheck(false);
  const { numPassedTests: passed, numFailedTests, numRuntimeErrorTestSuites, numPendingTests, numTodoTests } = report;
  const failed = numFailedTests + numRuntimeErrorTestSuites;
  return { passed, failed: passed + failed === 0 ? 1 : failed, skipped: numPendingTests + numTodoTests };
}

export function sum(totals: readonly TestTotals[]): TestTotals {
  const total = (count: (totals: TestTotals) => number): number =>
    totals.reduce((before, totals) => before + count(totals), 0);
  return {
    passed: total(({ passed }) => passed),
    failed: total(({ failed }) => failed),
    skipped: total(({ skipped }) => skipped),
  };
}

/** The last line of a test run. */
export function closingLine({ passed, failed, skipped }: TestTotals): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
