import { describe, expect, it } from '@jest/globals';
import { closingLine, failedFiles, ofCheck, ofJest, sum, withFilesAgain, type JestReport } from './test-totals.js';

const report: JestReport = {
  numPassedTests: 7,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
  testResults: [],
};

describe('counting a test run', () => {
  it('adds checks and tests up', () => {
    expect(closingLine(sum([ofCheck(true), ofCheck(true), ofJest(report)]))).toBe('9 passed, 0 failed');
    expect(closingLine(sum([ofCheck(false), ofJest({ ...report, numFailedTests: 2 })]))).toBe('7 passed, 3 failed');
  });

  it('shows what was skipped', () => {
    expect(closingLine(ofJest({ ...report, numPendingTests: 1, numTodoTests: 1 }))).toBe(
      '7 passed, 0 failed, 2 skipped',
    );
  });

  it('counts a file that does not load as a failure', () => {
    expect(ofJest({ ...report, numRuntimeErrorTestSuites: 1 }).failed).toBe(1);
  });

  it('fails a run without a report and a run without a test', () => {
    expect(ofJest(undefined).failed).toBe(1);
    expect(ofJest({ ...report, numPassedTests: 0 }).failed).toBe(1);
  });
});

describe('files that failed and were run again', () => {
  const statuses = (...each: string[]): { status: string }[] => each.map((status) => ({ status }));
  const failing: JestReport = {
    ...report,
    numPassedTests: 3,
    numFailedTests: 1,
    numPendingTests: 1,
    numRuntimeErrorTestSuites: 1,
    testResults: [
      { name: 'whole.spec.ts', status: 'passed', assertionResults: statuses('passed', 'passed') },
      { name: 'half.spec.ts', status: 'failed', assertionResults: statuses('passed', 'failed', 'pending') },
      { name: 'broken.spec.ts', status: 'failed', assertionResults: [] },
    ],
  };

  it('are those that had a failure or did not load', () => {
    expect(failedFiles(failing)).toEqual(['half.spec.ts', 'broken.spec.ts']);
    expect(failedFiles(undefined)).toEqual([]);
  });

  it('count as they went the second time', () => {
    expect(withFilesAgain(failing, { passed: 6, failed: 0, skipped: 1 })).toEqual({ passed: 8, failed: 0, skipped: 1 });
    expect(withFilesAgain(failing, { passed: 1, failed: 2, skipped: 1 })).toEqual({ passed: 3, failed: 2, skipped: 1 });
  });
});
