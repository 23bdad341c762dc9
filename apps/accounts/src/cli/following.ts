import type { SyncReport } from '@refundry/contracts';
import { isSilence } from './services.js';

export interface Following {
  /** How the run stands. @throws Failure */
  readonly report: () => Promise<SyncReport>;
  readonly onReport: (report: SyncReport) => void;
  /** oms has ceased to answer; it is waited for. */
  readonly onSilence: () => void;
  /** Rejects when nobody wants to follow any longer. */
  readonly stopped: Promise<never>;
  readonly clock: Clock;
}

/** In milliseconds. */
export interface Clock {
  now(): number;
  pause(duration: number): Promise<unknown>;
}

const everyMs = 250;
/** oms, or NATS, may be started anew meanwhile. */
const patienceMs = 30_000;

/** Asks how a run stands until it has ended. @throws Failure, and what `stopped` rejects with */
export async function follow({ report, onReport, onSilence, stopped, clock }: Following): Promise<SyncReport> {
  let silentSince: number | undefined;
  for (;;) {
    try {
      const standing = await Promise.race([stopped, report()]);
      silentSince = undefined;
      onReport(standing);
      if (standing.state !== 'WORKING') return standing;
    } catch (error) {
      if (!isSilence(error) || clock.now() - (silentSince ?? Infinity) > patienceMs) throw error;
      if (silentSince === undefined) onSilence();
      silentSince ??= clock.now();
    }
    await Promise.race([stopped, clock.pause(everyMs)]);
  }
}
