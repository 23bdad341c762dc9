import type { PipeTransform } from '@nestjs/common';
import { readListQuery } from '@refundry/pagination';
import { Failure, read, type Endpoint, type RequestOf } from '@refundry/resource';
import type { Frame } from './frame.js';

/** Turns a frame into the request that the endpoint's handler takes. @throws Failure for input the contract refuses */
export class RequestPipe implements PipeTransform<Frame, RequestOf<Endpoint>> {
  constructor(private readonly endpoint: Endpoint) {}

  transform({ head, body }: Frame): RequestOf<Endpoint> {
    const { requestId, deadline, query = '', key = '', publicUrl = '', format } = head;
    const { endpoint } = this;
    if (endpoint.kind === 'operation') return { requestId, deadline, input: read(endpoint.input, parseJson(body)) };
    const { caller } = head;
    if (!caller) throw new Error(`${endpoint.subject} was asked without a caller`);
    switch (endpoint.kind) {
      case 'list':
        return { requestId, deadline, caller, publicUrl, query, ...(format && { format }), ...readListQuery(endpoint, query) };
      case 'detail':
        return { requestId, deadline, caller, key };
      case 'action':
        return { requestId, deadline, caller, input: endpoint.query ? read(endpoint.query, lastValues(query)) : {} };
    }
  }
}

/** Of a repeated parameter the last counts; where it is empty, it is ignored. */
const lastValues = (query: string): Record<string, string> => Object.fromEntries(Object.entries(Object.fromEntries(new URLSearchParams(query))).filter(([, value]) => value.trim() !== ''));

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch (error) {
    throw new Failure('parse_error', (error as SyntaxError).message);
  }
}
