// Who must hear of it: plan, approve, send, follow. Nothing goes out that was not approved here or by `afterpatch notify`.
import { useState } from "preact/hooks";
import { tell } from "../../api/http";
import type { Effect, Notice, NoticeChange, NoticePage, PlanResult, Sending } from "../../api/types";
import { count } from "../../look/format";
import { ListView } from "../lists/list_view";
import type { Rows } from "../lists/pages";
import type { Column } from "../lists/virtual_table";
import { useSending } from "../live";
import { Frame, NoticeBadge, ProblemNote, ShareOf, Time } from "../parts/parts";
import { failed, useResource } from "../resource";
import { address, setParameters } from "../router";
import { useMay } from "../session";
import { CHANNELS, NOTICE_STATES, sectorName } from "../words";

const COLUMNS: readonly Column<Notice>[] = [
  { id: "id", title: "Notice", width: "12rem", cell: (row) => row.id },
  { id: "organisation", title: "Organisation", width: "15rem", from: "medium", sorts: false, cell: (row) => row.organisation_name || row.organisation },
  { id: "channel", title: "Channel", width: "6rem", cell: (row) => row.channel },
  { id: "recipient", title: "To", width: "15rem", from: "wide", cell: (row) => row.recipient },
  { id: "language", title: "Language", width: "6rem", from: "wide", cell: (row) => row.language },
  { id: "state", title: "State", width: "7.5rem", cell: (row) => <NoticeBadge value={row.state} /> },
  { id: "sent", title: "Sent", width: "9.5rem", from: "medium", cell: (row) => <Time value={row.sent} /> },
];

const CHOICES = [
  { parameter: "state", title: "State", values: NOTICE_STATES.map((value) => [value, value] as const) },
  { parameter: "channel", title: "Channel", values: CHANNELS.map((value) => [value, value] as const) },
];

function States({ rows, query }: { rows: Rows<Notice>; query: URLSearchParams }) {
  const states = (rows.first as NoticePage | undefined)?.states ?? {};
  return (
    <ol class="states" aria-label="Notices by state">
      {NOTICE_STATES.map((state) => (
        <li key={state}><button aria-pressed={query.get("state") === state} onClick={() => setParameters({ state: query.get("state") === state ? "" : state })}>
          <b class="number">{count(states[state] ?? 0)}</b> <span>{state.replace("-", " ")}</span></button></li>
      ))}
    </ol>
  );
}

function planWords(plan: PlanResult): string {
  const channels = Object.entries(plan.by_channel).map(([channel, planned]) => `${count(planned)} by ${channel}`).join(", ");
  const begin = `${count(plan.notices_planned)} notices planned${channels ? ` (${channels})` : ""}, ${count(plan.cases_opened)} cases opened.`;
  return [begin, ...plan.not_planned.map((one) => `Not written to: ${count(one.count)}, ${one.why}.`)].join(" ");
}

function SendingNote({ sending }: { sending: Sending }) {
  const all = sending.queued + sending.sent + sending.failed;
  return (
    <div class="said" role="status">
      <p>{sending.running ? "Sending" : "Sending has ended"}: {count(sending.sent)} sent, {count(sending.queued)} waiting, {count(sending.failed)} failed.</p>
      {sending.running && <progress max={Math.max(1, all)} value={sending.sent + sending.failed} aria-label="Sent" />}
    </div>
  );
}

function Actions({ rows, query }: { rows: Rows<Notice>; query: URLSearchParams }) {
  const [problem, setProblem] = useState<Error>();
  const [said, setSaid] = useState("");
  const [sure, setSure] = useState(false);
  const sending = useSending();
  const states = (rows.first as NoticePage | undefined)?.states ?? {};
  const run = async (action: () => Promise<string>) => {
    try {
      setSaid(await action());
      setProblem(undefined);
      rows.again();
    } catch (error) {
      setProblem(failed(error));
    }
    setSure(false);
  };
  const plan = (dry_run: boolean) => run(async () => `${dry_run ? "Only worked out, nothing kept: " : ""}${planWords(await tell<PlanResult>("/notices/plan", { dry_run }))}`);
  const approve = () => run(async () => {
    const filters = Object.fromEntries(["channel", "search"].flatMap((name) => (query.get(name) ? [[name, query.get(name)]] : [])) as [string, string][]);
    const { changed, left } = await tell<NoticeChange>("/notices/approve", { all_planned: true, ...filters });
    return `${count(changed)} approved${left > 0 ? `, ${count(left)} left as they were` : ""}.`;
  });
  const send = () => run(async () => {
    await tell("/notices/send");
    return "";
  });
  return (
    <div class="actions">
      <div class="buttons">
        <button onClick={() => void plan(true)}>Try a plan</button>
        <button onClick={() => void plan(false)}>Plan</button>
        <button disabled={!states["planned"]} onClick={() => void approve()}>Approve {count(states["planned"] ?? 0)} planned</button>
        {sure ? (
          <><button class="primary" onClick={() => void send()}>Yes, send {count(states["approved"] ?? 0)}</button><button onClick={() => setSure(false)}>No</button></>
        ) : <button class="primary" disabled={!states["approved"]} onClick={() => setSure(true)}>Send {count(states["approved"] ?? 0)} approved …</button>}
      </div>
      {said && <p class="said" role="status">{said}</p>}
      {sending && <SendingNote sending={sending} />}
      {problem && <ProblemNote problem={problem} />}
    </div>
  );
}

const GROUPS = { all: "All", channel: "Channel", sector: "Sector", text: "Text", reason: "Reason" } as const;

// The only comparison of like with like: who was told when was drawn by lot.
function HoldBackPart({ effect: { hold_back: held } }: { effect: Effect }) {
  if (!held) return <p class="soft">No case was held back by lot, so what notices change can’t be told from what differs anyway.</p>;
  const rate = (patched: number, days: number) => (days > 0 ? (patched / days).toFixed(3) : "–");
  return (
    <Frame label="Hold-back"><table>
      <caption>{count(held.cases)} cases were held back for a time drawn by lot. p {held.p < 0.001 ? "< 0.001" : held.p.toFixed(3)} (log-rank; {held.patched_told} patched once told, {held.expected_told.toFixed(1)} expected if being told changed nothing)</caption>
      <thead><tr><th scope="col">Cases</th><th scope="col" class="number">Patched</th><th scope="col" class="number">Case-days</th><th scope="col" class="number">A day</th></tr></thead>
      <tbody>
        <tr><th scope="row">While held back</th><td class="number">{count(held.patched_held)}</td><td class="number">{held.held_days.toFixed(0)}</td><td class="number">{rate(held.patched_held, held.held_days)}</td></tr>
        <tr><th scope="row">Once told</th><td class="number">{count(held.patched_told)}</td><td class="number">{held.told_days.toFixed(0)}</td><td class="number">{rate(held.patched_told, held.told_days)}</td></tr>
      </tbody></table></Frame>
  );
}

function EffectPart() {
  const { answer } = useResource<Effect>("/notices/effect", ["notices", "cases"]);
  if (!answer) return null;
  return (
    <details class="effect">
      <summary>Did it help? Reach and fix by channel, sector and text</summary>
      <Frame label="Effect of notices"><table>
        <caption>Of the cases that a notice was sent for; 95 % intervals</caption>
        <thead><tr><th scope="col">Cases</th><th scope="col">Reached</th><th scope="col">Acknowledged</th><th scope="col">Fixed</th></tr></thead>
        <tbody>{answer.groups.map((group) => (
          <tr key={group.by + group.value}><th scope="row"><span class="soft">{GROUPS[group.by]}</span> {group.by === "sector" ? sectorName(group.value) : group.value}</th>
            {[group.reached, group.acknowledged, group.fixed].map((part, place) => <td key={place}><ShareOf part={part.count} of={part.of} low={part.low} high={part.high} /></td>)}</tr>
        ))}</tbody></table></Frame>
      <HoldBackPart effect={answer} />
    </details>
  );
}

export function NoticesView() {
  const operator = useMay("operator");
  return (
    <ListView<Notice> view="notices" title="Notices" choices={CHOICES} columns={COLUMNS} kinds={["notices", "sending"]} sortedBy="id" link={(row) => address(["notices", row.id])}
      above={(rows, query) => <><States rows={rows} query={query} />{operator && <Actions rows={rows} query={query} />}<EffectPart /></>} />
  );
}
