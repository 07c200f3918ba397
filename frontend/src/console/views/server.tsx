// One server: both axes of the verdict over time, what carries them, and what can't be known.
import { useState } from "preact/hooks";
import type { ServerDetail } from "../../api/types";
import { count, visible } from "../../look/format";
import { Lanes, type Lane, type LaneMark } from "../parts/lanes";
import { Badge, CaseBadge, CompromiseBadge, ExposureBadge, Facts, Frame, Section, Time, Waiting } from "../parts/parts";
import { Statements } from "../parts/statements";
import { useResource } from "../resource";
import { address } from "../router";
import { compromiseWord, countryName, exposureWord, sectorName } from "../words";

type Detail = ServerDetail;

function moment(time: string | null | undefined, label: string, value: string): LaneMark[] {
  return time ? [{ first: time, tone: compromiseWord(value).tone, label }] : [];
}

function lanesOf({ server, spans, hunts, coverage }: Detail): Lane[] {
  const end = server.hunted ?? server.last_seen ?? "";
  const door: LaneMark[] = server.backdoored && end > server.backdoored
    ? [{ first: server.backdoored, last: end, tone: "bad", label: server.door_present ? "back door, still there" : "back door" }] : [];
  return [
    { name: "Exposure", marks: spans.map((span) => ({ first: span.first_seen, last: span.last_seen, tone: exposureWord(span.exposure).tone, label: exposureWord(span.exposure).text })) },
    { name: "Compromise", marks: [...door, ...moment(server.exploited, "exploited", "exploited"), ...moment(server.backdoored, "back-doored", "backdoored"), ...moment(server.reentered, "re-entered", "re-entered")] },
    { name: "Looked at", marks: hunts.map((hunt) => ({ first: hunt.time, tone: "info", label: `hunt: ${compromiseWord(hunt.compromise).text}` })) },
    ...coverage.map((one): Lane => ({ name: one.log, marks: one.ranges.map((range) => ({ first: range.first, last: range.last, tone: "none", label: "covered" })) })),
  ];
}

function Axes({ detail: { server } }: { detail: Detail }) {
  const exposure = exposureWord(server.exposure);
  const compromise = compromiseWord(server.compromise);
  return (
    <div class="axes">
      <div class="axis">
        <h2>Compromise</h2>
        <p class={`axis-word ${compromise.tone}`}>{compromise.text}</p>
        <p>{server.compromise_confidence && <Badge tone="none">{server.compromise_confidence}</Badge>} {server.door_present && <Badge tone="bad">back door still there</Badge>} {server.mail_accessed && <Badge tone="bad">mail accessed</Badge>} {server.credentials_exposed && <Badge tone="warn">credentials exposed</Badge>}</p>
        <p class="soft">{server.hunted ? <>Last looked at <Time value={server.hunted} /></> : "Nobody has hunted on this server: that is no answer."}</p>
      </div>
      <div class="axis">
        <h2>Exposure</h2>
        <p class={`axis-word ${exposure.tone}`}>{exposure.text}</p>
        <p>{server.confidence && <Badge tone="none">{server.confidence}</Badge>} {!server.present && <Badge tone="warn">gone: not the same as patched</Badge>}</p>
        <p class="soft">{server.builds ? `Build ${server.builds}` : "Build not told"}; last seen <Time value={server.last_seen} /></p>
      </div>
      <div class="axis">
        <h2>Case</h2>
        <p class="axis-word">{server.case_number ? <a href={address(["cases", server.case_number])}>{server.case_number}</a> : "none"}</p>
        <p><CaseBadge value={server.case_state} /></p>
        {server.cluster && <p class="soft">Activity cluster <a href={address(["clusters", server.cluster])}>{server.cluster}</a></p>}
      </div>
    </div>
  );
}

function EvidencePart({ detail }: { detail: Detail }) {
  const [all, setAll] = useState(false);
  const shown = all ? detail.evidence : detail.evidence.slice(0, 10);
  const marks = detail.hunts.flatMap((hunt) => hunt.marks ?? []);
  return (
    <Section id="evidence" title="Evidence" lead={detail.evidence_total > 0 ? `${count(detail.evidence_total)} detections of the newest hunt${detail.evidence.length < detail.evidence_total ? `, the first ${detail.evidence.length} of them` : ""}. Lines are shown as they stand in the log.` : "No report with raw lines is kept for this server."}>
      {marks.length > 0 && (
        <Frame label="Marks"><table><caption>Marks that tie this server to others</caption><thead><tr><th scope="col">Kind</th><th scope="col">Value</th></tr></thead>
          <tbody>{marks.map((mark, place) => <tr key={place}><th scope="row">{mark.kind.replace("-", " ")}</th><td><code>{visible(mark.value)}</code></td></tr>)}</tbody></table></Frame>
      )}
      <ol class="evidence">
        {shown.map((one, place) => (
          <li key={place}>
            <p><Time value={one.time} /> <b>{one.title}</b> {one.step && <Badge tone="none">{one.step}</Badge>}</p>
            <p class="soft"><code>{visible(one.artefact)}</code> · {one.place}</p>
            <pre class="raw">{visible(one.raw)}</pre>
          </li>
        ))}
      </ol>
      {!all && detail.evidence.length > shown.length && <button onClick={() => setAll(true)}>Show all {detail.evidence.length}</button>}
    </Section>
  );
}

function CoveragePart({ detail }: { detail: Detail }) {
  if (detail.coverage.length === 0) return <Section id="coverage" title="Coverage"><p class="warning">Which days the logs cover is not known here, so “no evidence” would mean little.</p></Section>;
  return (
    <Section id="coverage" title="Coverage" lead="Which part of the needed time each log really covers.">
      <Frame label="Coverage"><table>
        <thead><tr><th scope="col">Log</th><th scope="col">Needed</th><th scope="col">Covered</th><th scope="col">What that means</th></tr></thead>
        <tbody>{detail.coverage.map((one) => (
          <tr key={one.log}><th scope="row">{one.log}</th><td class="time">{one.needed_from.slice(0, 10)} to {one.needed_to.slice(0, 10)}</td>
            <td>{one.ranges.map((range, place) => <div key={place} class="time">{range.first.slice(0, 10)} to {range.last.slice(0, 10)}</div>)}{one.ranges.length === 0 && "nothing"}</td><td>{one.says}</td></tr>
        ))}</tbody></table></Frame>
    </Section>
  );
}

function SpansPart({ detail }: { detail: Detail }) {
  return (
    <Section id="scans" title="What scans saw" lead="From the first to the last day exactly this was seen, and nothing else in between.">
      <Frame label="What scans saw"><table>
        <thead><tr><th scope="col">From</th><th scope="col">To</th><th scope="col">Exposure</th><th scope="col">Build</th><th scope="col">Source</th><th scope="col">Record</th></tr></thead>
        <tbody>{detail.spans.map((span, place) => (
          <tr key={place}><td><Time value={span.first_seen} /></td><td><Time value={span.last_seen} /></td><td><ExposureBadge value={span.exposure} /></td><td>{span.builds}</td><td>{span.source}</td>
            <td><details><summary>Show</summary><pre class="raw">{visible(JSON.stringify(span.content, null, 2))}</pre></details></td></tr>
        ))}</tbody></table></Frame>
    </Section>
  );
}

export function ServerView({ id = "" }: { id?: string }) {
  const { answer, problem, again } = useResource<Detail>(`/servers/${encodeURIComponent(id)}`, ["servers", "cases"]);
  if (!answer) return <><h1>{id}</h1><Waiting problem={problem} again={again} /></>;
  const { server, owner } = answer;
  return (
    <article>
      <p class="crumb"><a href="/servers">Servers</a></p>
      <h1>{server.name || server.subject} {server.name && <span class="soft">{server.subject}</span>}</h1>
      <Axes detail={answer} />
      <Section id="time" title="Over time" lead="All times in UTC."><Lanes title={`Exposure, compromise and coverage of ${server.subject} over time`} lanes={lanesOf(answer)} /></Section>
      <Section id="owner" title="Whose it is">
        <Facts facts={[
          ["Organisation", server.organisation ? <a href={address(["organisations", server.organisation])}>{server.organisation_name || server.organisation}</a> : "not attributed"],
          ["Told by", owner ? `${owner.method.replace("-", " ")} (${owner.confidence})` : ""],
          ["Others with a claim", owner?.others.length ? <span class="badge warn">{owner.others.join(", ")}</span> : ""],
          ["Country, region", [server.country && countryName(server.country), server.region].filter(Boolean).join(", ")],
          ["Network", server.network && <a href={address(["servers"], { network: server.network })}>{server.network}</a>],
          ["Sector", server.sector && sectorName(server.sector)],
        ]} />
      </Section>
      <Section id="hunts" title="Hunts">
        {answer.hunts.length === 0 ? <p class="soft">None yet.</p> : (
          <Frame label="Hunts"><table><thead><tr><th scope="col">When</th><th scope="col">By</th><th scope="col">Verdict</th><th scope="col">Confidence</th><th scope="col">Door</th><th scope="col">Build</th></tr></thead>
            <tbody>{answer.hunts.map((hunt, place) => (
              <tr key={place}><td><Time value={hunt.time} /></td><td>{hunt.source}</td><td><CompromiseBadge value={hunt.compromise} /></td><td>{hunt.confidence}</td>
                <td>{hunt.door_present === null ? "not known" : hunt.door_present ? "still there" : "not there"}</td><td>{hunt.build}</td></tr>
            ))}</tbody></table></Frame>
        )}
      </Section>
      <EvidencePart detail={answer} />
      <CoveragePart detail={answer} />
      <SpansPart detail={answer} />
      <Section id="said" title="What was said"><Statements statements={answer.statements} /></Section>
    </article>
  );
}
