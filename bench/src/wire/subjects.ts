/** The NATS subject answered through our wire. */
export const ourSubject = 'bench.ours';

/** The NATS subject answered by bare nats.js. */
export const bareSubject = 'bench.bare';
