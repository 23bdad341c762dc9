import { addressOfAsset } from '../browsable-api/assets.js';
import { html } from '../browsable-api/html.js';

/**
 * A page in which Swagger UI shows the description of the API.
 *
 * @param publicBase our public address, without a slash at its end
 */
export function docsPage(publicBase: string): string {
  const prefix = new URL(publicBase).pathname.replace(/\/$/, '');
  const asset = (name: string): string => prefix + addressOfAsset(name);
  const description = html`<a href="${prefix}/api/openapi.json">openapi.json</a>`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API · Refundry</title>
<link rel="icon" href="${asset('icon.svg')}">
<link rel="stylesheet" href="${asset('swagger-ui.css')}">
<script defer src="${asset('swagger-ui-bundle.js')}"></script>
<script type="module" src="${asset('docs.js')}"></script>
</head>
<body>
<main id="docs"></main>
<noscript><p>This page needs its script. For programs there is ${description}.</p></noscript>
</body>
</html>`.toString();
}
