import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Answer } from '../system/http.js';
import type { FuzzRequest } from './fuzz-request.js';
import type { DescribedApi, DescribedOperation, DescribedResponse, Schema } from './described-api.js';

/** The requirements of HTTP for any answer. */
const everywhere = new Set(['date', 'connection', 'keep-alive', 'transfer-encoding', 'content-length', 'content-type']);
/** The actions of a browsable page. */
const ofPages = new Set(['content-security-policy', 'x-content-type-options', 'referrer-policy']);
/** The statuses allowed when a method, or HTTP, is refused. */
const refusedAnywhere = new Set([400, 401, 403, 404, 405, 406, 408, 431]);

/** By which the compiler of schemas knows the description. */
const described = 'api';

type Validate = (value: unknown) => string | undefined;

/** Holds answers against what the API says it answers. */
export class AnswerCheck {
  private readonly ajv = new Ajv2020({ strict: false });
  private readonly validators = new Map<string, Validate>();

  constructor(private readonly api: DescribedApi) {
    addFormats.default(this.ajv);
    this.ajv.addSchema({ $id: described, components: { schemas: closed(api.components.schemas) } });
  }

  /** The faults of an answer. @param operation whose answer it is; of a stray request, what else stands at its path */
  complaints(
    operation: DescribedOperation,
    { method, isStray }: Pick<FuzzRequest, 'method' | 'isStray'>,
    answer: Answer,
  ): string[] {
    const { status } = answer;
    if (status >= 500) return [`${status} ${answer.text.slice(0, 200)}`];
    const response =
      this.api.response(operation, status) ??
      (isStray && refusedAnywhere.has(status) ? this.api.response(operation, 'default') : undefined);
    if (!response) return [`${status} is not declared: ${answer.text.slice(0, 200)}`];
    return [...this.headerComplaints(response, answer), ...this.bodyComplaints(response, method === 'HEAD', answer)];
  }

  private headerComplaints({ headers }: DescribedResponse, answer: Answer): string[] {
    const declared = new Map(Object.entries(headers).map(([name, header]) => [name.toLowerCase(), header]));
    const isPage = mediaTypeOf(answer) === 'text/html';
    const missing = [...declared].filter(
      ([name, header]) => this.api.isRequired(header) && answer.headers[name] === undefined,
    );
    const undeclared = Object.keys(answer.headers).filter(
      (name) => !declared.has(name) && !everywhere.has(name) && !(isPage && ofPages.has(name)),
    );
    // A route that isn't there has no methods.
    const excused = answer.status === 404 ? ['allow', 'vary'] : [];
    return [
      ...missing.filter(([name]) => !excused.includes(name)).map(([name]) => `${answer.status} without ${name}`),
      ...undeclared.map((name) => `${answer.status} with ${name}, which is not declared`),
    ];
  }

  private bodyComplaints({ content }: DescribedResponse, isHead: boolean, answer: Answer): string[] {
    if (!content || isHead) return answer.text === '' ? [] : [`${answer.status} with a body`];
    const mediaType = mediaTypeOf(answer);
    const declared = content[mediaType];
    if (!declared) return [`${answer.status} as ${mediaType || 'nothing'}, which is not declared`];
    if (mediaType !== 'application/json') return [];
    const complaint = this.validator(declared.schema)(answer.json);
    return complaint === undefined
      ? []
      : [`${answer.status} outside its schema: ${complaint}: ${answer.text.slice(0, 300)}`];
  }

  private validator(schema: Schema): Validate {
    const name = JSON.stringify(schema);
    const known = this.validators.get(name);
    if (known) return known;
    const validate = this.ajv.compile(closed(schema));
    const checked: Validate = (value) => (validate(value) ? undefined : this.ajv.errorsText(validate.errors));
    this.validators.set(name, checked);
    return checked;
  }
}

const mediaTypeOf = ({ headers }: Answer): string => headers['content-type']?.split(';')[0] ?? '';

/** Clients shall ignore what they don't know; we shall not answer it. A schema that is referred to is compiled once. */
function closed<T>(value: T): T {
  if (typeof value === 'string') return value.replace(/^#\/components\//, `${described}#/components/`) as T;
  if (Array.isArray(value)) return value.map(closed) as T;
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, closed<unknown>(member)]));
  return (
    'properties' in value && !('additionalProperties' in value) ? { ...members, additionalProperties: false } : members
  ) as T;
}
