/** Forms of fields: what they hold as JSON, and where a refusal's errors stand in them. */

/** @param {Element} container @returns {HTMLElement[]} the fields of a form or an item, not those of items in it */
const fieldsIn = (container) =>
  [...container.querySelectorAll(':scope > .fields > .field')].map((field) => /** @type {HTMLElement} */ (field));

/** @param {Element} field */
const itemsIn = (field) => [...field.querySelectorAll(':scope > .items > .item')];

/** @param {Element} field @returns {HTMLInputElement} */
const controlOf = (field) => /** @type {HTMLInputElement} */ (field.querySelector('input, select, textarea'));

/** @param {Element} field */
const errorsOf = (field) => /** @type {HTMLElement} */ (field.querySelector(':scope > .errors'));

/**
 * The JSON text that a form sends. It is put together as text, so that no number loses a digit.
 *
 * @param {HTMLFormElement} form
 */
export const bodyOf = (form) => (form.dataset.send === 'json' ? controlOf(form).value : objectOf(form));

/** @param {Element} container @returns {string} */
function objectOf(container) {
  const members = fieldsIn(container)
    .map((field) => [field.dataset.field, valueOf(field)])
    .filter(([, value]) => value !== undefined);
  return `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`;
}

/** @param {HTMLElement} field @returns {string | undefined} */
function valueOf(field) {
  if (field.dataset.kind === 'items') return `[${itemsIn(field).map(objectOf).join(',')}]`;
  const { value } = controlOf(field);
  if (value === '') return { null: 'null', blank: '""' }[field.dataset.empty ?? ''];
  return written(field.dataset.kind, value);
}

/** @param {string | undefined} kind @param {string} value */
function written(kind, value) {
  if (kind === 'boolean' || (kind === 'json' && isJson(value))) return value;
  if (kind === 'integer' && Number.isSafeInteger(Number(value))) return String(Number(value));
  return JSON.stringify(kind === 'texts' ? value.split('\n').filter((line) => line !== '') : value);
}

/** @param {string} text */
function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** @param {HTMLElement} button */
export function addItem(button) {
  const field = /** @type {HTMLElement} */ (button.closest('.field'));
  const template = /** @type {HTMLTemplateElement} */ (field.querySelector(':scope > template'));
  field.querySelector(':scope > .items')?.append(template.content.cloneNode(true));
  const added = itemsIn(field).at(-1);
  if (added) controlOf(added).focus();
}

/** @param {HTMLElement} button */
export function removeItem(button) {
  const field = /** @type {HTMLElement} */ (button.closest('.list'));
  button.closest('.item')?.remove();
  /** @type {HTMLElement} */ (field.querySelector(':scope > [data-add-item]')).focus();
}

/**
 * Shows the errors of a refusal at their fields, those of no field at the form.
 *
 * @param {HTMLFormElement} form
 * @param {unknown} errors
 */
export function showErrors(form, errors) {
  clearErrors(form);
  errorsOf(form).textContent = (isObject(errors) ? placeErrors(form, errors) : summaryOf(errors)).join(' ');
  /** @type {HTMLElement | null} */ (form.querySelector('[aria-invalid="true"]'))?.focus();
}

/** Of many at once; the answer has all that is wrong with them. @param {unknown} errors */
function summaryOf(errors) {
  if (!Array.isArray(errors) || !errors.some(isObject)) return textsOf(errors);
  const refused = errors.filter((found) => textsOf(found).length > 0).length;
  return [`${refused} of ${errors.length} were refused; the answer says why.`];
}

/** @param {HTMLFormElement} form */
export function clearErrors(form) {
  for (const place of form.querySelectorAll('.errors')) place.replaceChildren();
  for (const control of form.querySelectorAll('[aria-invalid]')) control.removeAttribute('aria-invalid');
}

/**
 * @param {Element} container
 * @param {Record<string, unknown>} errors
 * @returns {string[]} those that belong to no field of it
 */
function placeErrors(container, errors) {
  const fields = new Map(fieldsIn(container).map((field) => [field.dataset.field, field]));
  return Object.entries(errors).flatMap(([name, found]) => {
    const field = fields.get(name);
    if (field) placeAtField(field, found);
    return field ? [] : textsOf(found).map((text) => (isGeneral(name) ? text : `${name}: ${text}`));
  });
}

/** @param {string} name */
const isGeneral = (name) => name === 'non_field_errors' || name === 'detail';

/** @param {HTMLElement} field @param {unknown} errors */
function placeAtField(field, errors) {
  const isOfItems = field.dataset.kind === 'items' && Array.isArray(errors) && errors.some(isObject);
  const items = isOfItems ? itemsIn(field) : [];
  const own = isOfItems ? errors.flatMap((found, index) => placeAtItem(items[index], found, index)) : textsOf(errors);
  const place = errorsOf(field);
  place.replaceChildren(...own.map((text) => Object.assign(document.createElement('li'), { textContent: text })));
  if (own.length > 0 && field.dataset.kind !== 'items') markInvalid(controlOf(field), place);
}

/** @param {Element | undefined} item @param {unknown} found @param {number} index */
function placeAtItem(item, found, index) {
  const general = item && isObject(found) ? placeErrors(item, found) : textsOf(found);
  return general.map((text) => `${index + 1}: ${text}`);
}

let ids = 0;

/** @param {HTMLElement} control @param {HTMLElement} place */
function markInvalid(control, place) {
  place.id ||= `errors-${(ids += 1)}`;
  control.setAttribute('aria-invalid', 'true');
  control.setAttribute('aria-describedby', place.id);
}

/** @param {unknown} errors @returns {string[]} */
function textsOf(errors) {
  if (typeof errors === 'string') return [errors];
  if (Array.isArray(errors)) return errors.flatMap(textsOf);
  return isObject(errors)
    ? Object.entries(errors).flatMap(([name, found]) =>
        textsOf(found).map((text) => (isGeneral(name) ? text : `${name}: ${text}`)),
      )
    : [];
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
