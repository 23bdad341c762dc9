import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { newSecret, signatures } from './signature.js';
import { webhookMessage } from './webhook-message.js';

const secret = 'whsec_cmVmdW5kcnktZXhhbXBsZS1zZWNyZXQtMzItYnl0ZXM=';
const paid = {
  id: '8f14e45f-ceea-467f-a9d6-6a9d2f7c1b11',
  type: 'reservation_refund.paid',
  occurred: '2026-11-29T05:40:00.125000Z',
  subject: 'reservations/10011',
  data: '{"refund":1,"reservation":10011}',
};
const timestamp = 1_796_017_200;

describe('a message', () => {
  it('is that of the worked example, byte for byte', () => {
    const { body, headers } = webhookMessage(paid, 'standard', [secret], timestamp * 1000);
    expect(body).toBe(
      '{"type":"reservation_refund.paid","timestamp":"2026-11-29T05:40:00.125Z",' +
        '"data":{"refund":1,"reservation":10011}}',
    );
    expect(headers).toMatchObject({
      'webhook-id': paid.id,
      'webhook-timestamp': '1796017200',
      'webhook-signature': 'v1,P99UqOvlW9W56kPuBlUYvu54iR9GEgdMZH+9L8IMUxc=',
    });
  });

  it('has a signature that the library of Standard Webhooks makes too, for any secret', () => {
    for (let round = 0; round < 20; round++) {
      const own = newSecret();
      const theirs = new Webhook(own).sign(paid.id, new Date(timestamp * 1000), 'ünïcode');
      expect(signatures({ id: paid.id, timestamp, body: 'ünïcode' }, [own])).toBe(theirs);
    }
  });

  it('is a CloudEvent in structured mode for who wants that', () => {
    const { body, headers } = webhookMessage(paid, 'cloudevents', [secret], timestamp * 1000);
    expect(headers['content-type']).toBe('application/cloudevents+json');
    expect(JSON.parse(body)).toEqual({
      specversion: '1.0',
      id: paid.id,
      source: 'refundry',
      type: paid.type,
      subject: paid.subject,
      time: '2026-11-29T05:40:00.125Z',
      datacontenttype: 'application/json',
      data: { refund: 1, reservation: 10011 },
    });
  });
});
