import type { ServiceDeclaration } from '../service-declaration.js';

type Services = readonly ServiceDeclaration[];

/** Those that have an operations port beside the services, with the memory of a pod in MiB. */
const gateway = { name: 'gateway', memory: { limit: 512 } };

/** The regions of Prometheus' files. */
export const monitoringRegions = (services: Services): Record<string, Record<string, string>> => ({
  'deploy/prometheus/scrape.yml': { services: services.map(({ name }) => scrapeOf(name)).join('\n') },
  'deploy/prometheus/alerts.yml': {
    'presence-of-apps': [
      '        expr: >-',
      `          sum by (app) (up{app=~"${namesIn(services)}"}) == 0`,
      ...[gateway, ...services].map(({ name }) => `          or absent(up{app="${name}"})`),
    ].join('\n'),
    'replicas-of-apps': `        expr: >-\n          up{app=~"${namesIn(services)}"} == 0`,
    'memory-of-apps': [
      '        expr: >-',
      '          (',
      ...limits(services).map(
        ([limit, names], index) =>
          `          ${index === 0 ? '' : 'or '}predict_linear(process_resident_memory_bytes` +
          `{app=~"${names.join('|')}"}[6h], 86400) > ${limit} * 1024 * 1024`,
      ),
      '          )',
      '          and process_resident_memory_bytes > 200 * 1024 * 1024',
    ].join('\n'),
  },
});

const namesIn = (services: Services): string => [gateway, ...services].map(({ name }) => name).join('|');

/** The apps by their limit, the largest first. */
function limits(services: Services): [number, string[]][] {
  const apps = [gateway, ...services];
  return [...new Set(apps.map(({ memory }) => memory.limit))]
    .sort((one, other) => other - one)
    .map((limit) => [limit, apps.filter(({ memory }) => memory.limit === limit).map(({ name }) => name)]);
}

const scrapeOf = (name: string): string => `  - job_name: ${name}
    honor_labels: true
    dns_sd_configs: [{ names: [${name}], type: A, port: 9100 }]
    relabel_configs: [{ target_label: app, replacement: ${name} }]`;
