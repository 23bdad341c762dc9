import type { TraceState } from '@opentelemetry/api';

const [maxMembers, maxLength] = [32, 512];
const member = /^[ \t]*([a-z\d][a-z\d_\-*/@]{0,255})=([ -+\--<>-~]{0,255}[!-+\--<>-~])[ \t]*$/;

/**
 * The `tracestate` of other systems beside a traceparent (W3C Trace Context §3.3): handed on as it is, and nothing of
 * ours is added.
 */
export class ForeignTraceState implements TraceState {
  private constructor(private readonly text: string) {}

  /** Undefined where it is not as the specification wants it. */
  static read(text: string): ForeignTraceState | undefined {
    const members = text.split(',').filter((one) => one.trim() !== '');
    const isValid =
      members.length > 0 &&
      members.length <= maxMembers &&
      text.length <= maxLength &&
      members.every((one) => member.test(one));
    return isValid ? new ForeignTraceState(text) : undefined;
  }

  get(key: string): string | undefined {
    return this.text
      .split(',')
      .map((one) => member.exec(one))
      .find((found) => found?.[1] === key)?.[2];
  }

  set(): this {
    return this;
  }

  unset(): this {
    return this;
  }

  serialize(): string {
    return this.text;
  }
}
