/** The NATS subject answered through our RPC. */
export const ourSubject = 'bench.ours';

/** The NATS subject answered by bare nats.js. */
export const bareSubject = 'bench.bare';
