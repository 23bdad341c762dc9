import { demoAccount, someReason, syncAgain, type Demo } from './demo-account.js';

/** The message that is printed when everything is up: where things are, and lines to paste. */
export async function guide(
  demo: Demo,
  operations: ReadonlyMap<string, string>,
  paths: { logs: string; demo: string; certificate: string },
): Promise<string> {
  const api = `${demo.gateway}/api/v1/oms/`;
  const reasons = `${api}cancellation-reasons/`;
  const program = demo.gateway.startsWith('https:') ? `curl --cacert ${paths.certificate}` : 'curl';
  const curl = (options: string, url: string): string =>
    `  ${program} ${options}-H 'Authorization: Token ${demo.oms.token}' '${url}'`;
  const detail = await someReason(demo);
  return [
    '',
    `Refundry serves at ${demo.gateway}`,
    ...[...operations].map(([app, url]) => `  ${app.padEnd(18)} ${url}/health/ready`),
    `  ${'Omnitron'.padEnd(18)} ${demo.omnitron.url}`,
    `All of the API is shown, to be tried out, at ${demo.gateway}/api/docs`,
    ...(demo.webhooks.retail
      ? [`What its webhooks bring is shown, its signatures verified, at ${demo.webhooks.retail.url}`]
      : []),
    `Logs are in ${paths.logs}, the demo credentials in ${paths.demo}.`,
    '',
    'Try:',
    curl('-X POST ', `${reasons}pull_from_omnitron/`),
    curl('', `${reasons}?page_size=10&sort=-id`),
    ...(detail === undefined ? [] : [curl('', `${reasons}${detail}/`)]),
    curl('-X OPTIONS ', reasons),
    curl('', `${api}setup/addresses/get_async_status/`),
    curl('', `${api}districts/?search=istiklal`),
    curl('', `${api}cities/?sort=name`),
    `  ${program} -d '${tokenRequest(demo)}' '${demo.gateway}/api/o/token/'   # its access_token is a Bearer ` +
      'token for:',
    `  ${demo.gateway}/api/v1/supplier-refunds/   (with curl, or in a browser, which asks for ` +
      `${demo.retail.username}'s password)`,
    `  ${program} -H 'Domain: ${demo.reservation.domain}' -H "Authorization: Bearer $(npm run -s accounts -- ` +
      `jwt sign --account ${demoAccount} --domain ${demo.reservation.domain} --expires-in 1h --json | node -p ` +
      `'JSON.parse(require("fs").readFileSync(0)).jwt')" ` +
      `'${demo.gateway}/api/reservation/v1/refund/procedure?reserve_id=${demo.reservation.reserve_ids[0]}&detail=1'`,
    `  ${syncAgain('addresses')}`,
    `  npm run accounts -- schedule list --account ${demoAccount}`,
    `  npm run accounts -- token list --account ${demoAccount}`,
    '',
    'Ctrl-C ends everything.',
  ].join('\n');
}

const tokenRequest = ({ retail }: Demo): string =>
  new URLSearchParams({ grant_type: 'password', ...retail }).toString();
