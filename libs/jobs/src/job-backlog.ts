import { Injectable } from '@nestjs/common';
import { Shards } from '@refundry/persistence';
import { JobClaims, type ClaimableJob } from './job-claims.js';
import { JobWorker } from './job-worker.js';

const pageSize = 32;
/** Jobs of another replica's shards that have waited for so long have found no free slot there. */
const lateMs = 1000;

type Pass = AsyncGenerator<ClaimableJob, undefined>;

/**
 * Claimable jobs one by one, in passes. A pass goes a page at a time through the jobs of this replica's shards, so that
 * replicas don't compete for them, and then through the late ones of the others, past those that can't be claimed.
 * Worker slots share a pass.
 */
@Injectable()
export class JobBacklog {
  private pass: Pass | undefined;

  constructor(
    private readonly claims: JobClaims,
    private readonly worker: JobWorker,
    private readonly shards: Shards,
  ) {}

  /**
   * The next job of the pass, or undefined at its end; the call after that begins the next pass.
   *
   * @param graceMs leaves out jobs that were ordered so short a time ago: they are about to be announced
   * @throws Failure `unavailable`, `deadline_exceeded`
   */
  async next(graceMs: number): Promise<ClaimableJob | undefined> {
    const pass = (this.pass ??= this.begin(graceMs));
    let job: ClaimableJob | undefined;
    try {
      job = (await pass.next()).value;
      return job;
    } finally {
      if (!job && this.pass === pass) this.pass = undefined;
    }
  }

  private async *begin(graceMs: number): Pass {
    const shards = this.shards.held;
    for (const { isOwn, waitedMs } of [
      { isOwn: true, waitedMs: 0 },
      { isOwn: false, waitedMs: lateMs },
    ]) {
      let after: ClaimableJob | undefined;
      do {
        const page = await this.claims.claimable({
          kinds: this.worker.kinds,
          limit: pageSize,
          after,
          shards,
          isOwn,
          waitedMs,
          graceMs,
        });
        yield* page;
        after = page[pageSize - 1];
      } while (after);
    }
    return undefined;
  }
}
