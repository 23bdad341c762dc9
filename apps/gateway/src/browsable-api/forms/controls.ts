import { fieldsOf, type Class, type Field } from '@refundry/resource';
import { exactJson } from '../exact-json.js';
import { html, type Html } from '../html.js';

type Row = Readonly<Record<string, unknown>>;

/** The writable fields of a class: neither what is read-only nor another name of a field that is there. */
export const writableFields = (type: Class): readonly Field[] =>
  fieldsOf(type).filter(({ readOnly, sameAs }) => !readOnly && sameAs === undefined);

/** A control for every field that can be written, empty or with what the row holds. */
export const controls = (type: Class, row?: Row): Html =>
  html`<div class="fields">${writableFields(type).map((field) => control(field, row?.[field.name]))}</div>`;

const control = (field: Field, value: unknown): Html =>
  field.of ? itemControls(field, field.of, value) : singleControl(field, value);

/** Objects of a class: the script adds one by the template, and takes one away. A new form has one to begin with. */
function itemControls({ name, label, required }: Field, of: Class, value: unknown): Html {
  const rows = Array.isArray(value) ? (value as Row[]) : [undefined];
  const item = (row?: Row): Html => html`<li class="item">${controls(of, row)}${removeButton}</li>`;
  const legend = html`<legend>${label}${required && star}</legend>`;
  return html`<fieldset class="field list" data-field="${name}" data-kind="items">${legend}
<ol class="items">${rows.map(item)}</ol>
<template>${item()}</template>
<button type="button" data-add-item>Add to ${label.toLowerCase()}</button>
<ul class="errors"></ul></fieldset>`;
}

const removeButton = html`<button type="button" class="quiet" data-remove-item>Remove</button>`;

const star = html` <span class="required" aria-hidden="true">*</span>`;

function singleControl(field: Field, value: unknown): Html {
  const isText = field.kind === 'list';
  return html`<div class="field" data-field="${field.name}" data-kind="${
    isText ? 'texts' : kindOf(field)
  }" data-empty="${whenEmpty(field, value)}">
<label>${field.label}${field.required && star} ${inputOf(field, value)}</label>
<ul class="errors"></ul></div>`;
}

/** How the script writes the value as JSON: a decimal is a text, for a number would lose digits. */
function kindOf({ kind }: Field): 'integer' | 'boolean' | 'json' | 'text' {
  if (kind === 'integer' || kind === 'pk field') return 'integer';
  if (kind === 'boolean') return kind;
  return kind === 'field' ? 'json' : 'text';
}

/** The value of an empty control. */
function whenEmpty({ allowBlank, allowNull, required }: Field, value: unknown): 'blank' | 'null' | 'nothing' {
  if (allowBlank && (value === '' || !allowNull)) return 'blank';
  if (allowNull) return 'null';
  return required ? 'blank' : 'nothing';
}

function inputOf(field: Field, value: unknown): Html {
  const { kind, required } = field;
  const text = textOf(field, value);
  const needed = required && html` required`;
  if (kind === 'boolean')
    return html`<select${needed}><option value=""></option>${['true', 'false'].map(
      (truth) => html`<option${truth === text && html` selected`}>${truth}</option>`,
    )}</select>`;
  // The first line break of a textarea's content is no part of it.
  if (kind === 'field' || kind === 'list' || /[\r\n]/.test(text))
    return html`<textarea rows="3"${needed}${
      kind === 'list' && html` placeholder="one on a line"`
    }>${'\n'}${text}</textarea>`;
  return html`<input type="${typeOf(field, text)}" value="${text}"${needed}${limits(field)}${
    kind === 'decimal' && html` inputmode="decimal"`
  }${kind.endsWith('datetime') && html` step="1"`}>`;
}

/** Bounds as `OPTIONS` names them, by the names that HTML has for them. */
const attributes: Readonly<Record<string, string>> = {
  min_length: 'minlength',
  max_length: 'maxlength',
  min_value: 'min',
  max_value: 'max',
};

const limits = ({ bounds }: Field): Html[] =>
  Object.entries(bounds).flatMap(([name, bound]) =>
    attributes[name] === undefined ? [] : [html` ${attributes[name]}="${bound}"`],
  );

/**
 * A browser's date and time has no offset and no microseconds; a value that has is typed as text, for nothing may be
 * lost.
 */
function typeOf({ kind }: Field, text: string): string {
  if (kind === 'integer' || kind === 'pk field') return 'number';
  return kind.endsWith('datetime') && /^(?:\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?)?$/.test(text)
    ? 'datetime-local'
    : 'text';
}

function textOf({ kind }: Field, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (kind === 'list') return (value as unknown[]).map(String).join('\n');
  return typeof value === 'string' && kind !== 'field' ? value : exactJson(value);
}
