// Small pieces that several views share.
import type { ComponentChildren } from "preact";
import type { Band, FigureList } from "../../api/types";
import { count, minute, secondsUtc, share } from "../../look/format";
import { address, usePlace } from "../router";
import { caseWord, compromiseWord, exposureWord, noticeWord, type Tone } from "../words";

export function Badge({ tone, children }: { tone: Tone; children: ComponentChildren }) {
  return <span class={`badge ${tone}`}>{children}</span>;
}
function WordBadge({ word }: { word: { text: string; tone: Tone } }) {
  return word.text === "" ? <span class="soft">–</span> : <Badge tone={word.tone}>{word.text}</Badge>;
}
export const ExposureBadge = ({ value }: { value: string }) => <WordBadge word={exposureWord(value)} />;
export const CompromiseBadge = ({ value }: { value: string }) => <WordBadge word={compromiseWord(value)} />;
export const CaseBadge = ({ value }: { value: string }) => <WordBadge word={caseWord(value)} />;
export const NoticeBadge = ({ value }: { value: string }) => <WordBadge word={noticeWord(value)} />;

// Minutes are enough for lists; the second stands in the tooltip.
export function Time({ value }: { value: string | null | undefined }) {
  return value ? <time class="time" dateTime={value} title={secondsUtc(value)}>{minute(value)}</time> : <span class="soft">–</span>;
}

export function listAddress(list: FigureList): string {
  return address([list.view], list.parameters as Record<string, string>);
}

// A count of servers, which opens to their list; none has none to open to. `label` says of what, where no heading does.
export function ServersFigure({ value, parameters, label }: { value: number; parameters: Record<string, string>; label?: string }) {
  const { query } = usePlace(); // the situation's own country narrows its lists too
  if (value === 0) return <>{count(value)}</>;
  const spoken = label ? { "aria-label": `${label}: ${count(value)}, show the list` } : {};
  return <a href={address(["servers"], { ...parameters, country: query.get("country") ?? "" })} {...spoken}>{count(value)}</a>;
}

// "5 900 to 7 100", or nothing when the band has no width.
export function bandWords(band: Band): string {
  return band.low === band.high ? "" : `${count(band.low)} to ${count(band.high)}`;
}

export function ShareOf({ part, of, low, high }: { part: number; of: number; low?: number; high?: number }) {
  if (of === 0) return <span class="soft">none to count</span>;
  return (
    <span class="share">
      <b>{share(part / of)}</b> <span class="soft">{count(part)} of {count(of)}{low !== undefined && high !== undefined && ` · 95 %: ${share(low)} to ${share(high)}`}</span>
    </span>
  );
}

export function ProblemNote({ problem, again }: { problem: Error; again?: () => void }) {
  return (
    <div class="problem" role="alert">
      <p>{problem.message}</p>
      {again && <button onClick={again}>Try again</button>}
    </div>
  );
}

// Stands for an answer that is not here yet, or says why it won't come.
export function Waiting({ problem, again }: { problem: Error | undefined; again: () => void }) {
  return problem ? <ProblemNote problem={problem} again={again} /> : <p class="soft" role="status">Loading …</p>;
}

export function Section({ id, title, lead, children, aside }: { id: string; title: string; lead?: ComponentChildren; children: ComponentChildren; aside?: ComponentChildren }) {
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <div class="section-head"><h2 id={`${id}-title`}>{title}</h2>{aside}</div>
      {lead && <p class="lead">{lead}</p>}
      {children}
    </section>
  );
}

export function Facts({ facts }: { facts: readonly (readonly [term: string, value: ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {facts.filter(([, value]) => value !== "" && value !== null && value !== undefined).map(([term, value]) => (
        <div key={term}><dt>{term}</dt><dd>{value}</dd></div>
      ))}
    </dl>
  );
}

export function Frame({ label, children }: { label: string; children: ComponentChildren }) {
  return <div class="scroll" role="region" aria-label={label} tabIndex={0}>{children}</div>;
}
