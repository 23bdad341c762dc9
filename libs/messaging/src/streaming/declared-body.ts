import { headers, type Msg, type MsgHdrs } from '@nats-io/transport-node';

const bodyHeader = 'Refundry-Body';

/** Says of a request that its body follows in parts, and how many bytes it has. */
export const headersOfBody = (length: number): MsgHdrs => {
  const ours = headers();
  ours.set(bodyHeader, String(length));
  return ours;
};

/** How many bytes of body follow a request; undefined when it has brought its body itself. */
export const declaredLength = (request: Msg): number | undefined => {
  const text = request.headers?.get(bodyHeader) ?? '';
  return text === '' ? undefined : Number(text);
};
