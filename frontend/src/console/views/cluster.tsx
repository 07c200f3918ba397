import type { ClusterDetail } from "../../api/types";
import { count, day, visible } from "../../look/format";
import { Bars } from "../parts/bars";
import { Facts, Frame, Section, Waiting } from "../parts/parts";
import { useResource } from "../resource";
import { address } from "../router";

export function ClusterView({ id = "" }: { id?: string }) {
  const { answer, problem, again } = useResource<ClusterDetail>(`/clusters/${encodeURIComponent(id)}`, ["situation"]);
  if (!answer) return <><h1>Cluster {id}</h1><Waiting problem={problem} again={again} /></>;
  const { cluster, marks, days } = answer;
  return (
    <article>
      <p class="crumb"><a href="/clusters">Clusters</a></p>
      <h1>Cluster {cluster.id}</h1>
      <Facts facts={[
        ["Servers", <a href={address(["servers"], { cluster: id })}>{count(cluster.servers)}</a>], ["Organisations", count(cluster.organisations)],
        ["First, last", `${day(cluster.first)} to ${day(cluster.last)}`], ["Before the patch", cluster.before_patch === undefined ? "" : count(cluster.before_patch)], ["Re-entered", cluster.reentered === undefined ? "" : count(cluster.reentered)],
      ]} />
      <Section id="days" title="Servers first hit, by day"><Bars title={`Servers of ${id} first hit, by day`} days={days.map((one) => ({ day: one.day, value: one.servers }))} /></Section>
      <Section id="marks" title="What ties it together" lead="A mark weighs more the rarer it is elsewhere.">
        <Frame label="Marks"><table><thead><tr><th scope="col">Kind</th><th scope="col">Mark</th><th scope="col" class="number">In the cluster</th><th scope="col" class="number">Elsewhere</th><th scope="col" class="number">Weight</th></tr></thead>
          <tbody>{marks.map((mark, place) => (
            <tr key={place}><th scope="row">{mark.kind.replace("-", " ")}</th><td><code>{visible(mark.value)}</code></td><td class="number">{count(mark.servers)}</td><td class="number">{mark.elsewhere === undefined ? "–" : count(mark.elsewhere)}</td><td class="number">{mark.weight.toFixed(1)}</td></tr>
          ))}</tbody></table></Frame>
      </Section>
    </article>
  );
}
