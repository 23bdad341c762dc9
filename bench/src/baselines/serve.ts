import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Serves one page at every path, on any free port, and says where, as the apps do. Ends with the process that started
 * it.
 */
export function serve(page: () => Promise<string | Uint8Array>): void {
  const server = createServer((_request, response) => {
    page().then(
      (body) => {
        response
          .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
          .end(body);
      },
      (error: unknown) => {
        console.error(error);
        response.writeHead(500).end();
      },
    );
  });
  server.listen(0, '127.0.0.1', () => {
    console.log(JSON.stringify({ msg: 'ready', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
  });
  process.once('SIGTERM', () => process.exit());
  process.once('disconnect', () => process.exit());
}
