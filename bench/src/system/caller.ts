import { callAccounts } from './apps.js';

/** An account of its own, and what it proves itself with. */
export interface Caller {
  readonly account: number;
  readonly token: string;
}

/** @param operator the environment of the operators' command line */
export async function newCaller(operator: NodeJS.ProcessEnv, name: string): Promise<Caller> {
  const { id } = await callAccounts<{ id: number }>(operator, 'account', 'create', '--name', name);
  const { token } = await callAccounts<{ token: string }>(operator, 'token', 'create', '--account', name);
  return { account: id, token };
}
