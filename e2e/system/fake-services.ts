import { Failure } from '@refundry/errors';
import { RpcServer, type Frame, Reply } from '@refundry/messaging';
import { AppProcess, NatsServer } from '@refundry/testing';
import { scriptOf } from '../../tools/src/topology.js';

/** The answer of a service: JSON, or why not. */
export type ServiceResponder = (frame: Frame) => string | Promise<string>;

/** The gateway as it is, and behind it services that answer what the test tells them to, by subject. */
export class FakeServices {
  private constructor(
    private readonly nats: NatsServer,
    private readonly server: RpcServer,
    private readonly gateway: AppProcess,
  ) {}

  static async start(answers: Readonly<Record<string, ServiceResponder>>): Promise<FakeServices> {
    const nats = await NatsServer.start();
    const server = new RpcServer({ url: nats.url(), name: 'fake', limit: 100, graceMs: 100, observe: () => undefined });
    for (const [subject, answer] of Object.entries(answers))
      server.addHandler(subject, (frame: Frame) => replyOf(answer, frame));
    await new Promise<void>((resolve) => {
      void server.listen(() => {
        resolve();
      });
    });
    const gateway = AppProcess.spawn({
      name: 'gateway',
      script: scriptOf('gateway'),
      env: { NATS_URL: nats.url(), WIRE_KEY: Buffer.alloc(32).toString('base64'), PORT: '0' },
    });
    await gateway.ready();
    return new FakeServices(nats, server, gateway);
  }

  /** The gateway's address. */
  get url(): string {
    return this.gateway.url ?? '';
  }

  async stop(): Promise<void> {
    await this.gateway.stop();
    await this.server.close();
    await this.nats.stop();
  }
}

async function replyOf(answer: ServiceResponder, frame: Frame): Promise<Reply | Failure> {
  try {
    return Reply.json(await answer(frame));
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}
