import type { FailureCode } from '@refundry/errors';
import type { Class } from './fields/field.js';
import type { Family, Method } from './family.js';
import type { Filter } from './filters.js';
import type { ExportFormat, Format } from './format.js';
import type { JsonText } from './json-text.js';
import type { ActionRequest, DetailRequest, ListRequest, OperationRequest, Page } from './requests.js';

/** How long a caller of an ordinary endpoint waits. */
export const defaultDeadlineMs = 10_000;

interface Addressed {
  /** The NATS subject it is asked at; its first token is the service. */
  readonly subject: string;
  /** How long its caller waits at most, in milliseconds. */
  readonly deadlineMs: number;
  /** It carries credentials: neither request nor answer can be read on NATS. */
  readonly isEncrypted: boolean;
  /** It only looks: when the replica that was asked dies, another is asked. */
  readonly isRead: boolean;
}

/** The description of an endpoint, beside its declaration. */
export interface Documentation {
  /** Its summary, in a line; without it the line is made of its kind and its path. */
  readonly summary?: string | undefined;
  readonly description?: string | undefined;
  /** An answer as it is printed; of a list, a row of it. */
  readonly example?: object | undefined;
  /** An input as it is sent. */
  readonly inputExample?: object | undefined;
  /** Its possible failures, beyond those of every endpoint of its kind. */
  readonly refusals?: readonly FailureCode[] | undefined;
}

interface Mounted extends Addressed {
  readonly documentation: Documentation;
  readonly family: Family;
  /** The name in `OPTIONS`. */
  readonly name: string;
  /** The path of the noun that it belongs to, below the family's base. */
  readonly resource: string;
  /**
   * Below the family's base, without slashes at its ends; `:key` is the row's key, `:within` that of the row it stands
   * in.
   */
  readonly path: string;
  /** Further paths at which the same is answered; links always use `path`. */
  readonly aliases: readonly string[];
  readonly methods: readonly Method[];
  /**
   * Of a success; one of 204 has no body unless its `detailed` answer was asked for, one of 201 says where the resource
   * is.
   */
  readonly status: 200 | 201 | 202 | 204;
  readonly scope: string;
  /** Answered without a credential: it is where one is got, or holds nothing that is anybody's. */
  readonly isPublic: boolean;
  /** Answers hold links, so the service must be told what they begin with. */
  readonly hasLinks: boolean;
  readonly formats: readonly Format[];
  /** A GET that changes state: no cache may keep its answer. */
  readonly changesState: boolean;
  /** A 401 carries an empty object instead of the reason. */
  readonly bare401: boolean;
}

export interface ListEndpoint<T extends object = object, Options extends object = object> extends Mounted {
  readonly kind: 'list';
  readonly of: Class<T>;
  /** Options beside filters, order and page. */
  readonly query?: Class<Options>;
  /** The class of its rows with `?detail=1`. */
  readonly detailed?: Class<T>;
  readonly filters: readonly Filter[];
  /** The fields that may be sorted by. */
  readonly sort: readonly string[];
  /** Other names under which they may. */
  readonly sortAliases: Readonly<Record<string, string>>;
  /** The order without `sort`; ends in the key, so that pages never overlap. */
  readonly order: readonly string[];
}

export interface DetailEndpoint<T extends object = object> extends Mounted {
  readonly kind: 'detail';
  readonly of: Class<T>;
  /** The class of its answer with `?detail=1`. */
  readonly detailed?: Class<T>;
}

export interface ActionEndpoint<In extends object = object, Out extends object | void = object | void> extends Mounted {
  readonly kind: 'action';
  /** Options, read from the query parameters of a POST; a link, which anybody can be made to follow, carries none. */
  readonly query?: Class<In>;
  /** The class of the body; without it, and for GET, the body is ignored. */
  readonly input?: Class<In>;
  /** The input may stand in the body, of a GET too, or in the query. */
  readonly mergesQuery: boolean;
  /** So many inputs at once may come in an array; without it a body is one input. */
  readonly atMost?: number;
  /** A request with an `Idempotency-Key` can be repeated: it is done once. */
  readonly isRepeatable: boolean;
  /** Fields that the input leaves out stay as they are. */
  readonly isPartial: boolean;
  /** The class of its answer; without it an empty object. */
  readonly output?: Class<Out & object>;
  /** The class of its answer with `?detail=1`; an endpoint of 204 then answers with 200. */
  readonly detailed?: Class<Out & object>;
}

/** An action that answers a file, whatever format is asked for. */
export interface FileEndpoint extends ActionEndpoint<object, void> {
  readonly file: ExportFormat;
}

/** Operations between our own processes; the gateway never mounts it. */
export interface Operation<In extends object = object, Out extends object | void = object | void> extends Addressed {
  readonly kind: 'operation';
  readonly input: Class<In>;
  readonly output?: Class<Out & object>;
}

export type MountedEndpoint = ListEndpoint | DetailEndpoint | ActionEndpoint | FileEndpoint;
export type Endpoint = MountedEndpoint | Operation;

/** The request of an endpoint's handler. */
export type RequestOf<E> =
  E extends ListEndpoint<object, infer Options>
    ? ListRequest<Options>
    : E extends DetailEndpoint
      ? DetailRequest
      : E extends ActionEndpoint<infer In>
        ? ActionRequest<In>
        : E extends Operation<infer In>
          ? OperationRequest<In>
          : never;

/** The result of an endpoint's handler. */
export type ReplyOf<E> =
  E extends ListEndpoint<infer T>
    ? Page<T>
    : E extends DetailEndpoint<infer T>
      ? JsonText<T> | T
      : E extends ActionEndpoint<object, infer Out>
        ? Out | JsonTextOf<Out>
        : E extends Operation<object, infer Out>
          ? Out
          : never;

type JsonTextOf<Out> = Out extends object ? JsonText<Out> : never;
