import { fieldsOf, type Class, type EventType, type MountedEndpoint } from '@refundry/resource';
import { dialects } from '../families/dialects.js';
import type { FamilyDescription } from '../families/family-description.js';
import type { Mount } from '../mounts/mount.js';
import { templateOf } from '../mounts/path-template.js';
import { Components } from './components.js';
import type { OpenApi } from './openapi.js';
import { sentEvents } from './sent-events.js';
import { pathItemOf, tagOf } from './operations.js';

const about =
  'Three families of clients are spoken to, each as its own public document has it. Paths are answered with and ' +
  'without a slash at their end, and never redirected. A body is JSON, a form or a multipart form, whatever the ' +
  'method takes; unknown fields and parameters are ignored. Lines of a form are written `products[0]qty=1`. A ' +
  'list is read by the page, or crawled through along `cursor`.';

const aboutWebhooks =
  'Sent to the endpoints that an account registers at `webhooks/` of a family, signed as Standard Webhooks 1.0 has it.';

/**
 * Describes everything the mounts answer, and the events that are sent.
 *
 * @param publicBase our public address, without a slash at its end
 */
export function openApiDocument(mounts: readonly Mount[], types: readonly EventType[], publicBase: string): OpenApi {
  const components = new Components(
    new Set(mounts.flatMap(({ endpoints }) => [...endpoints.values()].flatMap(answeredClasses))),
  );
  const spoken = mounts.map((mount) => ({ mount, family: mount.dialect.description }));
  const paths = Object.fromEntries(
    spoken.map(({ mount, family }) => [templateOf(mount), pathItemOf(mount, family, components)]),
  );
  return {
    openapi: '3.1.1',
    info: { title: 'Refundry', version: '1', summary: 'The after-sales back office', description: about },
    servers: [{ url: publicBase }],
    tags: [...tagsOf(spoken), { name: 'Webhooks', description: aboutWebhooks }],
    paths,
    webhooks: sentEvents(types),
    components: {
      ...components.toObject(),
      securitySchemes: Object.assign(
        {},
        ...Object.values(dialects).map(({ description }) => description.securitySchemes(publicBase)),
      ) as Record<string, object>,
    },
  };
}

const tagsOf = (spoken: readonly { mount: Mount; family: FamilyDescription }[]): OpenApi['tags'] =>
  [...new Map(spoken.map(({ mount, family }) => [tagOf(mount, family), family.description]))].map(
    ([name, description]) => ({ name, description }),
  );

/** The classes that answers are made of. */
function answeredClasses(endpoint: MountedEndpoint): Class[] {
  const types = endpoint.kind === 'action' ? [endpoint.output, endpoint.detailed] : [endpoint.of, endpoint.detailed];
  return types.flatMap((type) => (type ? withParts(type) : []));
}

const withParts = (type: Class): Class[] => [type, ...fieldsOf(type).flatMap(({ of }) => (of ? withParts(of) : []))];
