import { useState } from "preact/hooks";
import type { ClusterDetail } from "../../api/types";
import { count, day, visible } from "../../look/format";
import { Bars } from "../parts/bars";
import { Facts, Frame, Section, Waiting } from "../parts/parts";
import { useResource } from "../resource";
import { address } from "../router";
import { MEETS } from "./clusters";

type Member = ClusterDetail["members"][number];

const words = (member: Member) => member.name ? `${member.name} (${member.subject})` : member.subject;

function Choice({ title, members, value, choose }: { title: string; members: Member[]; value: string; choose: (subject: string) => void }) {
  return (
    <label>{title} <select value={value} onChange={(event) => choose(event.currentTarget.value)}>
      {members.map((member) => <option key={member.subject} value={member.subject}>{words(member)}</option>)}
    </select></label>
  );
}

// Why two servers are together: the marks that both carry, by weight.
function Together({ detail: { members, marks } }: { detail: ClusterDetail }) {
  const [first, setFirst] = useState(members[0]?.subject ?? "");
  const [second, setSecond] = useState(members[1]?.subject ?? "");
  if (members.length < 2) return null;
  const of = (subject: string) => members.find((member) => member.subject === subject)?.marks ?? [];
  const both = of(first).filter((place) => of(second).includes(place)).flatMap((place) => marks[place] ?? []);
  return (
    <Section id="together" title="Why are two servers together?" lead="Choose two: what both carry ties them. Without a mark in common, marks of a third one tie each of them to the cluster.">
      <p class="choices"><Choice title="One" members={members} value={first} choose={setFirst} /> <Choice title="and" members={members} value={second} choose={setSecond} /></p>
      <ul class="marks" aria-live="polite">
        {both.map((mark, place) => <li key={place}><span class="soft">{mark.kind.replace("-", " ")}</span> <code>{visible(mark.value)}</code> <span class="soft">weight {mark.weight.toFixed(1)}</span></li>)}
        {both.length === 0 && <li class="soft">No mark in common.</li>}
      </ul>
    </Section>
  );
}

function Members({ detail: { members, members_total, marks } }: { detail: ClusterDetail }) {
  return (
    <Section id="members" title="Its servers" lead={`${count(members_total)}, those of which it is the own cluster first${members.length < members_total ? `; the first ${members.length} are shown` : ""}.`}>
      <Frame label="Servers of the cluster"><table><thead><tr><th scope="col">Server</th><th scope="col">Organisation</th><th scope="col">Exploited</th><th scope="col">Carries</th></tr></thead>
        <tbody>{members.map((member) => (
          <tr key={member.subject}><th scope="row"><a href={address(["servers", member.subject])}>{words(member)}</a>{member.also && <span class="soft"> also in another</span>}</th><td>{member.organisation_name || member.organisation}</td><td class="time">{day(member.exploited)}</td>
            <td>{member.marks.slice(0, 4).map((place) => marks[place] && <code key={place}>{visible(marks[place].value)} </code>)}{member.marks.length > 4 && <span class="soft">and {member.marks.length - 4} more</span>}</td></tr>
        ))}</tbody></table></Frame>
    </Section>
  );
}

function Meetings({ detail: { pairs } }: { detail: ClusterDetail }) {
  if (pairs.length === 0) return null;
  return (
    <Section id="meetings" title="Other clusters on the same servers">
      <Frame label="Meetings with other clusters"><table><thead><tr><th scope="col">Clusters</th><th scope="col" class="number">On both</th><th scope="col" class="number">By chance</th><th scope="col">They meet</th></tr></thead>
        <tbody>{pairs.map((pair) => (
          <tr key={pair.first + pair.second}><th scope="row"><a href={address(["clusters", pair.first])}>{pair.first}</a> and <a href={address(["clusters", pair.second])}>{pair.second}</a></th>
            <td class="number">{count(pair.both)}</td><td class="number">{pair.expected.toFixed(1)}</td><td>{MEETS[pair.meets]}</td></tr>
        ))}</tbody></table></Frame>
    </Section>
  );
}

export function ClusterView({ id = "" }: { id?: string }) {
  const { answer, problem, again } = useResource<ClusterDetail>(`/clusters/${encodeURIComponent(id)}`, ["situation"]);
  if (!answer) return <><h1>Cluster {id}</h1><Waiting problem={problem} again={again} /></>;
  const { cluster, marks, days } = answer;
  return (
    <article>
      <p class="crumb"><a href="/clusters">Clusters</a></p>
      <h1>Cluster {cluster.id}</h1>
      <Facts facts={[
        ["Servers", <><a href={address(["servers"], { cluster: id })}>{count(cluster.servers)}</a>{cluster.also ? <span class="soft">, and {count(cluster.also)} that carry its marks too</span> : null}</>], ["Organisations", count(cluster.organisations)],
        ["First, last", `${day(cluster.first)} to ${day(cluster.last)}`], ["Before the patch", cluster.before_patch === undefined ? "" : count(cluster.before_patch)], ["Re-entered", cluster.reentered === undefined ? "" : count(cluster.reentered)],
      ]} />
      <Section id="days" title="Servers first hit, by day"><Bars title={`Servers of ${id} first hit, by day`} days={days.map((one) => ({ day: one.day, value: one.servers }))} /></Section>
      <Section id="marks" title="What ties it together" lead="A mark weighs more the rarer it is elsewhere.">
        <Frame label="Marks"><table><thead><tr><th scope="col">Kind</th><th scope="col">Mark</th><th scope="col" class="number">In the cluster</th><th scope="col" class="number">Elsewhere</th><th scope="col" class="number">Weight</th></tr></thead>
          <tbody>{marks.map((mark, place) => (
            <tr key={place}><th scope="row">{mark.kind.replace("-", " ")}</th><td><code>{visible(mark.value)}</code></td><td class="number">{count(mark.servers)}</td><td class="number">{mark.elsewhere === undefined ? "–" : count(mark.elsewhere)}</td><td class="number">{mark.weight.toFixed(1)}</td></tr>
          ))}</tbody></table></Frame>
      </Section>
      <Together key={id} detail={answer} />
      <Meetings detail={answer} />
      <Members detail={answer} />
    </article>
  );
}
