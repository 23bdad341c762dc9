import { connect } from '@nats-io/transport-node';
import { Reply, RpcServer } from '@refundry/messaging';
import { bareSubject, ourSubject } from './subjects.js';

/** Answers the same bytes to two subjects: to one as our services do, to the other as nats.js does by itself. */
const { NATS_URL = '', ANSWER = '' } = process.env;
const answer = Buffer.from(ANSWER);

const ours = new RpcServer({ url: NATS_URL, name: 'bench', limit: 1000, graceMs: 1000, observe: () => undefined });
ours.addHandler(ourSubject, () => Promise.resolve(new Reply(answer)));
await ours.listen((error) => {
  if (error) throw new Error('NATS is away', { cause: error });
});

const bare = await connect({ servers: NATS_URL });
bare.subscribe(bareSubject, {
  queue: 'bench',
  callback: (_error, message) => {
    message.respond(answer);
  },
});

await bare.flush();
console.log(JSON.stringify({ msg: 'ready' }));
process.once('SIGTERM', () => process.exit());
process.once('disconnect', () => process.exit());
