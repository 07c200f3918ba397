// What was seen on this victim's servers, and when.
import type { VictimServer } from "../api/types";
import { day, secondsUtc } from "../look/format";
import { fill, type Words } from "./texts/words";

function rows(words: Words, server: VictimServer): [string, string][] {
  const open = server.first_open ? fill(words.open, { first: day(server.first_open), last: day(server.patched ?? server.last_seen) }) : "";
  const door = server.backdoored ? `${secondsUtc(server.backdoored)}, ${server.door_present ? words.doorThere : words.doorGone}` : "";
  const all: [string, string][] = [
    [words.build, [server.builds, open].filter(Boolean).join(", ")], [words.exploitedOn, secondsUtc(server.exploited)], [words.doorOn, door],
    [words.backOn, secondsUtc(server.reentered)], [words.patchedOn, secondsUtc(server.patched)], [words.lastSeen, secondsUtc(server.last_seen)],
  ];
  return all.filter(([, value]) => value !== "");
}

export function Seen({ words, servers }: { words: Words; servers: VictimServer[] }) {
  return (
    <section aria-labelledby="seen-title">
      <h2 id="seen-title">{words.seenTitle}</h2>
      <p class="lead">{words.seenLead}</p>
      {servers.map((server) => (
        <div class="seen" key={`${server.address} ${server.port}`}>
          <h3>{server.name || server.address} {server.name && <span class="soft">{server.address}</span>}</h3>
          <dl class="facts">{rows(words, server).map(([term, value]) => <div key={term}><dt>{term}</dt><dd>{value}</dd></div>)}</dl>
        </div>
      ))}
    </section>
  );
}
