// Activity clusters: servers that were hit in the same way. Never an actor, never a country.
import type { Cluster, Clusters } from "../../api/types";
import { count, day, visible } from "../../look/format";
import { Frame, Section, Waiting } from "../parts/parts";
import { useResource } from "../resource";
import { address } from "../router";

// At one in a hundred, corrected for how many pairs were tested.
export const MEETS = { "as-chance": "as by chance", "more-than-chance": "more often than by chance", "less-than-chance": "less often than by chance" } as const;

function Card({ cluster }: { cluster: Cluster }) {
  return (
    <li class="card">
      <h2><a href={address(["clusters", cluster.id])}>{cluster.id}</a></h2>
      <p><a class="big" href={address(["servers"], { cluster: cluster.id })}>{count(cluster.servers)}</a> servers of {count(cluster.organisations)} organisations{cluster.also ? <span class="soft">; {count(cluster.also)} others carry its marks too</span> : null}</p>
      <p class="soft">{day(cluster.first)} to {day(cluster.last)}{cluster.before_patch ? ` · ${count(cluster.before_patch)} hit before the patch was published` : ""}{cluster.reentered ? ` · ${count(cluster.reentered)} re-entered` : ""}</p>
      <ul class="marks">{cluster.marks.slice(0, 4).map((mark, place) => <li key={place}><span class="soft">{mark.kind.replace("-", " ")}</span> <code>{visible(mark.value)}</code></li>)}</ul>
    </li>
  );
}

function SecondGroup({ answer }: { answer: Clusters }) {
  const { second_group: found } = answer;
  if (!found) return null;
  return (
    <Section id="second" title="A second group?" lead="A hypothesis with its counts: do these clusters meet on the same servers more, or less, often than chance would have it?">
      <p>{found.says}</p>
      <Frame label="Pairs of clusters"><table>
        <thead><tr><th scope="col">Clusters</th><th scope="col" class="number">Of each</th><th scope="col" class="number">On both</th><th scope="col" class="number">By chance</th><th scope="col" class="number">p</th><th scope="col">They meet</th><th scope="col" class="number">Days between</th></tr></thead>
        <tbody>{found.pairs.map((pair) => (
          <tr key={`${pair.first}${pair.second}`}><th scope="row"><a href={address(["clusters", pair.first])}>{pair.first}</a> and <a href={address(["clusters", pair.second])}>{pair.second}</a></th>
            <td class="number">{count(pair.with_first)} and {count(pair.with_second)} of {count(pair.of)}</td><td class="number">{count(pair.both)}</td><td class="number">{pair.expected.toFixed(1)}</td>
            <td class="number">{pair.p < 0.001 ? "< 0.001" : pair.p.toFixed(3)}</td><td>{MEETS[pair.meets]}</td><td class="number">{pair.days_between ?? "–"}</td></tr>
        ))}</tbody></table></Frame>
      <p class="soft">p is of one pair by itself. Of many pairs some are rare by chance: only a p that is small enough for all of them together (Bonferroni) makes “more often” or “less often”.</p>
    </Section>
  );
}

function Overlaps({ answer }: { answer: Clusters }) {
  const names = answer.clusters.slice(0, 8).map((cluster) => cluster.id);
  const both = (a: string, b: string) => answer.overlaps.find((one) => (one.first === a && one.second === b) || (one.first === b && one.second === a))?.servers ?? 0;
  if (names.length < 2) return null;
  return (
    <Section id="overlaps" title="Overlaps" lead="Servers that belong to both.">
      <Frame label="Overlaps of clusters"><table class="matrix"><thead><tr><td /> {names.map((name) => <th key={name} scope="col" class="number">{name}</th>)}</tr></thead>
        <tbody>{names.map((row) => <tr key={row}><th scope="row">{row}</th>{names.map((column) => <td key={column} class="number">{row === column ? "·" : count(both(row, column))}</td>)}</tr>)}</tbody></table></Frame>
    </Section>
  );
}

export function ClustersView() {
  const { answer, problem, again } = useResource<Clusters>("/clusters", ["situation"]);
  return (
    <>
      <h1>Activity clusters</h1>
      <p class="lead">Servers that were hit in the same way: names of back doors, their parameters, addresses, tools. Marks that are public or common weigh nothing. A cluster says nothing about who it was.</p>
      {!answer ? <Waiting problem={problem} again={again} /> : (
        <>
          <ul class="cards">{answer.clusters.map((cluster) => <Card key={cluster.id} cluster={cluster} />)}</ul>
          <p class="soft"><a href={address(["servers"], { cluster: "-", at_least: "exploited" })}>{count(answer.unclustered)}</a> hit servers belong to no cluster.</p>
          <SecondGroup answer={answer} />
          <Overlaps answer={answer} />
        </>
      )}
    </>
  );
}
