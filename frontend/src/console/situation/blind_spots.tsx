// How old the data is and what it can't tell: a picture without this is not an answer.
import type { Situation } from "../../api/types";
import { age, count, share } from "../../look/format";
import { Badge, Frame, listAddress, Section, Time } from "../parts/parts";

const STALE_HOURS = 48;

export function BlindSpots({ situation }: { situation: Situation }) {
  const answered = situation.sources.some((one) => one.coverage !== null);
  return (
    <Section id="blind-spots" title="How far this can be trusted">
      <div class="beside even">
        <Frame label="Sources"><table><caption>Sources and their age</caption>
          <thead><tr><th scope="col">Source</th><th scope="col">Last data</th><th scope="col">Age</th>{answered && <th scope="col" class="number">Answered</th>}</tr></thead>
          <tbody>{situation.sources.map((one) => (
            <tr key={one.name}><th scope="row">{one.name}{one.says && <div class="soft">{one.says}</div>}</th><td><Time value={one.last} /></td>
              <td>{one.age_hours === null ? <Badge tone="warn">never</Badge> : one.age_hours > STALE_HOURS ? <Badge tone="warn">{age(one.age_hours)}</Badge> : age(one.age_hours)}</td>{answered && <td class="number">{one.coverage === null ? "–" : share(one.coverage)}</td>}</tr>
          ))}</tbody></table></Frame>
        <div><h3>Blind spots</h3><ul class="spots">{situation.blind_spots.map((spot) => (
          <li key={spot.says}>{spot.says}{spot.list && spot.servers ? <> <a href={listAddress(spot.list)}>{count(spot.servers)} servers</a></> : null}</li>
        ))}</ul></div>
      </div>
    </Section>
  );
}
