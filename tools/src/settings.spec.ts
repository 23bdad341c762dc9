import { describe, expect, it } from '@jest/globals';
import { inVariable } from '@refundry/workspace';
import { portsToListenOn, readSettings } from './settings.js';
import { services } from './topology.js';

const ofServices = services.map(({ name }) => `OPERATIONS_PORT_${inVariable(name)}`);

describe('the settings of the launcher', () => {
  it('has a default for everything', () => {
    const settings = readSettings({});
    expect(settings.folder).toMatch(/[/]\.data$/);
    expect(portsToListenOn(settings).map(({ variable, port }) => `${variable}=${port}`)).toEqual([
      'PORT=8080',
      'OMNITRON_PORT=8090',
      'RECEIVER_PORT=8091',
      'POSTGRES_PORT=54320',
      'NATS_PORT=42220',
      'OPERATIONS_PORT_GATEWAY=9100',
      ...services.map(({ operationsPort }, index) => `${ofServices[index]}=${operationsPort}`),
    ]);
    expect(ofServices).toContain('OPERATIONS_PORT_SUPPLIER_REFUND');
  });

  it('needs no port for what runs already', () => {
    const settings = readSettings({
      DATABASE_URL: 'postgres://a:b@db/x',
      NATS_URL: 'nats://a:b@nats',
      OMNITRON_URL: 'https://o.example',
      OMNITRON_USERNAME: 'u',
      OMNITRON_PASSWORD: 'p',
    });
    expect(portsToListenOn(settings).map(({ variable }) => variable)).toEqual([
      'PORT',
      'RECEIVER_PORT',
      'OPERATIONS_PORT_GATEWAY',
      ...ofServices,
    ]);
    expect(settings.omnitron).toEqual({ url: 'https://o.example', username: 'u', password: 'p' });
  });

  it('serves HTTPS when it is asked to, and refuses what it does not know', () => {
    expect([readSettings({}).tls, readSettings({}, ['--tls']).tls]).toEqual([false, true]);
    expect(() => readSettings({}, ['--https'])).toThrow('There is no option --https; --tls is one.');
  });

  it.each([
    [{ PORT: 'x' }, 'PORT must be a whole number from 0 to 65535, not "x".'],
    [{ OPERATIONS_PORT_OMS: '65536' }, 'OPERATIONS_PORT_OMS must be'],
    [{ NATS_URL: 'somewhere' }, 'NATS_URL is not a URL.'],
    [{ OMNITRON_URL: 'https://o.example' }, 'OMNITRON_URL needs OMNITRON_USERNAME and OMNITRON_PASSWORD beside it.'],
  ])('says what is wrong with %j', (environment, sentence) => {
    expect(() => readSettings(environment)).toThrow(sentence);
  });
});
