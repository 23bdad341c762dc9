/**
 * The script of the pages for people: it brings the credential along, which a browser doesn't, and shows what comes
 * back.
 */
import { addItem, bodyOf, clearErrors, removeItem, showErrors } from './forms.js';
import { isSignedIn, send, signInWithPassword, signInWithToken, signOut } from './session.js';

/** @param {string} selector @param {ParentNode} [within] @returns {HTMLElement | null} */
const find = (selector, within = document) => within.querySelector(selector);

const page = () => /** @type {HTMLElement} */ (find('#page'));

const door = () => ({ family: page().dataset.family ?? '', scheme: page().dataset.scheme ?? '' });

/** Says it to those who don't see it. @param {string} text */
function announce(text) {
  /** @type {HTMLElement} */ (find('#live')).textContent = text;
}

/** The address that is shown, without a fragment. */
let [shownUrl] = location.href.split('#');

/** The load under way; another click ends it. */
let loading = new AbortController();

/**
 * Shows the page of an address.
 *
 * @param {string} url
 * @param {{ isNew?: boolean, scroll?: number, said?: string }} [how] a new one goes into the history
 */
async function load(url, { isNew = false, scroll = 0, said = '' } = {}) {
  loading.abort();
  const { signal } = (loading = new AbortController());
  page().ariaBusy = 'true';
  try {
    const response = await send(door(), url, { signal });
    const answered = await readAnswer(response, 'GET', url);
    if (signal.aborted) return;
    if (isNew && url !== location.href) {
      history.replaceState({ scroll: scrollY }, '');
      history.pushState({}, '', url);
    }
    [shownUrl] = location.href.split('#');
    show(answered);
    scrollTo(0, scroll);
    announce(`${said} ${statusIn(answered)}, ${document.title}`.trim());
  } catch (error) {
    if (!signal.aborted) complain(error);
  } finally {
    if (!signal.aborted) page().ariaBusy = null;
  }
}

/** @typedef {{ title?: string, page?: HTMLElement, answer: HTMLElement, response: Response }} Answered */

/**
 * The gateway's answer: its page, or a section made of an answer that has none.
 *
 * @param {Response} response
 * @param {string} method
 * @param {string} url
 * @returns {Promise<Answered>}
 */
async function readAnswer(response, method, url) {
  const text = await response.text();
  const parsed = response.headers.get('content-type')?.startsWith('text/html')
    ? new DOMParser().parseFromString(text, 'text/html')
    : undefined;
  const [shown, answer] = [parsed && find('#page', parsed), parsed && find('#answer', parsed)];
  if (parsed && shown && answer) return { title: parsed.title, page: shown, answer, response };
  return { answer: plainAnswer(response, method, url, text), response };
}

/** @param {Response} response @param {string} method @param {string} url @param {string} text */
function plainAnswer(response, method, url, text) {
  /** @param {string} name @param {string} className @param {(Node | string)[]} children */
  const element = (name, className, ...children) => {
    const made = Object.assign(document.createElement(name), { className });
    made.append(...children);
    return made;
  };
  const { pathname, search } = new URL(url, location.href);
  const status = element(
    'p',
    `status ${response.ok ? 'fine' : 'refused'}`,
    `HTTP ${response.status} ${response.statusText}`,
  );
  const answer = element(
    'section',
    '',
    element('p', 'request', element('span', 'method', method), ' ', element('code', '', pathname + search)),
    element('div', 'answer', status, ...(text === '' ? [] : [element('pre', 'json', text)])),
  );
  answer.id = 'answer';
  return answer;
}

/** @param {Answered} answered */
const statusIn = ({ answer }) => find('.status', answer)?.textContent ?? '';

/** @param {Answered} answered */
function show(answered) {
  if (answered.page) {
    page().replaceWith(answered.page);
    document.title = answered.title ?? '';
    find('h1')?.focus();
    settle(answered.response.status);
  } else showAnswer(answered);
}

/** Only what was answered; the forms stay as they were filled in. @param {Answered} answered */
function showAnswer({ answer, page: shown, response }) {
  find('#answer')?.replaceWith(answer);
  const signIn = shown && find('.sign-in', shown);
  if (response.status === 401 && signIn && !find('.sign-in')) answer.before(signIn);
  answer.tabIndex = -1;
  answer.focus();
}

/** A credential that is refused is no credential. @param {number} status */
function settle(status) {
  if (status === 401 && isSignedIn(door())) {
    signOut(door());
    /** @type {HTMLElement} */ (find('.sign-in .errors')).textContent = 'The credential was refused. Sign in again.';
  }
  const button = find('#sign-out');
  if (button) button.hidden = !isSignedIn(door());
}

/** @param {unknown} error */
function complain(error) {
  const text =
    error instanceof TypeError
      ? 'The gateway could not be reached.'
      : String(error instanceof Error ? error.message : error);
  const place =
    find('.sign-in .errors') ??
    find('#complaint') ??
    Object.assign(document.createElement('p'), { id: 'complaint', className: 'errors' });
  if (!place.isConnected) find('main')?.prepend(place);
  place.textContent = text;
  announce(text);
}

/** Asks with another method than GET, here. @param {string} method @param {HTMLFormElement} [form] */
async function ask(method, form) {
  if (method === 'DELETE' && !(await isConfirmed())) return;
  const request = { method, ...(form && { body: bodyOf(form), headers: { 'content-type': 'application/json' } }) };
  if (form) clearErrors(form);
  page().ariaBusy = 'true';
  try {
    const answered = await readAnswer(await send(door(), location.href, request), method, location.href);
    if (method === 'DELETE' && answered.response.ok)
      return await load(form ? location.href : page().dataset.above || location.href, {
        isNew: true,
        said: 'Deleted.',
      });
    showAnswer(answered);
    if (form && answered.response.status === 400) showErrors(form, errorsIn(answered.answer));
    announce(statusIn(answered));
  } catch (error) {
    complain(error);
  } finally {
    page().ariaBusy = null;
  }
}

/** @param {HTMLElement} answer */
function errorsIn(answer) {
  const block = find('pre.json:not(.part)', answer);
  return block ? JSON.parse(block.textContent ?? '') : [];
}

/** @returns {Promise<boolean>} */
function isConfirmed() {
  const dialog = /** @type {HTMLDialogElement} */ (find('dialog'));
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener(
      'close',
      () => {
        resolve(dialog.returnValue === 'yes');
      },
      { once: true },
    );
  });
}

/** A file needs the credential too, so it is fetched and then handed over. @param {HTMLAnchorElement} link */
async function download(link) {
  try {
    const response = await send(door(), link.href, { headers: { accept: '*/*' } });
    if (!response.ok) return showAnswer(await readAnswer(response, 'GET', link.href));
    const [, name = `answer.${link.textContent?.toLowerCase()}`] =
      /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '') ?? [];
    const file = Object.assign(document.createElement('a'), {
      href: URL.createObjectURL(await response.blob()),
      download: name,
    });
    file.click();
    setTimeout(() => {
      URL.revokeObjectURL(file.href);
    }, 60_000);
    announce(`${name} was downloaded.`);
  } catch (error) {
    complain(error);
  }
}

/** @param {HTMLFormElement} form */
async function signInBy(form) {
  const fields = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
  try {
    if (form.dataset.signIn === 'password')
      await signInWithPassword(door(), form.dataset.tokenUrl ?? '', /** @type {any} */ (fields));
    else signInWithToken(door(), fields.token ?? '');
  } catch (error) {
    complain(error);
    return;
  }
  // If the credential ran out in the middle of something, the page is still there.
  if (page().dataset.status === '401') await load(location.href);
  else form.closest('.sign-in')?.remove();
}

/** @param {HTMLFormElement} form */
function filter(form) {
  const parameters = new URLSearchParams(
    [...new FormData(form)].map(([name, value]) => [name, String(value)]).filter(([, value]) => value !== ''),
  );
  void load(`${form.action}${parameters.size > 0 ? '?' : ''}${parameters}`, { isNew: true });
}

/** @param {MouseEvent} event @param {HTMLAnchorElement} link */
function follow(event, link) {
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!isPlain || link.origin !== location.origin || link.getAttribute('href')?.startsWith('#') || link.download !== '')
    return;
  event.preventDefault();
  if ('file' in link.dataset) void download(link);
  else void load(link.href, { isNew: true });
}

/** @param {HTMLButtonElement} button */
function press(button) {
  if ('addItem' in button.dataset) addItem(button);
  else if ('removeItem' in button.dataset) removeItem(button);
  else if (button.dataset.method && !button.form) void ask(button.dataset.method);
  else if (button.id === 'sign-out') {
    signOut(door());
    void load(location.href);
  }
}

document.addEventListener('click', (event) => {
  const target = /** @type {Element} */ (event.target);
  const [link, button] = [target.closest('a'), target.closest('button')];
  if (link) follow(event, link);
  else if (button) press(button);
});

document.addEventListener('submit', (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.method === 'dialog') return;
  event.preventDefault();
  if (form.dataset.signIn) void signInBy(form);
  else if (form.dataset.send) void ask(event.submitter?.dataset.method ?? '', form);
  else filter(form);
});

/** A jump within the page changes the address too. */
addEventListener('popstate', (event) => {
  if (location.href.split('#')[0] !== shownUrl) void load(location.href, { scroll: event.state?.scroll ?? 0 });
});

history.scrollRestoration = 'manual';
if (page().dataset.status === '401' && isSignedIn(door())) void load(location.href);
else settle(Number(page().dataset.status));
