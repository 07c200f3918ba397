// The picture in numbers, for the lead of a response and for the minister.
import type { Situation } from "../../api/types";
import { secondsUtc } from "../../look/format";
import { Section, Waiting } from "../parts/parts";
import { useResource } from "../resource";
import { usePlace } from "../router";
import { BlindSpots } from "./blind_spots";
import { Curve } from "./curve";
import { Epidemic } from "./epidemic";
import { Funnel } from "./funnel";
import { Headlines, Sentence } from "./headlines";
import { WorldMap } from "./map";
import { Sectors } from "./sectors";

function Clusters({ situation }: { situation: Situation }) {
  if (!situation.second_group) return null;
  return <Section id="groups" title="Is it one group?"><p>{situation.second_group.says} <a href="/clusters">Clusters and their overlaps</a></p></Section>;
}

export function SituationView() {
  const { query } = usePlace();
  const words = query.toString();
  const { answer, problem, again } = useResource<Situation>(`/situation${words === "" ? "" : `?${words}`}`, ["situation"]);
  if (!answer) return <><h1>Situation</h1><Waiting problem={problem} again={again} /></>;
  return (
    <article class="situation">
      <div class="list-head"><h1 class="visually-hidden">Situation</h1><p class="soft as-of">Situation as of <time dateTime={answer.as_of}>{secondsUtc(answer.as_of)}</time>{answer.campaign && ` · ${answer.campaign}`}</p></div>
      <Sentence situation={answer} />
      <Headlines situation={answer} />
      <Section id="funnel" title="From exposed to clean" lead="Full colour is certain, light is counted, hatched is possible. Each share names what it is a share of."><Funnel situation={answer} /></Section>
      <Epidemic situation={answer} />
      <Curve situation={answer} />
      <WorldMap situation={answer} />
      <Sectors situation={answer} />
      <Clusters situation={answer} />
      <BlindSpots situation={answer} />
    </article>
  );
}
