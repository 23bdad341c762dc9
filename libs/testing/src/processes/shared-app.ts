import type { AppProcessOptions, ReadyLine } from './app-process.js';

/**
 * An app that all test files of a run share. The first file that asks for it by its name has it started; it ends with
 * the run.
 *
 * @throws with the app's last lines when it did not become ready, or has ended since
 */
export async function sharedApp(options: Omit<AppProcessOptions, 'log'>): Promise<ReadyLine> {
  const url = process.env.TEST_SHARED_APPS_URL;
  if (url === undefined)
    throw new Error('TEST_SHARED_APPS_URL is not set: the global setup of jest.config.mjs sets it.');
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(options) });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as ReadyLine;
}
