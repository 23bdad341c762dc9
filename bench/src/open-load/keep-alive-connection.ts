import { connect, type Socket } from 'node:net';

const headEnd = '\r\n\r\n';

interface Pending {
  readonly answered: (status: number) => void;
  readonly broken: () => void;
}

/** One connection that asks one thing at a time, and reads no more of an answer than its status and where it ends. */
export class KeepAliveConnection {
  private readonly socket: Socket;
  private pending: Pending | undefined;
  private head = '';
  private status = 0;
  /** How many bytes of the body are still to come; undefined while the head isn't there. */
  private rest: number | undefined;

  constructor({ hostname, port }: URL) {
    this.socket = connect(Number(port), hostname).setNoDelay();
    this.socket.on('data', (bytes) => {
      this.read(bytes);
    });
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => {
      this.pending?.broken();
      this.pending = undefined;
    });
  }

  get isOpen(): boolean {
    return !this.socket.destroyed;
  }

  ask(request: Uint8Array, pending: Pending): void {
    this.pending = pending;
    this.socket.write(request);
  }

  close(): void {
    this.pending = undefined;
    this.socket.destroy();
  }

  private read(bytes: Buffer): void {
    if (this.rest === undefined) {
      this.head += bytes.toString('latin1');
      const end = this.head.indexOf(headEnd);
      if (end < 0) return;
      this.status = Number(this.head.slice(9, 12));
      this.rest =
        end +
        headEnd.length +
        Number(/^content-length: (\d+)/im.exec(this.head.slice(0, end))?.[1] ?? 0) -
        this.head.length;
    } else {
      this.rest -= bytes.length;
    }
    if (this.rest === 0) this.end();
  }

  private end(): void {
    const { pending, status } = this;
    this.pending = this.rest = undefined;
    this.head = '';
    pending?.answered(status);
  }
}
