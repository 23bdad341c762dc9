/** Shows the description of the API by Swagger UI, which the page has loaded before. */

/** Without it this would be no module. */
export {};

/** @typedef {(options: object) => void} SwaggerUI */

/** The address under which this browser knows us: only there may it try anything out. */
const [here] = location.href.split('/api/docs');

const text = await (await fetch(`${here}/api/openapi.json`)).text();
const {
  servers: [server],
} = JSON.parse(text);

/** @type {{ SwaggerUIBundle: SwaggerUI }} */ (/** @type {unknown} */ (globalThis)).SwaggerUIBundle({
  spec: JSON.parse(text.replaceAll(`"${server.url}`, `"${here}`)),
  domNode: document.getElementById('docs'),
  deepLinking: true,
  docExpansion: 'none',
  defaultModelsExpandDepth: 0,
  filter: true,
  validatorUrl: null,
});
