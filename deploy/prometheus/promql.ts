import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { metrics, seriesOf } from './metrics.js';

/** The metrics that Prometheus adds to every target. */
const ofEverySeries = ['app', 'instance'];
const ofPrometheus: readonly [string, readonly string[]][] = [['up', []]];
const series = new Map([
  ...Object.entries(metrics).flatMap(([name, metric]) => seriesOf(name, metric)),
  ...ofPrometheus,
]);
const ofRanges = new Set([
  'rate',
  'increase',
  'changes',
  'deriv',
  'predict_linear',
  'min_over_time',
  'max_over_time',
  'avg_over_time',
]);

/**
 * The errors of an expression: that it doesn't parse, that no app of ours shows what it asks for, or that a label is
 * none of it.
 *
 * @param recorded the names of recording rules and the labels that are left of them
 */
export function complaintsOfExpression(
  expression: string,
  recorded: ReadonlyMap<string, readonly string[]> = new Map(),
): string[] {
  const complaints: string[] = [];
  const read = (node: SyntaxNode): string => expression.slice(node.from, node.to);
  const known = (name: string): readonly string[] | undefined => series.get(name) ?? recorded.get(name);
  const labels = new Set([
    ...ofEverySeries,
    ...selectorsIn(parser.parse(expression).topNode).flatMap((selector) => known(read(selector.firstChild!)) ?? []),
  ]);
  parser.parse(expression).iterate({
    enter: ({ node, name, type }) => {
      if (type.isError) complaints.push(`doesn't parse at ${node.from}`);
      if (name === 'VectorSelector' && !known(read(node.firstChild!)))
        complaints.push(`${read(node.firstChild!)} is not shown by any app`);
      if (name === 'LabelName' && !labels.has(read(node)))
        complaints.push(`${read(node)} is no label of what is asked for`);
      if (name === 'FunctionCall') complaints.push(...complaintsOfCall(node, read));
    },
  });
  return complaints;
}

function complaintsOfCall(call: SyntaxNode, read: (node: SyntaxNode) => string): string[] {
  const name = read(call.firstChild!);
  const [first, second] = childrenOf(call.getChild('FunctionCallBody')!).filter(({ type }) =>
    /Expr|Selector|Call|Literal/.test(type.name),
  );
  if (ofRanges.has(name) && !['MatrixSelector', 'SubqueryExpr'].includes(first?.name ?? ''))
    return [`${name} is of a range`];
  if (name === 'histogram_quantile' && !labelsIn(second!, read).includes('le')) return ['histogram_quantile needs le'];
  return [];
}

const selectorsIn = (node: SyntaxNode): SyntaxNode[] => [
  ...(node.name === 'VectorSelector' ? [node] : []),
  ...childrenOf(node).flatMap(selectorsIn),
];

const labelsIn = (node: SyntaxNode, read: (node: SyntaxNode) => string): string[] => [
  ...(node.name === 'LabelName' ? [read(node)] : []),
  ...childrenOf(node).flatMap((child) => labelsIn(child, read)),
];

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) children.push(child);
  return children;
}
