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
  readonly testResults: readonly FileReport[];
}

interface FileReport {
  /** The path of the file. */
  readonly name: string;
  readonly status: string;
  readonly assertionResults: readonly { readonly status: string }[];
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

/** The files of which a test failed, or that could not be loaded. */
export const failedFiles = (report: JestReport | undefined): string[] =>
  (report?.testResults ?? []).filter(({ status }) => status === 'failed').map(({ name }) => name);

/** A run of which those files count as they went when they were run again. */
export function withFilesAgain(report: JestReport, again: TestTotals): TestTotals {
  const first = ofJest(report);
  const tests = report.testResults
    .filter(({ status }) => status === 'failed')
    .flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status));
  const passed = tests.filter((status) => status === 'passed').length;
  const failed = tests.filter((status) => status === 'failed').length;
  return {
    passed: first.passed - passed + again.passed,
    failed: first.failed - failed - report.numRuntimeErrorTestSuites + again.failed,
    skipped: first.skipped - (tests.length - passed - failed) + again.skipped,
  };
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
