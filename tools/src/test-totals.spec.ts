import { describe, expect, it } from '@jest/globals';
import { closingLine, ofCheck, ofJest, sum, type JestReport } from './test-totals.js';

const report: JestReport = {
  numPassedTests: 7,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
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
