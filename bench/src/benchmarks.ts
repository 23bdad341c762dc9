import { benchAddressSetup } from './address-setup.js';
import { benchCountDrift } from './count-drift.js';
import { benchCustomersExport } from './customers-export.js';
import { benchCustomersList } from './customers-list.js';
import { benchCustomersPull } from './customers-pull.js';
import { benchEvents } from './events.js';
import { benchListPage } from './list-page.js';
import { benchNeighbours } from './neighbours.js';
import { benchObservability } from './observability.js';
import type { Options } from './options.js';
import { benchOverload } from './overload.js';
import { benchRefundProcedure } from './refund-procedure.js';
import { benchScale } from './scale.js';
import { benchSoak } from './soak.js';
import { benchSupplierRefunds } from './supplier-refunds.js';

/** Measures something and reports it. @throws one sentence when it can't, Interrupted when told to end */
type Benchmark = (options: Options, signal: AbortSignal) => Promise<void>;

/** Every benchmark there is, by the name that selects it. */
export const benchmarks: ReadonlyMap<string, Benchmark> = new Map([
  ['list-page', benchListPage],
  ['address-setup', benchAddressSetup],
  ['customers-list', benchCustomersList],
  ['customers-export', benchCustomersExport],
  ['customers-pull', benchCustomersPull],
  ['count-drift', benchCountDrift],
  ['supplier-refunds', benchSupplierRefunds],
  ['refund-procedure', benchRefundProcedure],
  ['events', benchEvents],
  ['overload', benchOverload],
  ['neighbours', benchNeighbours],
  ['observability', benchObservability],
  ['scale', benchScale],
  ['soak', benchSoak],
]);

/** It takes an hour. */
const onlyByName = 'soak';

/**
 * The benchmarks of these names; all but the soak, when none is named.
 *
 * @throws one sentence about a name that is unknown
 */
export function chosen(names: readonly string[]): Benchmark[] {
  if (names.length === 0)
    return [...benchmarks].filter(([name]) => name !== onlyByName).map(([, benchmark]) => benchmark);
  return names.map((name) => {
    const benchmark = benchmarks.get(name);
    if (!benchmark) throw new Error(`There is no benchmark ${name}; there are ${[...benchmarks.keys()].join(', ')}.`);
    return benchmark;
  });
}
