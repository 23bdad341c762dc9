import { EventEmitter, once } from 'node:events';
import type { PostgresServerOptions } from '@refundry/testing';

/** How PostgreSQL ran a statement, or one within a function that a statement called. */
export interface Plan {
  readonly statement: string;
  /** The tables of accounts' rows that were read without asking for one account's. */
  readonly unscoped: readonly string[];
}

const conditions = ['Index Cond', 'Recheck Cond', 'Filter', 'Hash Cond', 'Merge Cond', 'Join Filter'] as const;

interface PlanNode extends Partial<Record<(typeof conditions)[number], string>> {
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

interface LoggedPlan {
  readonly 'Query Text': string;
  readonly Plan: PlanNode;
}

/** A parameter, or the account of another row that is read. */
const ofOneAccount = /account_id = (?:\$\d+|\d+|\w+\.account_id)/;

/** Hears what PostgreSQL logs of the plans of everything that one application asks. */
export class PlanLog {
  private readonly lines = new EventEmitter();
  private readonly plans: Plan[] = [];
  private text: string[] | undefined;
  private awaited = '';

  /** @param application the name that its connections bear */
  constructor(private readonly application: string) {}

  /** With these, PostgreSQL logs them. */
  get options(): Pick<PostgresServerOptions, 'settings' | 'log'> {
    return {
      settings: {
        shared_preload_libraries: 'auto_explain',
        log_line_prefix: '%a|',
        log_statement: 'none',
        'auto_explain.log_min_duration': '0',
        'auto_explain.log_nested_statements': 'on',
        'auto_explain.log_format': 'json',
        'auto_explain.log_verbose': 'on',
      },
      log: (line) => {
        this.read(line);
      },
    };
  }

  /** All plans until a statement with this text in it has been logged, which `ask` asks. */
  async until(text: string, ask: () => Promise<unknown>): Promise<readonly Plan[]> {
    const logged = once(this.lines, text);
    this.awaited = text;
    await ask();
    await logged;
    return this.plans;
  }

  private read(line: string): void {
    if (this.awaited !== '' && line.includes(this.awaited)) this.lines.emit(this.awaited);
    if (line.startsWith('\t')) this.text?.push(line);
    else {
      if (this.text) this.plans.push(planIn(this.text.join('\n')));
      this.text = line.startsWith(`${this.application}|`) && line.endsWith('plan:') ? [] : undefined;
    }
  }
}

function planIn(text: string): Plan {
  const { 'Query Text': statement, Plan: plan } = JSON.parse(text) as LoggedPlan;
  return { statement, unscoped: unscopedIn(plan) };
}

function unscopedIn(node: PlanNode): string[] {
  const table = node['Relation Name'];
  const below = (node.Plans ?? []).flatMap(unscopedIn);
  if (table === undefined || table.startsWith('pg_') || conditions.some((name) => ofOneAccount.test(node[name] ?? '')))
    return below;
  return [table, ...below];
}
