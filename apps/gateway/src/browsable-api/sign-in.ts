import type { Dialect } from '../families/dialect.js';
import { html, type Html } from './html.js';
import type { PageLinks } from './page-links.js';

/**
 * How people show who they are: with a name and a password where the family has them, else with a credential they were
 * given.
 */
export function signIn({ pages }: Dialect, links: PageLinks): Html {
  return html`<section class="card sign-in" aria-labelledby="sign-in">
<h2 id="sign-in">Sign in</h2>
<p class="hint">What you enter stays in this tab and is forgotten when it is closed.</p>
<p class="errors" role="alert"></p>
${
  pages?.tokenPath !== undefined &&
  html`<form data-sign-in="password" data-token-url="${links.toFile(pages.tokenPath)}">
<label>Username <input name="username" autocomplete="username" required></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<label>Client id <input name="client_id" autocomplete="off" required></label>
<label>Client secret <input name="client_secret" type="password" autocomplete="off" required></label>
<button class="primary">Sign in</button>
</form>
<p class="or">or</p>`
}
<form data-sign-in="token">
<label>${
    pages?.tokenPath === undefined ? 'Token' : 'Access token'
  } <input name="token" type="password" autocomplete="off" required></label>
<button${pages?.tokenPath === undefined && html` class="primary"`}>Use this token</button>
</form>
<noscript><p class="errors">These pages need their script: a browser sends no token by itself.</p></noscript>
</section>`;
}
