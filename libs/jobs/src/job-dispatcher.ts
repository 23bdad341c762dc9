import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import { SpanKind } from '@opentelemetry/api';
import { Lane, Rounds } from '@refundry/persistence';
import { continued, type SpanDescription, type TraceHeaders } from '@refundry/resource';
import { JobClaims } from './job-claims.js';
import { JobWorker } from './job-worker.js';
import { WakeUpStream } from './wake-up-stream.js';

const sweepEveryMs = 1000;
const listenAgainMs = 2000;
const wakeUpsAtOnce = 4;

/** Whoever ordered the job may have been traced. */
interface WakeUp extends TraceHeaders {
  readonly account: number;
  readonly job: string;
}

/**
 * Brings jobs to the worker: those that JetStream announces, and, because nothing depends on JetStream, those that a sweep
 * of the table finds in nobody's hands.
 */
@Injectable()
export class JobDispatcher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('JobDispatcher');
  private readonly sweeps = new Rounds(() => this.sweep(), sweepEveryMs, this.logger);
  private readonly listening = new Rounds(() => this.listen(), listenAgainMs, this.logger);
  private messages: ConsumerMessages | undefined;
  private isClosing = false;

  constructor(
    private readonly worker: JobWorker,
    private readonly claims: JobClaims,
    private readonly stream: WakeUpStream,
    private readonly lane: Lane,
  ) {}

  onApplicationBootstrap(): void {
    this.sweeps.begin();
    this.listening.begin();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isClosing = true;
    this.messages?.stop();
    await Promise.all([this.sweeps.end(), this.listening.end()]);
  }

  private async sweep(): Promise<void> {
    if (!this.lane.isUp || this.worker.freeHands <= 0) return;
    for (const { account, id } of await this.claims.unheld(this.worker.freeHands, this.worker.kinds)) this.offer(account, id);
  }

  private offer(account: number, id: string): void {
    this.worker.take(account, id).catch((error: unknown) => { this.logger.warn({ account, job: id, err: error, msg: 'could not take a job' }); });
  }

  /** Takes wake-ups until the stream or the connection goes. */
  private async listen(): Promise<void> {
    if (!this.stream.isReachable) return;
    this.messages = await this.stream.consume(wakeUpsAtOnce);
    if (this.isClosing) this.messages.stop();
    for await (const message of this.messages) void this.wake(message);
  }

  /** A wake-up is heard once: a job that no hand was free for is found by the sweep, wherever one is. */
  private async wake(message: JsMsg): Promise<void> {
    try {
      const { account, job, ...trace } = message.json<WakeUp>();
      await continued(trace, () => wakeUpSpan(message.subject), () => this.worker.take(account, job, () => { message.working(); }));
      await message.ackAck();
    } catch (error) {
      // Whatever becomes of the message, the sweep finds the job.
      this.logger.warn({ err: error, msg: 'a wake-up came to nothing' });
    }
  }
}

const wakeUpSpan = (subject: string): SpanDescription => ({ name: `process ${subject}`, kind: SpanKind.CONSUMER, attributes: { 'messaging.system': 'nats', 'messaging.operation.type': 'process', 'messaging.destination.name': subject } });
