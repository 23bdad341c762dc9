import { RpcConnection } from '@refundry/messaging';

/** Hears everything that passes through NATS, as a spy would who had got in. */
export class RpcRecorder {
  readonly messages: Buffer[] = [];

  private constructor(private readonly connection: RpcConnection) {}

  static async start(natsUrl: string): Promise<RpcRecorder> {
    const connection = await RpcConnection.open(natsUrl, 'recorder');
    const recorder = new RpcRecorder(connection);
    connection.nats.subscribe('>', {
      callback: (_error, { subject, reply = '', headers, data }) => {
        const values = headers ? [...headers].flat(2) : [];
        recorder.messages.push(Buffer.concat([Buffer.from(`${[subject, reply, ...values].join(' ')}\n`), data]));
      },
    });
    await connection.nats.flush();
    return recorder;
  }

  async stop(): Promise<void> {
    await this.connection.nats.flush();
    await this.connection.close();
  }
}
