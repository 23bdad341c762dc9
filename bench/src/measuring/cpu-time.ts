import { readdirSync, readFileSync } from 'node:fs';

/** The kernel counts CPU time in hundredths of a second, on every Linux that Node runs on. */
const microsPerTick = 10_000;

interface ProcessTimes {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  /** Of the process, all its threads, and its children that have ended. */
  readonly ticks: number;
}

/** The CPU time, in microseconds, that a process and everything below it have used until now. */
export function cpuMicrosOf(pid: number): number {
  const children = Map.groupBy(processes(), ({ parent }) => parent);
  const ticksBelow = (parent: number): number =>
    (children.get(parent) ?? []).reduce((sum, child) => sum + child.ticks + ticksBelow(child.pid), 0);
  return ((timesOf(pid)?.ticks ?? 0) + ticksBelow(pid)) * microsPerTick;
}

/** The CPU time, in microseconds, that this process alone has used until now. */
export function ownCpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** The id of our own child process that runs a program of this name. @throws when there is none */
export function childNamed(name: string): number {
  const child = processes().find((candidate) => candidate.parent === process.pid && candidate.name === name);
  if (!child) throw new Error(`There is no child process ${name}.`);
  return child.pid;
}

/** The ids of the processes that a process has started and that are there. */
export const childrenOf = (pid: number): number[] =>
  processes()
    .filter(({ parent }) => parent === pid)
    .map((child) => child.pid);

const processes = (): ProcessTimes[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((entry) => timesOf(Number(entry)))
    .filter((times) => times !== undefined);

/** proc(5): the name stands in parentheses and may hold any character; state, parent and, later, the times follow. */
function timesOf(pid: number): ProcessTimes | undefined {
  const text = readStat(pid);
  if (text === undefined) return undefined;
  const [start, end] = [text.indexOf('('), text.lastIndexOf(')')];
  const fields = text.slice(end + 2).split(' ');
  return {
    pid,
    parent: Number(fields[1]),
    name: text.slice(start + 1, end),
    ticks: fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0),
  };
}

/** Undefined when the process has ended. */
function readStat(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
}
